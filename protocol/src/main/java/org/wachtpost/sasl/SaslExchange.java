package org.wachtpost.sasl;

import org.jspecify.annotations.Nullable;

/** One run of a mechanism. */
public interface SaslExchange {
  /** Longest answer that a client may send, bytes after base64. */
  int RESPONSE_BYTES = 8 * 1024;

  /**
   * Starts the exchange.
   *
   * @param initial the client's initial response (it may be empty), or null if there is none
   */
  SaslStep start(byte @Nullable [] initial);

  /** The name that was given; empty as long as there is none. */
  String name();

  /**
   * Whether the authenticator has decided, and so taken note of the attempt. The exchange may go on
   * all the same: who is let in by SCRAM is given the server's proof first.
   */
  default boolean isDecided() {
    return false;
  }

  /** Takes the client's answer to the last challenge. */
  SaslStep respond(byte[] response);
}
