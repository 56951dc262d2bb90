package org.wachtpost.admin;

import java.io.Serial;

/** An operation failed; the message is one sentence for people. */
public final class AdminException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public AdminException(String message) {
    super(message);
  }
}
