package org.wachtpost.config;

import java.io.Serial;

/** The settings cannot be used; the message says which key and why. */
public final class ConfigException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
