package org.wachtpost.mail;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TreeSet;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** A deleted email as it is stored until it is purged, with the place it had last. */
record Tombstone(
    long content,
    ThreadId thread,
    MailboxId mailbox,
    String mailboxName,
    long uid,
    Flags flags,
    OffsetDateTime internalDate,
    Instant saveDate,
    long size,
    BlobId blob) {
  private static final int LAYOUT = 2;

  static Tombstone of(Row row, String mailboxName) {
    Message message = row.message();
    return new Tombstone(
        row.content(),
        message.thread(),
        message.mailbox(),
        mailboxName,
        message.uid(),
        message.flags(),
        message.internalDate(),
        message.saveDate(),
        message.size(),
        message.blob());
  }

  /** The row it was, for another one to be made of. */
  Row row(EmailId email) {
    return new Row(
        new Message(
            mailbox, uid, email, email, thread, 0, flags, internalDate, saveDate, size, blob),
        content,
        false);
  }

  static Tombstone decode(byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    long content = in.number();
    ThreadId thread = new ThreadId(in.number());
    MailboxId mailbox = new MailboxId(in.number());
    String mailboxName = in.text();
    long uid = in.number();
    Flags flags = readFlags(in);
    long internalDate = in.signed();
    Instant saveDate = Instant.ofEpochSecond(in.signed());
    long size = in.number();
    BlobId blob = BlobId.of(in.raw(BlobId.BYTES));
    OffsetDateTime date = Row.date(internalDate, in.version() < 2 ? 0 : in.signed());
    return new Tombstone(
        content, thread, mailbox, mailboxName, uid, flags, date, saveDate, size, blob);
  }

  byte[] encode() {
    RecordWriter out =
        new RecordWriter(LAYOUT)
            .number(content)
            .number(thread.value())
            .number(mailbox.value())
            .text(mailboxName)
            .number(uid);
    writeFlags(out, flags);
    return out.signed(internalDate.toEpochSecond())
        .signed(saveDate.getEpochSecond())
        .number(size)
        .raw(blob.toBytes())
        .signed(Row.zoneMinutes(internalDate))
        .toBytes();
  }

  /** Flags with their keywords in full, where there is no table of numbers. */
  static void writeFlags(RecordWriter out, Flags flags) {
    out.number(flags.system()).list(List.copyOf(flags.keywords()), RecordWriter::text);
  }

  static Flags readFlags(RecordReader in) {
    int system = in.integer();
    if (system > 31) {
      throw new StoreException.Corrupt("system flags " + system, null);
    }
    return new Flags(system, new TreeSet<>(in.list(RecordReader::text)));
  }
}
