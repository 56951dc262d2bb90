package org.wachtpost.mail;

import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;

/** Reads the stored records of an account's mail, from a snapshot or within a transaction. */
final class StoredMail {
  private static final int LAYOUT = 1;

  /** Ranges of UIDs with a gap below this are read by one cursor. */
  private static final long GAP_UIDS = 64;

  private final Source source;

  interface Source {
    byte @Nullable [] read(Key key);

    Cursor range(Key from, Key to, Direction direction, int limit);
  }

  private StoredMail(Source source) {
    this.source = source;
  }

  static StoredMail of(Snapshot snapshot) {
    return new StoredMail(
        new Source() {
          @Override
          public byte @Nullable [] read(Key key) {
            return snapshot.read(key);
          }

          @Override
          public Cursor range(Key from, Key to, Direction direction, int limit) {
            return snapshot.range(from, to, direction, limit);
          }
        });
  }

  static StoredMail of(Transaction transaction) {
    return new StoredMail(
        new Source() {
          @Override
          public byte @Nullable [] read(Key key) {
            return transaction.read(key);
          }

          @Override
          public Cursor range(Key from, Key to, Direction direction, int limit) {
            return transaction.range(from, to, direction, limit);
          }
        });
  }

  Source source() {
    return source;
  }

  MailState state() {
    return decoded(() -> MailState.decode(source.read(MailKeys.STATE)));
  }

  Optional<MailboxRecord> mailbox(MailboxId id) {
    if (id.value() > UidSet.MAX) {
      return Optional.empty();
    }
    byte[] bytes = source.read(MailKeys.mailbox(id));
    return bytes == null
        ? Optional.empty()
        : Optional.of(decoded(() -> MailboxRecord.decode(id, bytes)));
  }

  /** Every mailbox, doomed ones too. */
  Map<MailboxId, MailboxRecord> mailboxes() {
    Map<MailboxId, MailboxRecord> records = new HashMap<>();
    try (Cursor cursor = prefix(MailKeys.MAILBOXES, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        MailboxId id = MailKeys.rowMailbox(cursor.key());
        records.put(id, decoded(() -> MailboxRecord.decode(id, cursor.value())));
      }
    }
    return records;
  }

  KeywordTable keywords(MailboxId id) {
    return decoded(() -> new KeywordTable(source.read(MailKeys.keywords(id))));
  }

  Optional<Row> row(MailboxId mailbox, long uid, KeywordTable keywords) {
    byte[] bytes = source.read(MailKeys.row(mailbox, uid));
    return bytes == null
        ? Optional.empty()
        : Optional.of(decoded(() -> Row.decode(mailbox, uid, bytes, keywords)));
  }

  /**
   * The rows with these UIDs in order, until the consumer has enough (answers false).
   *
   * @return false if the consumer has stopped it
   */
  boolean rows(MailboxId mailbox, UidSet uids, KeywordTable keywords, Predicate<Row> consumer) {
    int range = 0;
    while (range < uids.ranges()) {
      int last = range;
      while (last + 1 < uids.ranges() && uids.first(last + 1) - uids.last(last) < GAP_UIDS) {
        last++;
      }
      if (!rows(mailbox, uids, range, last, keywords, consumer)) {
        return false;
      }
      range = last + 1;
    }
    return true;
  }

  private boolean rows(
      MailboxId mailbox,
      UidSet uids,
      int firstRange,
      int lastRange,
      KeywordTable keywords,
      Predicate<Row> consumer) {
    long first = uids.first(firstRange);
    long last = uids.last(lastRange);
    if (first == last) {
      return row(mailbox, first, keywords).map(consumer::test).orElse(true);
    }
    boolean filter = firstRange != lastRange;
    try (Cursor cursor =
        source.range(
            MailKeys.row(mailbox, first),
            MailKeys.afterRow(mailbox, last),
            Direction.FORWARD,
            Integer.MAX_VALUE)) {
      while (cursor.next()) {
        long uid = MailKeys.rowUid(cursor.key());
        if (filter && !uids.contains(uid)) {
          continue;
        }
        if (!consumer.test(decoded(() -> Row.decode(mailbox, uid, cursor.value(), keywords)))) {
          return false;
        }
      }
    }
    return true;
  }

  Optional<EmailRecord> email(EmailId email) {
    byte[] bytes = source.read(MailKeys.email(email));
    return bytes == null ? Optional.empty() : Optional.of(decoded(() -> EmailRecord.decode(bytes)));
  }

  Optional<MessageDataRecord> data(long content) {
    byte[] first = source.read(MailKeys.content(content, 0));
    if (first == null) {
      return Optional.empty();
    }
    return Optional.of(data(content, first));
  }

  /** Puts the parts together, of which the first is read already. */
  MessageDataRecord data(long content, byte[] first) {
    RecordReader in = new RecordReader(first, LAYOUT);
    int parts = in.integer();
    if (parts == 1) {
      return decoded(() -> MessageDataRecord.decode(in.bytes()));
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(in.bytes());
    for (int part = 1; part < parts; part++) {
      byte[] next = source.read(MailKeys.content(content, part));
      if (next == null) {
        throw new StoreException.Corrupt("part " + part + " of content " + content, null);
      }
      RecordReader rest = new RecordReader(next, LAYOUT);
      rest.integer();
      whole.writeBytes(rest.bytes());
    }
    return decoded(() -> MessageDataRecord.decode(whole.toByteArray()));
  }

  /** How many parts the data with this first part has. */
  static int parts(byte[] first) {
    return new RecordReader(first, LAYOUT).integer();
  }

  /** The content that emails with this body share; empty if no email refers to it. */
  Optional<Long> contentOf(BlobId blob) {
    try (Cursor cursor = prefix(MailKeys.references(blob), 1)) {
      return cursor.next()
          ? Optional.of(new RecordReader(cursor.value(), LAYOUT).number())
          : Optional.empty();
    }
  }

  List<String> subscriptions() {
    List<String> names = new ArrayList<>();
    try (Cursor cursor = prefix(MailKeys.SUBSCRIPTIONS, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        names.add(new RecordReader(cursor.value(), LAYOUT).text());
      }
    }
    return names;
  }

  Cursor prefix(Key prefix, int limit) {
    return source.range(prefix, prefix.prefixEnd(), Direction.FORWARD, limit);
  }

  /** Bytes that cannot be what was written are corruption, whatever they make the decoder throw. */
  static <T> T decoded(Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new StoreException.Corrupt("mail record: " + e.getMessage(), e);
    }
  }
}
