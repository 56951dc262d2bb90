package org.wachtpost.imap.wire;

import java.io.IOException;
import java.io.Serial;

/** The end of a refused command is too far away to read over; the connection must end. */
public final class OutOfStepException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  OutOfStepException(String message) {
    super(message);
  }
}
