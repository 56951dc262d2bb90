package org.wachtpost.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * A message in the outbox.
 *
 * @param sender envelope sender, empty for the null reverse-path
 * @param origin the account that submitted it, or null
 * @param session the session that brought it
 * @param accepted when it was taken
 * @param content its bytes, a blob of the shard's account
 * @param size length of the content, bytes
 * @param recipients how many it was accepted for
 * @param traced whether anything is remembered of its attempts
 */
public record QueuedMessage(
    QueueId id,
    String sender,
    EnvelopeOptions options,
    @Nullable AccountId origin,
    String session,
    Instant accepted,
    BlobId content,
    long size,
    int recipients,
    boolean traced) {
  private static final int LAYOUT_VERSION = 2;

  QueuedMessage withTraced() {
    return new QueuedMessage(
        id, sender, options, origin, session, accepted, content, size, recipients, true);
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT_VERSION)
        .text(sender)
        .number(options.body().code())
        .flag(options.smtpUtf8())
        .flag(options.requireTls())
        .optionalText(options.ret())
        .optionalText(options.envid())
        .optionalText(origin == null ? null : origin.kind().code() + "" + origin.number())
        .text(session)
        .number(accepted.toEpochMilli())
        .raw(content.toBytes())
        .number(size)
        .number(recipients)
        .flag(traced)
        .toBytes();
  }

  static QueuedMessage decode(QueueId id, byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT_VERSION);
    String sender = in.text();
    EnvelopeOptions options =
        new EnvelopeOptions(
            bodyOf(in.integer()), in.flag(), in.flag(), in.optionalText(), in.optionalText());
    return new QueuedMessage(
        id,
        sender,
        options,
        originOf(in.optionalText()),
        in.text(),
        Instant.ofEpochMilli(in.number()),
        BlobId.of(in.raw(BlobId.BYTES)),
        in.number(),
        in.integer(),
        in.version() < 2 || in.flag());
  }

  private static BodyType bodyOf(int code) {
    for (BodyType type : BodyType.values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new StoreException.Corrupt("body type " + code, null);
  }

  private static @Nullable AccountId originOf(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return new AccountId(
          AccountId.Kind.ofCode(text.charAt(0)), Long.parseLong(text.substring(1)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StoreException.Corrupt("origin of a queued message", e);
    }
  }
}
