package org.wachtpost.delivery;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.LocalDelivery;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.QueueId;

/** Delivers what the queue has for people here. Thread-safe. */
public final class QueuedDelivery implements LocalDelivery {
  private final Delivery delivery;
  private final InstantSource time;

  public QueuedDelivery(Delivery delivery, InstantSource time) {
    this.delivery = delivery;
    this.time = time;
  }

  @Override
  public Result deliver(QueueId id, OutboundMessage message) {
    List<OutboundMessage> onward = new ArrayList<>();
    List<Answer> answers =
        delivery
            .deliverQueued(
                id.toString(),
                message,
                time.instant(),
                leaving -> {
                  onward.add(leaving);
                  return id;
                })
            .stream()
            .map(QueuedDelivery::answer)
            .toList();
    return new Result(answers, onward);
  }

  private static Answer answer(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered _ -> new Answer(250, "2.1.5", "delivered");
      case Outcome.Failed(int code, String enhanced, String text) ->
          new Answer(code, enhanced, text);
    };
  }
}
