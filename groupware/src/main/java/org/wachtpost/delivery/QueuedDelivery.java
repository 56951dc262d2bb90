package org.wachtpost.delivery;

import java.time.InstantSource;
import java.util.List;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Recipients;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.LocalDelivery;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.QueueId;

/** Delivers what the queue has for people here. Thread-safe. */
public final class QueuedDelivery implements LocalDelivery {
  private static final Origin ORIGIN = new Origin("internal", null, 0, 0, "queue");

  private final Delivery delivery;
  private final Recipients recipients;
  private final InstantSource time;
  private final String host;

  public QueuedDelivery(Delivery delivery, Recipients recipients, InstantSource time, String host) {
    this.delivery = delivery;
    this.recipients = recipients;
    this.time = time;
    this.host = host;
  }

  @Override
  public List<Answer> deliver(QueueId id, OutboundMessage message) {
    InboundSession session = new InboundSession(ORIGIN, host, "ESMTP", null, null);
    List<InboundRecipient> inbound =
        message.recipients().stream()
            .map(each ->
                new InboundRecipient(
                    each.address(),
                    recipients.resolve(each.address()),
                    each.originalRecipient(),
                    each.notifyOn()))
            .toList();
    InboundMessage whole =
        new InboundMessage(
            session,
            message.sender(),
            inbound,
            message.options(),
            time.instant(),
            id.toString(),
            message.content());
    return delivery.deliver(whole).stream()
        .map(outcome ->
            switch (outcome) {
              case Outcome.Delivered _ -> new Answer(250, "2.1.5", "delivered");
              case Outcome.Failed(int code, String enhanced, String text) ->
                  new Answer(code, enhanced, text);
            })
        .toList();
  }
}
