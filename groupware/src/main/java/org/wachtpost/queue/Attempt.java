package org.wachtpost.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of bringing a message to a host. */
public sealed interface Attempt {
  /**
   * The host could not be spoken to, or would not speak: nothing was handed over, another host may
   * be tried.
   *
   * @param enhanced RFC 3463 status code
   * @param words why; may hold text from the network
   * @param failure what was wrong with its TLS, or null if that was not the matter
   */
  record Unreachable(String enhanced, String words, @Nullable TlsFailure failure)
      implements Attempt {}

  /** The host takes 7-bit lines only, and this message has others: nothing was handed over. */
  record SevenBitOnly() implements Attempt {}

  /** What the messages went over. */
  enum Session {
    /** A connection with TLS, made for this message. */
    NEW_TLS,
    /** A connection in the clear, made for this message. */
    NEW_PLAIN,
    /** A connection that had carried mail before. */
    KEPT
  }

  /**
   * The host answered.
   *
   * @param answers one per recipient, in their order
   * @param reports whether the host takes over reporting of success (RFC 3461)
   * @param words how it was spoken to: TLS version or its absence
   */
  record Answered(List<Answer> answers, boolean reports, String words, Session session)
      implements Attempt {
    public Answered {
      answers = List.copyOf(answers);
    }
  }
}
