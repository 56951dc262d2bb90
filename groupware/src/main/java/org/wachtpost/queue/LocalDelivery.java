package org.wachtpost.queue;

import java.util.List;

/** Takes messages of the queue that are for people here: bounces first of all. Thread-safe. */
@FunctionalInterface
public interface LocalDelivery {
  /**
   * What came of it.
   *
   * @param answers one per recipient, in their order
   * @param onward what must leave now (an alias may point elsewhere); it is queued in the commit
   *     that writes the answers down, so that it is neither lost nor queued twice
   */
  record Result(List<Answer> answers, List<OutboundMessage> onward) {
    public Result {
      answers = List.copyOf(answers);
      onward = List.copyOf(onward);
    }
  }

  /**
   * Delivers. What is positive is durable, once {@code onward} is queued too. Comes again with the
   * same message after a crash, and must not deliver it to anybody twice.
   *
   * @param message its content stays readable until {@code onward} is queued
   */
  Result deliver(QueueId id, OutboundMessage message);
}
