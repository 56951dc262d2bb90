package org.wachtpost.net;

import java.io.Serial;

/** A line that cannot be taken. */
public final class LineException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final Fault fault;

  LineException(Fault fault) {
    super(fault.name(), null, false, false);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }

  /** What is wrong with the line. */
  public enum Fault {
    /** It is longer than allowed; it has been read to its end and thrown away. */
    TOO_LONG,
    /** It goes on without an end; the connection must be closed. */
    ENDLESS,
    /** A CR or LF that is not part of CRLF; the connection must be closed. */
    BARE_LINE_END
  }
}
