package org.wachtpost.queue;

import java.io.IOException;

/** Takes messages that must leave. */
@FunctionalInterface
public interface Outgoing {
  /**
   * Takes the message: on return it is durable and will be sent or reported.
   *
   * @throws IOException if the content cannot be read
   * @throws org.wachtpost.store.StoreException if it cannot be kept; nothing was taken
   */
  QueueId accept(OutboundMessage message) throws IOException;
}
