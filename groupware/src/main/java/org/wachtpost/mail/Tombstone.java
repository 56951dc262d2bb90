package org.wachtpost.mail;

import java.time.Instant;
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
    Instant internalDate,
    Instant saveDate,
    long size,
    BlobId blob) {
  private static final int LAYOUT = 1;

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
        new Message(mailbox, uid, email, thread, 0, flags, internalDate, saveDate, size, blob),
        content,
        false);
  }

  static Tombstone decode(byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    return new Tombstone(
        in.number(),
        new ThreadId(in.number()),
        new MailboxId(in.number()),
        in.text(),
        in.number(),
        readFlags(in),
        Instant.ofEpochSecond(in.signed()),
        Instant.ofEpochSecond(in.signed()),
        in.number(),
        BlobId.of(in.raw(BlobId.BYTES)));
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
    return out.signed(internalDate.getEpochSecond())
        .signed(saveDate.getEpochSecond())
        .number(size)
        .raw(blob.toBytes())
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
