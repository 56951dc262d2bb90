package org.wachtpost.delivery;

import java.io.IOException;
import java.util.List;

/**
 * Judges a message between the end of its data and its acceptance: mail authentication, filters.
 * Thread-safe. Must not throw for what a message holds.
 */
@FunctionalInterface
public interface MessageGate {
  /** Lets everything in. */
  MessageGate OPEN = message -> new Verdict.Accept("", List.of(), Folder.INBOX);

  /**
   * @throws IOException if the message cannot be read back
   */
  Verdict check(InboundMessage message) throws IOException;

  /** What the gate says. */
  sealed interface Verdict {
    /**
     * Let it in.
     *
     * @param prepend header fields, each with its CRLF, that go before the message (under ours)
     * @param strip pieces of the message to leave out: whole header fields, in order, no overlap
     */
    record Accept(String prepend, List<Span> strip, Folder folder) implements Verdict {
      public Accept {
        strip = List.copyOf(strip);
      }
    }

    /**
     * Turn it away.
     *
     * @param code 4xx or 5xx
     * @param enhanced RFC 3463 status code, {@code 5.7.1}
     * @param text one line for the sender
     */
    record Refuse(int code, String enhanced, String text) implements Verdict {}
  }

  /** Bytes of the content, {@code from} to {@code to} (exclusive). */
  record Span(long from, long to) {
    public Span {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("span " + from + "-" + to);
      }
    }

    boolean overlaps(Span other) {
      return from < other.to && other.from < to;
    }
  }

  /** Where a message is filed. */
  enum Folder {
    INBOX,
    JUNK
  }
}
