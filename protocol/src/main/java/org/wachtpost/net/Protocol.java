package org.wachtpost.net;

import java.io.IOException;
import java.util.Locale;

/** Speaks on accepted connections. Thread-safe: {@link #serve} runs once per connection. */
public interface Protocol {
  /**
   * Speaks until the conversation is over. The caller closes the connection and records its end; a
   * {@link ConnectionEnd} or any {@link IOException} thrown is an ordinary end.
   */
  void serve(Connection connection) throws IOException;

  /** What is said to a connection that is turned away, as it goes on the wire. */
  byte[] refusal(Refusal reason);

  /** What is said to a connection that waits for a command when the server shuts down. */
  byte[] farewell();

  /** Why a connection is turned away. */
  enum Refusal {
    /** The server has as many connections as it takes. */
    TOO_MANY_CONNECTIONS,
    /** This address has as many connections as one may have. */
    TOO_MANY_FROM_ADDRESS,
    /** This address connects too often. */
    TOO_FAST;

    /** The word in access events: {@code too-fast}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
