package org.wachtpost.inspect.rules;

/** A rules file is missing or not in its format; the message names the file and line. */
public final class RulesException extends Exception {
  private static final long serialVersionUID = 1L;

  RulesException(String message) {
    super(message);
  }
}
