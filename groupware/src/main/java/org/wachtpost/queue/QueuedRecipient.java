package org.wachtpost.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * A recipient of a message in the outbox.
 *
 * @param index its place among the message's recipients
 * @param attempts how often it was tried
 * @param nextAttempt when to try; means something while {@link RecipientState#WAITING}
 * @param lastAttempt when it was tried last, or null
 * @param lastStatus what was answered then (the far end's words: hostile when shown), or null
 * @param delayReported whether the sender was told of the delay
 */
public record QueuedRecipient(
    int index,
    OutboundRecipient recipient,
    RecipientState state,
    int attempts,
    Instant nextAttempt,
    @Nullable Instant lastAttempt,
    @Nullable String lastStatus,
    boolean delayReported) {
  private static final int LAYOUT_VERSION = 1;

  /** This recipient, tried again without an end: waiting until {@code next}. */
  public QueuedRecipient retried(Instant tried, Instant next, String status) {
    return new QueuedRecipient(
        index, recipient, RecipientState.WAITING, attempts + 1, next, tried, status, delayReported);
  }

  /** This recipient after an attempt that settled it. */
  public QueuedRecipient settled(RecipientState end, Instant tried, String status) {
    return new QueuedRecipient(
        index, recipient, end, attempts + 1, nextAttempt, tried, status, delayReported);
  }

  /** This recipient in another state, tried no more often. */
  public QueuedRecipient in(RecipientState other, Instant next) {
    return new QueuedRecipient(
        index, recipient, other, attempts, next, lastAttempt, lastStatus, delayReported);
  }

  /** This recipient kept back, if it waits. */
  QueuedRecipient held() {
    return state == RecipientState.WAITING ? in(RecipientState.HELD, nextAttempt) : this;
  }

  /** This recipient after its sender was told of the delay. */
  public QueuedRecipient withDelayReported() {
    return new QueuedRecipient(
        index, recipient, state, attempts, nextAttempt, lastAttempt, lastStatus, true);
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT_VERSION)
        .text(recipient.address())
        .optionalText(recipient.originalRecipient())
        .number(recipient.notifyOn().stream().mapToInt(Notify::bit).sum())
        .number(state.code())
        .number(attempts)
        .number(nextAttempt.toEpochMilli())
        .number(lastAttempt == null ? 0 : lastAttempt.toEpochMilli() + 1)
        .optionalText(lastStatus)
        .flag(delayReported)
        .toBytes();
  }

  static QueuedRecipient decode(int index, byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT_VERSION);
    OutboundRecipient recipient =
        new OutboundRecipient(in.text(), in.optionalText(), notifyOf(in.integer()));
    RecipientState state = stateOf(in.integer());
    int attempts = in.integer();
    Instant next = Instant.ofEpochMilli(in.number());
    long last = in.number();
    return new QueuedRecipient(
        index,
        recipient,
        state,
        attempts,
        next,
        last == 0 ? null : Instant.ofEpochMilli(last - 1),
        in.optionalText(),
        in.flag());
  }

  private static java.util.Set<Notify> notifyOf(int bits) {
    java.util.Set<Notify> set = java.util.EnumSet.noneOf(Notify.class);
    for (Notify one : Notify.values()) {
      if ((bits & one.bit()) != 0) {
        set.add(one);
      }
    }
    return set;
  }

  private static RecipientState stateOf(int code) {
    for (RecipientState state : RecipientState.values()) {
      if (state.code() == code) {
        return state;
      }
    }
    throw new StoreException.Corrupt("recipient state " + code, null);
  }
}
