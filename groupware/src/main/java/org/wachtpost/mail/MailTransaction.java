package org.wachtpost.mail;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordWriter;

/**
 * A transaction on an account's mail: keeps counters, rows, the places of emails and the log in
 * step. Mailboxes, counters and keyword tables are written by {@link #flush}, once each.
 *
 * <p>A change that touches more than fits one commit stops when the transaction {@linkplain #isFull
 * is full} and goes on in the next.
 */
final class MailTransaction {
  /** Layout of the values that are written here in pieces. */
  private static final int LAYOUT = 1;

  /** From here on a transaction is full; one more step of any change fits well. */
  static final int FULL_KEYS = 700;

  static final long FULL_BYTES = 500_000;

  /** Stored data is cut into values of this size. */
  private static final int PART_BYTES = 60_000;

  /** Messages in one log record. */
  private static final int GONE = 500;

  private final Transaction transaction;
  private final StoredMail stored;
  private final Instant now;
  private final Map<MailboxId, MailboxRecord> mailboxes = new LinkedHashMap<>();
  private final Map<MailboxId, KeywordTable> keywords = new HashMap<>();
  private final Map<MailboxId, List<MailChange.Gone>> gone = new LinkedHashMap<>();
  private @Nullable MailState state;
  private boolean stateChanged;
  private int keys;
  private long bytes;
  private boolean touched;

  MailTransaction(Transaction transaction, Instant now) {
    this.transaction = transaction;
    this.stored = StoredMail.of(transaction);
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
  }

  StoredMail stored() {
    return stored;
  }

  Transaction transaction() {
    return transaction;
  }

  /** The time of this change, whole seconds. */
  Instant now() {
    return now;
  }

  long modSeq() {
    return transaction.nextVersion();
  }

  /** The account's version once this is committed: that before if nothing was written. */
  long version() {
    return touched ? transaction.nextVersion() : transaction.nextVersion() - 1;
  }

  boolean isFull() {
    return keys >= FULL_KEYS || bytes >= FULL_BYTES;
  }

  // ---- counters

  MailState state() {
    MailState current = state;
    if (current == null) {
      current = stored.state();
      state = current;
    }
    return current;
  }

  /** The counters, to be changed. */
  MailState changeState() {
    stateChanged = true;
    touched = true;
    return state();
  }

  EmailId newEmail() {
    return new EmailId(changeState().nextEmail++);
  }

  ThreadId newThread() {
    return new ThreadId(changeState().nextThread++);
  }

  private void use(long moreBytes, int moreMessages) {
    MailState counters = changeState();
    counters.bytesUsed += moreBytes;
    counters.messagesUsed += moreMessages;
  }

  // ---- mailboxes

  /** The mailbox, its pending changes included; doomed ones are not there. */
  Optional<MailboxRecord> mailbox(MailboxId id) {
    return anyMailbox(id).filter(record -> record.state() != MailboxRecord.State.DOOMED);
  }

  /** The mailbox if mail can be in it. */
  Optional<MailboxRecord> selectable(MailboxId id) {
    return anyMailbox(id).filter(record -> record.state() == MailboxRecord.State.NORMAL);
  }

  /**
   * The mailbox if mail can be in it.
   *
   * @throws RefusedException with NO_SUCH_MAILBOX
   */
  MailboxRecord requireSelectable(MailboxId id) {
    return selectable(id).orElseThrow(() -> RefusedException.noSuchMailbox(id));
  }

  Optional<MailboxRecord> anyMailbox(MailboxId id) {
    MailboxRecord pending = mailboxes.get(id);
    return pending != null ? Optional.of(pending) : stored.mailbox(id);
  }

  /** Every mailbox, pending changes included. */
  Map<MailboxId, MailboxRecord> allMailboxes() {
    Map<MailboxId, MailboxRecord> all = stored.mailboxes();
    all.putAll(mailboxes);
    return all;
  }

  void mailbox(MailboxRecord changed) {
    mailboxes.put(changed.id(), changed);
    touched = true;
  }

  /** A mailbox that was not there, with a UIDVALIDITY greater than any before it. */
  MailboxRecord newMailbox(
      MailboxRecord.State as, @Nullable MailboxId parent, String level, @Nullable SpecialUse use) {
    MailState counters = changeState();
    counters.lastUidValidity = newUidValidity(counters.lastUidValidity);
    MailboxId id = new MailboxId(counters.nextMailbox++);
    MailboxRecord made =
        new MailboxRecord(
            id, as, parent, level, use, counters.lastUidValidity, 1, 0, 0, 0, 0, modSeq(), 1);
    mailbox(made);
    log(new MailChange.MailboxCreated(id));
    return made;
  }

  // RFC 9051 §2.3.1.1: seconds since 1970 unless more mailboxes than seconds were made
  private long newUidValidity(long last) {
    return Math.max(now.getEpochSecond() & UidSet.MAX, last + 1);
  }

  void forgetMailbox(MailboxId id) {
    mailboxes.remove(id);
    delete(MailKeys.mailbox(id));
    delete(MailKeys.keywords(id));
  }

  KeywordTable keywords(MailboxId mailbox) {
    return keywords.computeIfAbsent(mailbox, stored::keywords);
  }

  /** Frees the numbers of keywords that no message of the mailbox has any more; reads all rows. */
  void reclaimKeywords(MailboxId mailbox) {
    KeywordTable table = keywords(mailbox);
    SortedSet<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    stored.rows(
        mailbox,
        UidSet.ALL,
        table,
        row -> {
          used.addAll(row.message().flags().keywords());
          return used.size() < table.size();
        });
    table.retain(used);
  }

  // ---- messages

  /** Puts an email into a mailbox under the next UID. The places of the email are the caller's. */
  Row addRow(MailboxId target, Row row, Flags flags) {
    MailboxRecord mailbox = mailbox(target).orElseThrow();
    long uid = mailbox.uidNext();
    if (uid >= UidSet.MAX) {
      throw new IllegalStateException("mailbox " + target + " has no UIDs left");
    }
    Row added = row.at(target, uid, flags, modSeq(), now);
    put(MailKeys.row(target, uid), added.encode(keywords(target)));
    mailbox(mailbox.counting(1, flags, row.message().size(), uid + 1, modSeq()));
    log(new MailChange.Added(target, uid, row.message().email()));
    return added;
  }

  /** Takes a row away. What becomes of the email is the caller's. */
  void removeRow(Row row) {
    Message message = row.message();
    MailboxId id = message.mailbox();
    MailboxRecord mailbox = anyMailbox(id).orElseThrow();
    delete(MailKeys.row(id, message.uid()));
    mailbox(mailbox.counting(-1, message.flags(), message.size(), mailbox.uidNext(), modSeq()));
    gone.computeIfAbsent(id, any -> new ArrayList<>())
        .add(new MailChange.Gone(message.uid(), message.email()));
  }

  /** Gives a row other flags. */
  Row changeFlags(Row row, Flags flags) {
    Message before = row.message();
    MailboxRecord mailbox = mailbox(before.mailbox()).orElseThrow();
    Row after = row.with(flags, modSeq());
    put(MailKeys.row(before.mailbox(), before.uid()), after.encode(keywords(before.mailbox())));
    mailbox(
        mailbox
            .counting(-1, before.flags(), before.size(), mailbox.uidNext(), modSeq())
            .counting(1, flags, before.size(), mailbox.uidNext(), modSeq()));
    log(
        new MailChange.FlagsChanged(
            before.mailbox(), before.uid(), before.email(), before.flags()));
    return after;
  }

  /** Rewrites a row whose email came into, or went out of, another mailbox; no client sees it. */
  void changeShared(Row row, boolean shared) {
    Message message = row.message();
    put(
        MailKeys.row(message.mailbox(), message.uid()),
        row.shared(shared).encode(keywords(message.mailbox())));
  }

  Optional<Row> row(MailboxId mailbox, long uid) {
    return stored.row(mailbox, uid, keywords(mailbox));
  }

  /** A new email that uses storage: its places and its reference to the body. */
  void putEmail(Row row, List<Place> places) {
    Message message = row.message();
    placeEmail(message.email(), row.content(), places);
    put(
        MailKeys.reference(message.blob(), message.email()),
        new RecordWriter(LAYOUT).number(row.content()).toBytes());
    use(message.size(), 1);
  }

  void placeEmail(EmailId email, long content, List<Place> places) {
    put(MailKeys.email(email), new EmailRecord(content, places).encode());
  }

  /**
   * Takes an email out of the mailbox of this row; from its last mailbox it becomes a tombstone.
   *
   * @param mailboxName the mailbox's full name, for whoever brings it back
   */
  void expunge(Row row, String mailboxName) {
    removeRow(row);
    Message message = row.message();
    EmailId email = message.email();
    if (row.shared()) {
      List<Place> rest = new ArrayList<>(stored.email(email).orElseThrow().places());
      rest.remove(new Place(message.mailbox(), message.uid()));
      placeEmail(email, row.content(), rest);
      if (rest.size() == 1) {
        Place last = rest.getFirst();
        changeShared(row(last.mailbox(), last.uid()).orElseThrow(), false);
      }
      return;
    }
    delete(MailKeys.email(email));
    put(MailKeys.tombstone(now.getEpochSecond(), email), Tombstone.of(row, mailboxName).encode());
    use(-message.size(), -1);
  }

  /** Takes a copy back as if it had never been made. */
  void uncopy(Row row) {
    Message message = row.message();
    if (row.shared()) {
      expunge(row, ""); // somebody has put it into another mailbox meanwhile
      return;
    }
    removeRow(row);
    delete(MailKeys.email(message.email()));
    use(-message.size(), -1);
    forget(message.email(), message.blob(), row.content());
  }

  /**
   * Forgets an email that is nowhere any more: its reference, and if it was the last one of the
   * body, what was parsed, its places in the thread index, and the body.
   */
  void forget(EmailId email, BlobId blob, long content) {
    delete(MailKeys.reference(blob, email));
    if (stored.contentOf(blob).isPresent()) {
      return;
    }
    byte[] first = transaction.read(MailKeys.content(content, 0));
    if (first == null) {
      throw new StoreException.Corrupt("no content " + content + " of email " + email, null);
    }
    ThreadIndex.remove(this, stored.data(content, first).threadHashes());
    for (int part = StoredMail.parts(first) - 1; part >= 0; part--) {
      delete(MailKeys.content(content, part));
    }
    transaction.dropBlob(blob);
  }

  /** Stores what was parsed, in as many parts as it needs. */
  void putData(long content, byte[] data) {
    int parts = Math.max(1, (data.length + PART_BYTES - 1) / PART_BYTES);
    for (int part = 0; part < parts; part++) {
      int from = part * PART_BYTES;
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + PART_BYTES));
      put(
          MailKeys.content(content, part),
          new RecordWriter(LAYOUT).number(parts).bytes(piece).toBytes());
    }
  }

  // ---- writing

  void put(Key key, byte[] value) {
    transaction.put(key, value);
    keys++;
    bytes += key.length() + value.length;
    touched = true;
  }

  void delete(Key key) {
    transaction.delete(key);
    keys++;
    bytes += key.length();
    touched = true;
  }

  void log(MailChange change) {
    var record = MailChanges.encode(change);
    transaction.log(record);
    bytes += record.body().length;
    touched = true;
  }

  /** Writes what was held back. Call it last. */
  MailTransaction flush() {
    gone.forEach((id, messages) -> {
      for (int from = 0; from < messages.size(); from += GONE) {
        int to = Math.min(messages.size(), from + GONE);
        log(new MailChange.Expunged(id, List.copyOf(messages.subList(from, to))));
      }
    });
    keywords.forEach((id, table) -> {
      if (table.isChanged()) {
        put(MailKeys.keywords(id), table.encode());
      }
    });
    mailboxes.forEach((id, record) -> put(MailKeys.mailbox(id), record.encode()));
    if (stateChanged) {
      put(MailKeys.STATE, state().encode());
    }
    return this;
  }
}
