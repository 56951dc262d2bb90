package org.wachtpost.mail;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * A message in a mailbox as it is stored.
 *
 * @param content number of the stored data: the email's own, or that of the email it is a copy of
 * @param shared true if the email is in other mailboxes too
 */
record Row(Message message, long content, boolean shared) {
  private static final int LAYOUT = 3;

  /** From this layout on the zone of the internal date is kept; before it was UTC. */
  private static final int WITH_ZONE = 2;

  /** From this layout on it is kept which email a copy is of; before it had an id of its own. */
  private static final int WITH_ORIGINAL = 3;

  private static final int MOST_ZONE_MINUTES = 18 * 60;
  private static final int SYSTEM_FLAGS = 31;
  private static final int SHARED = 32;

  static Row decode(MailboxId mailbox, long uid, byte[] bytes, KeywordTable keywords) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    int bits = in.integer();
    Flags flags = keywords.read(bits & SYSTEM_FLAGS, in);
    long modSeq = in.number();
    EmailId email = new EmailId(in.number());
    long content = email.value() - in.number();
    ThreadId thread = new ThreadId(in.number());
    long internalDate = in.signed();
    Instant saveDate = Instant.ofEpochSecond(in.signed());
    long size = in.number();
    BlobId blob = BlobId.of(in.raw(BlobId.BYTES));
    OffsetDateTime date = date(internalDate, in.version() < WITH_ZONE ? 0 : in.signed());
    EmailId original =
        in.version() < WITH_ORIGINAL ? email : new EmailId(email.value() - in.number());
    Message message =
        new Message(
            mailbox, uid, email, original, thread, modSeq, flags, date, saveDate, size, blob);
    return new Row(message, content, (bits & SHARED) != 0);
  }

  byte[] encode(KeywordTable keywords) {
    RecordWriter out = new RecordWriter(LAYOUT);
    keywords.write(out, message.flags(), shared ? SHARED : 0);
    return out.number(message.modSeq())
        .number(message.email().value())
        .number(message.email().value() - content)
        .number(message.thread().value())
        .signed(message.internalDate().toEpochSecond())
        .signed(message.saveDate().getEpochSecond())
        .number(message.size())
        .raw(message.blob().toBytes())
        .signed(zoneMinutes(message.internalDate()))
        .number(message.email().value() - message.original().value())
        .toBytes();
  }

  /** A time in a zone so many minutes east of UTC. */
  static OffsetDateTime date(long epochSecond, long zoneMinutes) {
    if (Math.abs(zoneMinutes) > MOST_ZONE_MINUTES) {
      throw new StoreException.Corrupt("zone of " + zoneMinutes + " minutes", null);
    }
    ZoneOffset zone =
        zoneMinutes == 0 ? ZoneOffset.UTC : ZoneOffset.ofTotalSeconds((int) zoneMinutes * 60);
    return Instant.ofEpochSecond(epochSecond).atOffset(zone);
  }

  static int zoneMinutes(OffsetDateTime date) {
    return date.getOffset().getTotalSeconds() / 60;
  }

  /** The same message with other flags. */
  Row with(Flags flags, long modSeq) {
    Message m = message;
    return new Row(
        new Message(
            m.mailbox(),
            m.uid(),
            m.email(),
            m.original(),
            m.thread(),
            modSeq,
            flags,
            m.internalDate(),
            m.saveDate(),
            m.size(),
            m.blob()),
        content,
        shared);
  }

  /** The same email at another place. */
  Row at(MailboxId mailbox, long uid, Flags flags, long modSeq, Instant saveDate) {
    Message m = message;
    return new Row(
        new Message(
            mailbox,
            uid,
            m.email(),
            m.original(),
            m.thread(),
            modSeq,
            flags,
            m.internalDate(),
            saveDate,
            m.size(),
            m.blob()),
        content,
        shared);
  }

  /** The same with another email id, as a copy has. */
  Row as(EmailId email) {
    Message m = message;
    return new Row(
        new Message(
            m.mailbox(),
            m.uid(),
            email,
            m.original(),
            m.thread(),
            m.modSeq(),
            m.flags(),
            m.internalDate(),
            m.saveDate(),
            m.size(),
            m.blob()),
        content,
        shared);
  }

  Row shared(boolean nowShared) {
    return new Row(message, content, nowShared);
  }
}
