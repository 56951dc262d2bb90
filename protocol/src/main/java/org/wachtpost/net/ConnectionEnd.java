package org.wachtpost.net;

import java.io.IOException;
import java.io.Serial;

/** A connection is over before its protocol said so. */
public final class ConnectionEnd extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final Cause cause;

  ConnectionEnd(Cause cause) {
    super(cause.word());
    this.cause = cause;
  }

  public Cause how() {
    return cause;
  }

  /** Why. */
  public enum Cause {
    /** The far end closed its side. */
    CLOSED,
    /** Nothing, or too little, came in time. The protocol may still say so. */
    TIMEOUT,
    /** The server shuts down. {@link Protocol#farewell} has been said. */
    SHUTDOWN;

    /** The word in access events. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
