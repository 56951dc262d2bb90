package org.wachtpost.queue;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.BlobMissingException;
import org.wachtpost.changelog.ChangeListener;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.changelog.Subscription;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** The durable outbox: keeps messages until they have left. Thread-safe. */
public final class Outbox implements Outgoing {
  /** Shards unless configured; never lower the number while there is mail in the higher ones. */
  public static final int SHARDS = 4;

  /** What is remembered of a message's attempts; the oldest is forgotten. */
  static final int TRACE_ENTRIES = 50;

  /** Recipients of one queued message; more are split over several. Three keys each at most. */
  static final int RECIPIENTS = 280;

  private static final int BLOB_ATTEMPTS = 5;

  /** Messages that are read at once. */
  private static final int PAGE = 500;

  private final Accounts accounts;
  private final Store store;
  private final InstantSource time;
  private final int shards;
  private final AtomicInteger nextShard = new AtomicInteger();
  private final DueIndex dueIndex;
  private final FinishedMail finishedMail;

  public Outbox(Accounts accounts, Store store, InstantSource time, int shards) {
    this.accounts = accounts;
    this.store = store;
    this.time = time;
    this.shards = shards;
    this.dueIndex = new DueIndex(accounts, shards);
    this.finishedMail = new FinishedMail(accounts, shards);
  }

  /**
   * {@inheritDoc}
   *
   * @return the message's id; of several, if it has more than {@value #RECIPIENTS} recipients, the
   *     first
   */
  @Override
  public QueueId accept(OutboundMessage message) throws IOException {
    return accept(message, RecipientState.WAITING, "");
  }

  /**
   * As {@link #accept(OutboundMessage)}.
   *
   * @param initial {@link RecipientState#WAITING}, or {@link RecipientState#HELD} for mail that is
   *     not to leave before somebody has looked at it
   * @param words for the delivery trace; empty for none
   */
  public QueueId accept(OutboundMessage message, RecipientState initial, String words)
      throws IOException {
    int shard = Math.floorMod(nextShard.getAndIncrement(), shards);
    List<QueueId> taken = new ArrayList<>();
    try {
      for (int from = 0; from < message.recipients().size(); from += RECIPIENTS) {
        int to = Math.min(message.recipients().size(), from + RECIPIENTS);
        taken.add(
            acceptPart(shard, message, message.recipients().subList(from, to), initial, words));
      }
      return taken.getFirst();
    } catch (IOException | RuntimeException e) {
      taken.forEach(this::remove);
      throw e;
    }
  }

  private QueueId acceptPart(
      int shard,
      OutboundMessage message,
      List<OutboundRecipient> part,
      RecipientState initial,
      String words)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      AccountId account = new AccountId(AccountId.Kind.QUEUE, shard);
      Held held = hold(account, message.content());
      try {
        return accounts.change(
            account,
            tx -> {
              QueueId id = enqueue(tx, shard, message, part, held, initial);
              if (!words.isEmpty()) {
                trace(tx, id, words);
              }
              return id;
            });
      } catch (BlobMissingException e) {
        // The blob went with the last message that had the same bytes: write it again.
        if (attempt == BLOB_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Content, either in memory to go with the commit, or in the store already (empty bytes). */
  private record Held(BlobId blob, Optional<byte[]> bytes, long size) {}

  private Held hold(AccountId account, MessageContent content) throws IOException {
    try (InputStream in = content.open()) {
      if (content.size() <= Limits.INLINE_BLOB_BYTES) {
        byte[] bytes = in.readAllBytes();
        return new Held(BlobId.ofContent(bytes), Optional.of(bytes), bytes.length);
      }
      return new Held(store.writeBlob(account, in), Optional.empty(), content.size());
    }
  }

  private QueueId enqueue(
      Transaction tx,
      int shard,
      OutboundMessage message,
      List<OutboundRecipient> part,
      Held held,
      RecipientState initial) {
    Instant now = time.instant();
    byte[] counter = tx.read(QueueKeys.COUNTER);
    long number = (counter == null ? 0 : new RecordReader(counter, 1).number()) + 1;
    tx.put(QueueKeys.COUNTER, new RecordWriter(1).number(number).toBytes());
    QueueId id = new QueueId(shard, number);
    QueuedMessage queued =
        new QueuedMessage(
            id,
            message.sender(),
            message.options(),
            message.origin(),
            message.session(),
            now,
            held.blob(),
            held.size(),
            part.size(),
            false);
    if (held.bytes().isPresent()) {
      tx.addBlob(held.blob(), held.bytes().get());
    } else {
      tx.requireBlob(held.blob());
    }
    tx.put(QueueKeys.message(number), queued.encode());
    tx.put(QueueKeys.blob(held.blob(), number), new byte[0]);
    for (int index = 0; index < part.size(); index++) {
      QueuedRecipient recipient =
          new QueuedRecipient(index, part.get(index), initial, 0, now, null, null, false);
      put(tx, number, recipient);
    }
    log(tx, number);
    return id;
  }

  private static void put(Transaction tx, long number, QueuedRecipient recipient) {
    tx.put(QueueKeys.recipient(number, recipient.index()), recipient.encode());
    if (recipient.state() == RecipientState.WAITING) {
      byte[] value =
          new RecordWriter(1).text(Sending.domainOf(recipient.recipient().address())).toBytes();
      tx.put(QueueKeys.time(recipient.nextAttempt(), number, recipient.index()), value);
    }
  }

  private static void log(Transaction tx, long number) {
    byte[] body = new RecordWriter(1).number(number).toBytes();
    tx.log(new LogRecord(LogRecord.Type.OUTBOX, body));
  }

  /** Wakes the listener after every change of any shard. */
  public List<Subscription> listen(ChangeListener listener) {
    List<Subscription> subscriptions = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      AccountId account = new AccountId(AccountId.Kind.QUEUE, shard);
      subscriptions.add(accounts.listen(account, listener));
    }
    return subscriptions;
  }

  public Optional<QueuedMessage> message(QueueId id) {
    try (Snapshot snapshot = accounts.snapshot(id.account())) {
      byte[] value = snapshot.read(QueueKeys.message(id.number()));
      return value == null ? Optional.empty() : Optional.of(QueuedMessage.decode(id, value));
    }
  }

  /** A message that is done with, as long as it is remembered. */
  public Optional<FinishedMail.Finished> finished(QueueId id) {
    return finishedMail.find(id);
  }

  /** Every message that is done with and remembered, by shard, in the order of acceptance. */
  public void forEachFinished(Consumer<FinishedMail.Finished> consumer) {
    finishedMail.forEach(consumer);
  }

  /**
   * Forgets messages that were done with before then. A job: call it daily.
   *
   * @return how many
   */
  public int forgetFinished(Instant before) {
    return finishedMail.forget(before);
  }

  /**
   * Every message, by shard and in the order of their acceptance. Whoever takes them may take time:
   * no snapshot waits for it.
   */
  public void forEach(Consumer<QueuedMessage> consumer) {
    for (int shard = 0; shard < shards; shard++) {
      List<QueuedMessage> page = page(shard, 0);
      while (!page.isEmpty()) {
        page.forEach(consumer);
        page = page(shard, page.getLast().id().number());
      }
    }
  }

  private List<QueuedMessage> page(int shard, long behind) {
    List<QueuedMessage> page = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(new AccountId(AccountId.Kind.QUEUE, shard));
        Cursor cursor =
            snapshot.range(
                QueueKeys.message(behind + 1),
                QueueKeys.MESSAGES.prefixEnd(),
                Direction.FORWARD,
                PAGE)) {
      while (cursor.next()) {
        QueueId id = new QueueId(shard, QueueKeys.messageNumber(cursor.key()));
        page.add(QueuedMessage.decode(id, cursor.value()));
      }
    }
    return page;
  }

  /** The message's recipients by index; empty if there is no such message. */
  public List<QueuedRecipient> recipients(QueueId id) {
    List<QueuedRecipient> recipients = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(id.account());
        Cursor cursor = prefix(snapshot, QueueKeys.recipients(id.number()))) {
      while (cursor.next()) {
        int index = QueueKeys.recipientIndex(cursor.key());
        recipients.add(QueuedRecipient.decode(index, cursor.value()));
      }
    }
    return recipients;
  }

  /** A message and some of its recipients, at one version. */
  record Loaded(QueuedMessage message, List<QueuedRecipient> recipients) {}

  /**
   * The message with those of its recipients that are there; empty if it is not.
   *
   * @param indexes of the recipients
   */
  Optional<Loaded> load(QueueId id, List<Integer> indexes) {
    try (Snapshot snapshot = accounts.snapshot(id.account())) {
      byte[] value = snapshot.read(QueueKeys.message(id.number()));
      if (value == null) {
        return Optional.empty();
      }
      List<QueuedRecipient> recipients = new ArrayList<>();
      for (int index : indexes) {
        byte[] recipient = snapshot.read(QueueKeys.recipient(id.number(), index));
        if (recipient != null) {
          recipients.add(QueuedRecipient.decode(index, recipient));
        }
      }
      return Optional.of(new Loaded(QueuedMessage.decode(id, value), recipients));
    }
  }

  private static Cursor prefix(Snapshot snapshot, Key prefix) {
    return snapshot.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE);
  }

  /**
   * A recipient whose time has come.
   *
   * @param domain the one that decides where mail for it goes
   */
  public record Due(QueueId message, int recipient, Instant since, String domain) {}

  /** Recipients to be tried now or earlier, the longest due first within each shard. */
  public List<Due> due(Instant now, int limitPerShard) {
    return due(now, limitPerShard, true, due -> false);
  }

  /** As {@link #due(Instant, int)}; see {@link DueIndex#due}. */
  List<Due> due(Instant now, int limitPerShard, boolean whole, Predicate<Due> passOver) {
    return dueIndex.due(now, limitPerShard, whole, passOver);
  }

  /** Some messages with somebody who is to be tried later than this. */
  Set<QueueId> later(Instant than) {
    return dueIndex.later(than, RECIPIENTS);
  }

  /** When the next recipient is to be tried; empty if none waits. */
  public Optional<Instant> nextAttempt() {
    return dueIndex.nextAttempt();
  }

  /** The message's bytes from {@code offset} on. */
  public InputStream content(QueuedMessage message, long offset) throws IOException {
    if (message.size() == 0) {
      return new ByteArrayInputStream(new byte[0]);
    }
    return store
        .openBlob(message.id().account(), message.content(), offset)
        .orElseThrow(() -> new FileNotFoundException("content of " + message.id() + " is gone"));
  }

  /**
   * Writes new states of recipients in one commit. Those that are no longer there are passed over.
   *
   * @return false if the message is no longer there
   */
  public boolean update(QueueId id, Collection<QueuedRecipient> states) {
    return accounts.change(
        id.account(),
        tx -> {
          if (tx.read(QueueKeys.message(id.number())) == null) {
            return false;
          }
          for (QueuedRecipient state : states) {
            Key key = QueueKeys.recipient(id.number(), state.index());
            byte[] before = tx.read(key);
            if (before != null) {
              dropTime(tx, id, QueuedRecipient.decode(state.index(), before));
              put(tx, id.number(), state);
            }
          }
          log(tx, id.number());
          return true;
        });
  }

  /**
   * Writes what came of an attempt, in one commit: new states, what is remembered of it, and what
   * follows from it (a report to the sender, say), which is queued beside the message. If every
   * recipient has an end then, the message is finished. States of recipients that somebody else has
   * settled or removed are passed over; one that was held meanwhile stays held.
   *
   * @param more with at most {@value #RECIPIENTS} recipients in all, and a report
   */
  void settle(
      QueueId id, Collection<QueuedRecipient> states, String words, List<OutboundMessage> more)
      throws IOException {
    List<Held> held = new ArrayList<>();
    for (OutboundMessage each : more) {
      held.add(hold(id.account(), each.content()));
    }
    accounts.change(
        id.account(),
        tx -> {
          byte[] value = tx.read(QueueKeys.message(id.number()));
          if (value == null) {
            return false;
          }
          int passedOver = 0;
          for (QueuedRecipient state : states) {
            passedOver += settle(tx, id, state) ? 0 : 1;
          }
          for (int i = 0; i < more.size() && passedOver < states.size(); i++) {
            OutboundMessage each = more.get(i);
            enqueue(tx, id.shard(), each, each.recipients(), held.get(i), RecipientState.WAITING);
          }
          trace(tx, id, words);
          if (isDone(tx, id, QueuedMessage.decode(id, value).recipients())) {
            return finish(tx, id);
          }
          log(tx, id.number());
          return true;
        });
  }

  private static boolean settle(Transaction tx, QueueId id, QueuedRecipient state) {
    byte[] value = tx.read(QueueKeys.recipient(id.number(), state.index()));
    if (value == null) {
      return false;
    }
    QueuedRecipient before = QueuedRecipient.decode(state.index(), value);
    if (before.state().isFinal()) {
      return false;
    }
    dropTime(tx, id, before);
    boolean staysHeld =
        before.state() == RecipientState.HELD && state.state() == RecipientState.WAITING;
    put(tx, id.number(), staysHeld ? state.in(RecipientState.HELD, state.nextAttempt()) : state);
    return true;
  }

  private static boolean isDone(Transaction tx, QueueId id, int recipients) {
    for (int index = 0; index < recipients; index++) {
      byte[] value = tx.read(QueueKeys.recipient(id.number(), index));
      if (value != null && !QueuedRecipient.decode(index, value).state().isFinal()) {
        return false;
      }
    }
    return true;
  }

  private void trace(Transaction tx, QueueId id, String words) {
    byte[] value = tx.read(QueueKeys.message(id.number()));
    if (value != null && !QueuedMessage.decode(id, value).traced()) {
      byte[] marked = QueuedMessage.decode(id, value).withTraced().encode();
      tx.put(QueueKeys.message(id.number()), marked);
    }
    List<Key> entries = traces(tx, id);
    for (int i = 0; i <= entries.size() - TRACE_ENTRIES; i++) {
      tx.delete(entries.get(i));
    }
    tx.put(
        QueueKeys.trace(id.number(), tx.nextVersion()),
        new TraceEntry(time.instant(), words).encode());
  }

  private static List<Key> traces(Transaction tx, QueueId id) {
    List<Key> entries = new ArrayList<>();
    Key prefix = QueueKeys.traces(id.number());
    try (Cursor cursor =
        tx.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        entries.add(cursor.key());
      }
    }
    return entries;
  }

  /** What is remembered of the message's attempts, the oldest first. */
  public List<TraceEntry> trace(QueueId id) {
    List<TraceEntry> entries = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(id.account());
        Cursor cursor = prefix(snapshot, QueueKeys.traces(id.number()))) {
      while (cursor.next()) {
        entries.add(TraceEntry.decode(cursor.value()));
      }
    }
    return entries;
  }

  /**
   * Changes the states of the message's recipients by what they are, in one commit.
   *
   * @param words what is remembered of it
   * @return how many changed
   */
  int change(QueueId id, String words, UnaryOperator<QueuedRecipient> change) {
    return accounts.change(
        id.account(),
        tx -> {
          byte[] value = tx.read(QueueKeys.message(id.number()));
          int changed = 0;
          int recipients = value == null ? 0 : QueuedMessage.decode(id, value).recipients();
          for (int index = 0; index < recipients; index++) {
            byte[] before = tx.read(QueueKeys.recipient(id.number(), index));
            if (before != null) {
              QueuedRecipient recipient = QueuedRecipient.decode(index, before);
              QueuedRecipient after = change.apply(recipient);
              if (!after.equals(recipient)) {
                dropTime(tx, id, recipient);
                put(tx, id.number(), after);
                changed++;
              }
            }
          }
          if (changed > 0) {
            trace(tx, id, words);
            log(tx, id.number());
          }
          return changed;
        });
  }

  /**
   * Holds what waits of an account.
   *
   * @param words what is remembered of it
   * @return how many recipients
   */
  int holdOf(AccountId origin, String words) {
    int held = 0;
    for (QueueId id : idsOf(origin)) {
      held += change(id, words, QueuedRecipient::held);
    }
    return held;
  }

  /** The messages that the account has in the queue. */
  public List<QueueId> idsOf(AccountId origin) {
    List<QueueId> ids = new ArrayList<>();
    forEach(message -> {
      if (origin.equals(message.origin())) {
        ids.add(message.id());
      }
    });
    return ids;
  }

  private static void dropTime(Transaction tx, QueueId id, QueuedRecipient before) {
    if (before.state() == RecipientState.WAITING) {
      tx.delete(QueueKeys.time(before.nextAttempt(), id.number(), before.index()));
    }
  }

  /**
   * Removes the message and everything of it.
   *
   * @return false if it was not there
   */
  public boolean remove(QueueId id) {
    return accounts.change(id.account(), tx -> remove(tx, id));
  }

  /** Takes the message away, and keeps in words what became of it. */
  private boolean finish(Transaction tx, QueueId id) {
    byte[] value = tx.read(QueueKeys.message(id.number()));
    if (value == null) {
      return false;
    }
    QueuedMessage message = QueuedMessage.decode(id, value);
    FinishedMail.remember(tx, message, time.instant());
    forgetMessage(tx, message);
    return true;
  }

  private static boolean remove(Transaction tx, QueueId id) {
    byte[] value = tx.read(QueueKeys.message(id.number()));
    if (value == null) {
      return false;
    }
    QueuedMessage message = QueuedMessage.decode(id, value);
    for (int index = 0; index < message.recipients(); index++) {
      Key key = QueueKeys.recipient(id.number(), index);
      byte[] before = tx.read(key);
      if (before != null) {
        dropTime(tx, id, QueuedRecipient.decode(index, before));
        tx.delete(key);
      }
    }
    if (message.traced()) { // most never are, and a look costs more than the rest
      traces(tx, id).forEach(tx::delete);
    }
    forgetMessage(tx, message);
    return true;
  }

  /** Takes the message and its content out of the queue; its recipients are the caller's. */
  private static void forgetMessage(Transaction tx, QueuedMessage message) {
    QueueId id = message.id();
    tx.delete(QueueKeys.message(id.number()));
    tx.delete(QueueKeys.blob(message.content(), id.number()));
    Key references = QueueKeys.blob(message.content());
    boolean shared;
    try (Cursor cursor = tx.range(references, references.prefixEnd(), Direction.FORWARD, 1)) {
      shared = cursor.next();
    }
    if (!shared) {
      tx.dropBlob(message.content());
    }
    log(tx, id.number());
  }
}
