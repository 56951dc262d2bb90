package org.wachtpost.courier;

import java.io.IOException;

/** A connection broke before any content had been sent: sending again cannot make a double. */
final class BrokenEarly extends IOException {
  @java.io.Serial private static final long serialVersionUID = 1L;

  BrokenEarly(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
