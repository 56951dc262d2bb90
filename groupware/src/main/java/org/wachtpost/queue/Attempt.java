package org.wachtpost.queue;

import java.util.List;

/** What came of bringing a message to a host. */
public sealed interface Attempt {
  /**
   * The host could not be spoken to, or would not speak: nothing was handed over, another host may
   * be tried.
   *
   * @param enhanced RFC 3463 status code
   * @param words why; may hold text from the network
   */
  record Unreachable(String enhanced, String words) implements Attempt {}

  /**
   * The host answered.
   *
   * @param answers one per recipient, in their order
   * @param reports whether the host takes over reporting of success (RFC 3461)
   * @param words how it was spoken to: TLS version or its absence
   */
  record Answered(List<Answer> answers, boolean reports, String words) implements Attempt {
    public Answered {
      answers = List.copyOf(answers);
    }
  }
}
