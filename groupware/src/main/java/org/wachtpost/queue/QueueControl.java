package org.wachtpost.queue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an administrator does to the queue. Thread-safe. */
public final class QueueControl {
  private final Outbox outbox;
  private final InstantSource time;

  public QueueControl(Outbox outbox, InstantSource time) {
    this.outbox = outbox;
    this.time = time;
  }

  /**
   * Numbers of the queue.
   *
   * @param bytes of all contents
   * @param oldest when the oldest message was accepted; null if there is none
   */
  public record Stats(
      long messages,
      long bytes,
      Map<RecipientState, Long> recipients,
      long domains,
      @Nullable Instant oldest) {}

  /** Counts everything. */
  public Stats stats() {
    long[] sums = {0, 0, Long.MAX_VALUE};
    Map<RecipientState, Long> states = new EnumMap<>(RecipientState.class);
    Set<String> domains = new HashSet<>();
    outbox.forEach(message -> {
      sums[0]++;
      sums[1] += message.size();
      sums[2] = Math.min(sums[2], message.accepted().toEpochMilli());
      for (QueuedRecipient recipient : outbox.recipients(message.id())) {
        states.merge(recipient.state(), 1L, Long::sum);
        if (!recipient.state().isFinal()) {
          domains.add(Sending.domainOf(recipient.recipient().address()));
        }
      }
    });
    Instant oldest = sums[0] == 0 ? null : Instant.ofEpochMilli(sums[2]);
    return new Stats(sums[0], sums[1], states, domains.size(), oldest);
  }

  /** Makes what waits due now; how many recipients. */
  public int retry(QueueId id) {
    return outbox.change(
        id,
        "told to try now",
        recipient ->
            recipient.state() == RecipientState.WAITING
                ? recipient.in(RecipientState.WAITING, time.instant())
                : recipient);
  }

  /** Keeps back what waits, until it is released; how many recipients. */
  public int hold(QueueId id) {
    return outbox.change(id, "held", QueuedRecipient::held);
  }

  /** Lets go what was held, due now; how many recipients. */
  public int release(QueueId id) {
    return outbox.change(
        id,
        "released",
        recipient ->
            recipient.state() == RecipientState.HELD
                ? recipient.in(RecipientState.WAITING, time.instant())
                : recipient);
  }

  /** Removes the message; nobody is told. False if it was not there. */
  public boolean remove(QueueId id) {
    return outbox.remove(id);
  }
}
