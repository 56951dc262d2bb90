package org.wachtpost.mail;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;

/** An account's mail in a snapshot. */
final class AccountMailView implements MailView {
  /** Messages whose data is read in one go, at most; each time twice as many as before. */
  private static final int BATCH = 256;

  /** The same at first: who takes little at a time would have much read for nothing. */
  private static final int FIRST_BATCH = 16;

  /** A scan that ended early pays if it was good for so many messages. */
  private static final int WORTH_A_SCAN = 16;

  /** Data that is read in one go, octets: each message may have some hundred thousand. */
  private static final long SCAN_OCTETS = 512 * 1024;

  /** Data is scanned, not looked up, if at most so many contents lie between two wanted ones. */
  private static final int SPREAD = 4;

  private final AccountId account;
  private final Store store;
  private final MailSettings settings;
  private final Snapshot snapshot;
  private final StoredMail stored;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable MailboxTree tree;
  private @Nullable List<Mailbox> list;

  AccountMailView(AccountId account, Store store, MailSettings settings, Snapshot snapshot) {
    this.account = account;
    this.store = store;
    this.settings = settings;
    this.snapshot = snapshot;
    this.stored = StoredMail.of(snapshot);
  }

  @Override
  public long version() {
    return snapshot.version();
  }

  @Override
  public List<Mailbox> mailboxes() {
    lock.lock();
    try {
      List<Mailbox> known = list;
      if (known == null) {
        known = List.copyOf(tree().mailboxes(new HashSet<>(stored.subscriptions())));
        list = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private MailboxTree tree() {
    lock.lock();
    try {
      MailboxTree known = tree;
      if (known == null) {
        known = new MailboxTree(stored.mailboxes());
        tree = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Mailbox> mailbox(MailboxId id) {
    return tree().find(id).map(this::visible);
  }

  @Override
  public Optional<Mailbox> mailbox(String name) {
    return parsed(name).flatMap(parsed -> tree().find(parsed)).map(this::visible);
  }

  @Override
  public boolean mayCreate(String name) {
    return parsed(name).filter(parsed -> tree().hasRoom(parsed, settings)).isPresent();
  }

  private Optional<MailboxName> parsed(String name) {
    try {
      return Optional.of(MailboxName.parse(name, settings));
    } catch (RefusedException e) {
      return Optional.empty(); // a name that cannot be given is the name of no mailbox
    }
  }

  private Mailbox visible(MailboxRecord record) {
    String name = tree().name(record.id());
    return tree().mailbox(record, snapshot.read(MailKeys.subscription(name)) != null);
  }

  @Override
  public SortedSet<String> keywords(MailboxId mailbox) {
    return stored.keywords(mailbox).names();
  }

  @Override
  public long[] uids(MailboxId mailbox) {
    MailboxRecord record = selectable(mailbox).orElse(null);
    if (record == null) {
      return new long[0];
    }
    long[] uids = new long[Math.toIntExact(record.messages())];
    int count = 0;
    try (Cursor cursor = stored.prefix(MailKeys.rows(mailbox), Integer.MAX_VALUE)) {
      while (cursor.next()) {
        if (count == uids.length) {
          throw new StoreException.Corrupt("mailbox " + mailbox + " has too many rows", null);
        }
        uids[count++] = MailKeys.rowUid(cursor.key());
      }
    }
    if (count < uids.length) {
      throw new StoreException.Corrupt("mailbox " + mailbox + " has too few rows", null);
    }
    return uids;
  }

  private Optional<MailboxRecord> selectable(MailboxId id) {
    return stored.mailbox(id).filter(record -> record.state() == MailboxRecord.State.NORMAL);
  }

  @Override
  public void messages(MailboxId mailbox, UidSet uids, Consumer<Message> consumer) {
    if (selectable(mailbox).isPresent()) {
      stored.rows(
          mailbox,
          uids,
          stored.keywords(mailbox),
          row -> {
            consumer.accept(row.message());
            return true;
          });
    }
  }

  @Override
  public void messagesWithData(MailboxId mailbox, UidSet uids, MessageConsumer consumer) {
    if (selectable(mailbox).isEmpty()) {
      return;
    }
    List<Row> batch = new ArrayList<>(FIRST_BATCH);
    int[] most = {FIRST_BATCH};
    stored.rows(
        mailbox,
        uids,
        stored.keywords(mailbox),
        row -> {
          batch.add(row);
          boolean more = true;
          if (batch.size() == most[0]) {
            more = deliver(batch, consumer);
            batch.clear();
            most[0] = Math.min(BATCH, 2 * most[0]);
          }
          return more;
        });
    deliver(batch, consumer);
  }

  /** Whether the consumer wants more. */
  private boolean deliver(List<Row> rows, MessageConsumer consumer) {
    int from = 0;
    Map<Long, byte[]> scanned = scan(rows);
    for (int at = 0; at < rows.size(); at++) {
      Row row = rows.get(at);
      byte[] data = scanned.get(row.content());
      if (data == null && at - from >= WORTH_A_SCAN) {
        from = at;
        scanned = scan(rows.subList(at, rows.size()));
        data = scanned.get(row.content());
      }
      if (!consumer.accept(
          row.message(),
          data == null ? data(row.content()) : stored.data(row.content(), data).data())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads the data of the rows, as it is stored, in one scan if it lies close together, as much of
   * it as may be held at a time; else nothing.
   */
  private Map<Long, byte[]> scan(List<Row> rows) {
    if (rows.size() < 2) {
      return Map.of();
    }
    long first = Long.MAX_VALUE;
    long last = 0;
    for (Row row : rows) {
      first = Math.min(first, row.content());
      last = Math.max(last, row.content());
    }
    if (last - first > (long) SPREAD * rows.size()) {
      return Map.of();
    }
    Set<Long> wanted = new HashSet<>();
    rows.forEach(row -> wanted.add(row.content()));
    Map<Long, byte[]> found = new HashMap<>();
    try (Cursor cursor =
        snapshot.range(
            MailKeys.content(first, 0),
            MailKeys.content(last, 1),
            Direction.FORWARD,
            Integer.MAX_VALUE)) {
      long octets = 0;
      while (octets < SCAN_OCTETS && cursor.next()) {
        long content = MailKeys.contentNumber(cursor.key());
        byte[] value = cursor.value();
        octets += value.length;
        // What is in several parts is large, and read when it is its turn.
        if (MailKeys.contentPart(cursor.key()) == 0
            && wanted.contains(content)
            && StoredMail.parts(value) == 1) {
          found.put(content, value);
        }
      }
    }
    return found;
  }

  private MessageData data(long content) {
    return stored
        .data(content)
        .orElseThrow(() -> new StoreException.Corrupt("no content " + content, null))
        .data();
  }

  @Override
  public Optional<Message> message(MailboxId mailbox, long uid) {
    if (uid < 1 || uid > UidSet.MAX || selectable(mailbox).isEmpty()) {
      return Optional.empty();
    }
    return stored.row(mailbox, uid, stored.keywords(mailbox)).map(Row::message);
  }

  @Override
  public Optional<MessageData> data(EmailId email) {
    return stored.email(email).map(record -> data(record.content()));
  }

  @Override
  public List<Message> memberships(EmailId email) {
    List<Message> messages = new ArrayList<>();
    for (Place place : stored.email(email).map(EmailRecord::places).orElse(List.of())) {
      message(place.mailbox(), place.uid()).ifPresent(messages::add);
    }
    return messages;
  }

  @Override
  public InputStream body(Message message, long offset) {
    return store
        .openBlob(account, message.blob(), offset)
        .orElseThrow(() -> new StoreException.Corrupt("no body of email " + message.email(), null));
  }

  @Override
  public Changes changes(MailboxId mailbox, long since) {
    return new MailboxChanges(snapshot, stored, mailbox).since(since);
  }

  @Override
  public Quota quota() {
    return stored.state().quota(settings);
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
