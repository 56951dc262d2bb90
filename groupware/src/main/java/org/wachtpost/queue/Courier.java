package org.wachtpost.queue;

/** Brings messages to other hosts; the seam to the protocol that does it. Thread-safe. */
@FunctionalInterface
public interface Courier {
  /**
   * Brings the message to one host, and waits for its answer. Never throws for what a host or a
   * network can do. If the answer is lost after the content was sent, the recipients are answered
   * temporarily: only the next attempt can tell (RFC 5321 §4.5.3.2.6).
   *
   * @param message with at most {@link QueueSettings#RECIPIENTS_PER_TRANSACTION} recipients
   * @throws java.io.UncheckedIOException if the content cannot be read
   */
  Attempt bring(Hop hop, OutboundMessage message);
}
