package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.wachtpost.changelog.ChangeLog;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.key.RecordReader;

/**
 * Proves that what is stored of an account's mail fits together: counters and rows, emails and the
 * places they are in, references and bodies, the thread index and what was parsed. Reads
 * everything, changes nothing.
 */
final class MailCheckRun {
  private final Store store;
  private final AccountId account;
  private final Snapshot snapshot;
  private final StoredMail stored;
  private final Consumer<String> problems;

  private final Map<MailboxId, MailboxRecord> mailboxes = new HashMap<>();
  private final Map<EmailId, EmailRecord> emails = new HashMap<>();
  private final Map<EmailId, Tombstone> tombstones = new HashMap<>();
  private final Map<EmailId, Long> references = new HashMap<>();
  private final Map<BlobId, Long> contentOfBlob = new HashMap<>();
  private final Map<Long, Integer> threadHashes = new HashMap<>();
  private long bytes;
  private long rows;

  MailCheckRun(Store store, AccountId account, Snapshot snapshot, Consumer<String> problems) {
    this.store = store;
    this.account = account;
    this.snapshot = snapshot;
    this.stored = StoredMail.of(snapshot);
    this.problems = problems;
  }

  void run() {
    mailboxes.putAll(stored.mailboxes());
    new MailboxTree(mailboxes);
    readEmails();
    readTombstones();
    readReferences();
    readContents();
    checkRows();
    checkEmails();
    checkThreads();
    checkState();
    checkBlobs();
    checkLog();
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      problems.accept(otherwise);
    }
  }

  private void readEmails() {
    try (Cursor cursor = stored.prefix(MailKeys.EMAILS, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        emails.put(
            MailKeys.emailOf(cursor.key()),
            StoredMail.decoded(() -> EmailRecord.decode(cursor.value())));
      }
    }
  }

  private void readTombstones() {
    try (Cursor cursor = stored.prefix(MailKeys.TOMBSTONES, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        EmailId email = MailKeys.tombstoneEmail(cursor.key());
        expect(!emails.containsKey(email), "email " + email + " is deleted and is not");
        Tombstone before =
            tombstones.put(email, StoredMail.decoded(() -> Tombstone.decode(cursor.value())));
        expect(before == null, "email " + email + " is deleted twice");
      }
    }
  }

  private void readReferences() {
    try (Cursor cursor = stored.prefix(MailKeys.REFERENCES, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        BlobId blob = MailKeys.referenceBlob(cursor.key());
        EmailId email = MailKeys.referenceEmail(cursor.key());
        long content = new RecordReader(cursor.value(), 1).number();
        Long other = contentOfBlob.put(blob, content);
        expect(other == null || other == content, "blob " + blob + " was parsed twice: " + email);
        expect(references.put(email, content) == null, "email " + email + " refers to two bodies");
        expect(
            emails.containsKey(email) || tombstones.containsKey(email),
            "blob " + blob + " is referred to by email " + email + ", which is not there");
      }
    }
  }

  private void readContents() {
    Set<Long> wanted = new HashSet<>(contentOfBlob.values());
    expect(wanted.size() == contentOfBlob.size(), "bodies share what was parsed from them");
    Set<Long> found = new HashSet<>();
    try (Cursor cursor = stored.prefix(MailKeys.CONTENTS, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        if (MailKeys.contentPart(cursor.key()) == 0) {
          long content = MailKeys.contentNumber(cursor.key());
          found.add(content);
          expect(wanted.contains(content), "content " + content + " belongs to no email");
          for (long hash : stored.data(content, cursor.value()).threadHashes()) {
            threadHashes.merge(hash, 1, Integer::sum);
          }
        }
      }
    }
    wanted.removeAll(found);
    wanted.forEach(content -> problems.accept("content " + content + " is missing"));
  }

  private void checkRows() {
    Map<MailboxId, KeywordTable> keywords = new HashMap<>();
    Map<MailboxId, MailboxRecord> counted = new HashMap<>();
    try (Cursor cursor = stored.prefix(MailKeys.ROWS, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        MailboxId id = MailKeys.rowMailbox(cursor.key());
        long uid = MailKeys.rowUid(cursor.key());
        Optional<MailboxRecord> mailbox = Optional.ofNullable(mailboxes.get(id));
        expect(mailbox.isPresent(), "message " + uid + " is in no mailbox: " + id);
        Row row =
            StoredMail.decoded(() ->
                Row.decode(
                    id, uid, cursor.value(), keywords.computeIfAbsent(id, stored::keywords)));
        mailbox.ifPresent(record -> checkRow(record, row, counted));
        rows++;
      }
    }
    for (MailboxRecord record : mailboxes.values()) {
      MailboxRecord sums = counted.getOrDefault(record.id(), empty(record));
      expect(
          sums.messages() == record.messages()
              && sums.unseen() == record.unseen()
              && sums.deleted() == record.deleted()
              && sums.bytes() == record.bytes(),
          "mailbox " + record.id() + " counts " + record + " but its messages are " + sums);
      expect(
          record.highestModSeq() <= snapshot.version(),
          "mailbox " + record.id() + " has a modification sequence of the future");
    }
  }

  private void checkRow(MailboxRecord mailbox, Row row, Map<MailboxId, MailboxRecord> counted) {
    Message message = row.message();
    String name = "message " + message.uid() + " of mailbox " + mailbox.id();
    MailboxRecord sums = counted.getOrDefault(mailbox.id(), empty(mailbox));
    counted.put(mailbox.id(), sums.counting(1, message.flags(), message.size(), sums.uidNext(), 0));
    expect(message.uid() < mailbox.uidNext(), name + " is beyond UIDNEXT");
    expect(message.modSeq() <= mailbox.highestModSeq(), name + " is newer than its mailbox says");
    EmailRecord email = emails.get(message.email());
    Place place = new Place(mailbox.id(), message.uid());
    expect(
        email != null && email.places().contains(place),
        name + " is not where email " + message.email() + " says");
    if (email != null) {
      expect(email.content() == row.content(), name + " has another content than its email");
      expect(row.shared() == email.places().size() > 1, name + " miscounts its mailboxes");
      if (email.places().getFirst().equals(place)) {
        bytes += message.size();
      }
    }
    Long content = contentOfBlob.get(message.blob());
    expect(content != null && content == row.content(), name + " has no reference to its body");
  }

  private static MailboxRecord empty(MailboxRecord record) {
    return new MailboxRecord(
        record.id(), record.state(), null, "", null, 0, record.uidNext(), 0, 0, 0, 0, 0, 0);
  }

  private void checkEmails() {
    long places = 0;
    for (Map.Entry<EmailId, EmailRecord> entry : emails.entrySet()) {
      EmailId email = entry.getKey();
      places += entry.getValue().places().size();
      expect(!entry.getValue().places().isEmpty(), "email " + email + " is nowhere");
      expect(references.containsKey(email), "email " + email + " has no body");
      expect(
          email.value() < stored.state().nextEmail, "email " + email + " is beyond the next one");
    }
    expect(places == rows, places + " places of emails, but " + rows + " messages");
    for (EmailId email : tombstones.keySet()) {
      expect(references.containsKey(email), "deleted email " + email + " has no body");
    }
  }

  private void checkThreads() {
    long nextThread = stored.state().nextThread;
    try (Cursor cursor = stored.prefix(MailKeys.THREADS, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        ThreadIndex.Entry entry = ThreadIndex.Entry.decode(cursor.value());
        Integer count = threadHashes.remove(MailKeys.threadHash(cursor.key()));
        expect(
            entry != null && count != null && entry.count() == count,
            "thread index: " + entry + " but " + count + " contents");
        expect(
            entry != null && entry.thread().value() < nextThread,
            "thread index: " + entry + " is beyond the next thread");
      }
    }
    expect(threadHashes.isEmpty(), "thread index lacks " + threadHashes.size() + " entries");
  }

  private void checkState() {
    MailState state = stored.state();
    expect(
        state.messagesUsed == emails.size(),
        "quota counts " + state.messagesUsed + " messages, there are " + emails.size());
    expect(
        state.bytesUsed == bytes, "quota counts " + state.bytesUsed + " bytes, there are " + bytes);
    for (MailboxRecord mailbox : mailboxes.values()) {
      expect(
          mailbox.uidValidity() <= state.lastUidValidity
              && mailbox.id().value() < state.nextMailbox,
          "mailbox " + mailbox.id() + " is beyond the counters");
    }
  }

  private void checkBlobs() {
    List<BlobId> missing = new ArrayList<>();
    for (BlobId blob : contentOfBlob.keySet()) {
      if (store.blobSize(account, blob).isEmpty()) {
        missing.add(blob);
      }
    }
    missing.forEach(blob -> problems.accept("body " + blob + " is missing"));
  }

  private void checkLog() {
    boolean read =
        ChangeLog.forEachSince(
            snapshot,
            Math.max(0, ChangeLog.floor(snapshot) - 1),
            entry -> {
              for (LogRecord record : entry.records()) {
                if (record.type() == LogRecord.Type.MAIL) {
                  StoredMail.decoded(() -> MailChanges.decode(record));
                }
              }
            });
    expect(read, "the change log cannot be read from its own beginning");
  }
}
