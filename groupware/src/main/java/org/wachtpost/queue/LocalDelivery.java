package org.wachtpost.queue;

import java.util.List;

/** Takes messages of the queue that are for people here: bounces first of all. Thread-safe. */
@FunctionalInterface
public interface LocalDelivery {
  /** Delivers; one answer per recipient, in their order. What is positive is durable. */
  List<Answer> deliver(QueueId id, OutboundMessage message);
}
