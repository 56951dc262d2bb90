package org.wachtpost.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What is remembered of messages whose recipients all have an end: envelope, recipients and trace,
 * without the content, so that "did it arrive?" has an answer later. Thread-safe.
 */
public final class FinishedMail {
  private static final int LAYOUT = 1;

  /** Messages looked at by one commit that forgets. */
  private static final int PAGE = 20;

  /** Messages that are read at once. */
  private static final int READ = 500;

  /** Keys after which such a commit takes no other message. */
  private static final int FULL_KEYS = 400;

  private final Accounts accounts;
  private final int shards;

  FinishedMail(Accounts accounts, int shards) {
    this.accounts = accounts;
    this.shards = shards;
  }

  /**
   * A message that is done with.
   *
   * @param at when its last recipient had an end
   */
  public record Finished(QueuedMessage message, Instant at) {
    private byte[] encode() {
      return new RecordWriter(LAYOUT).number(at.toEpochMilli()).bytes(message.encode()).toBytes();
    }

    static Finished decode(QueueId id, byte[] value) {
      RecordReader in = new RecordReader(value, LAYOUT);
      Instant at = Instant.ofEpochMilli(in.number());
      return new Finished(QueuedMessage.decode(id, in.bytes()), at);
    }
  }

  /** Part of the commit that takes the message itself away. */
  static void remember(Transaction tx, QueuedMessage message, Instant at) {
    tx.put(QueueKeys.finished(message.id().number()), new Finished(message, at).encode());
  }

  Optional<Finished> find(QueueId id) {
    try (Snapshot snapshot = accounts.snapshot(id.account())) {
      byte[] value = snapshot.read(QueueKeys.finished(id.number()));
      return value == null ? Optional.empty() : Optional.of(Finished.decode(id, value));
    }
  }

  /** Every message that is remembered, by shard and in the order of acceptance. */
  void forEach(Consumer<Finished> consumer) {
    for (int shard = 0; shard < shards; shard++) {
      List<Finished> page = page(shard, 0);
      while (!page.isEmpty()) {
        page.forEach(consumer);
        page = page(shard, page.getLast().message().id().number());
      }
    }
  }

  private List<Finished> page(int shard, long behind) {
    List<Finished> page = new ArrayList<>();
    Key end = QueueKeys.FINISHED.prefixEnd();
    try (Snapshot snapshot = accounts.snapshot(new AccountId(AccountId.Kind.QUEUE, shard));
        Cursor cursor =
            snapshot.range(QueueKeys.finished(behind + 1), end, Direction.FORWARD, READ)) {
      while (cursor.next()) {
        QueueId id = new QueueId(shard, QueueKeys.messageNumber(cursor.key()));
        page.add(Finished.decode(id, cursor.value()));
      }
    }
    return page;
  }

  /**
   * Forgets what was finished before then, in the order of acceptance; one that was finished later
   * keeps those behind it, which is a few days more at most.
   *
   * @return how many messages
   */
  int forget(Instant before) {
    int all = 0;
    for (int shard = 0; shard < shards; shard++) {
      AccountId account = new AccountId(AccountId.Kind.QUEUE, shard);
      int each = shard;
      int some;
      do {
        some = accounts.change(account, tx -> forget(tx, each, before));
        all += some;
      } while (some > 0);
    }
    return all;
  }

  private static int forget(Transaction tx, int shard, Instant before) {
    Key first = QueueKeys.FINISHED;
    List<Key> gone = new ArrayList<>();
    int messages = 0;
    try (Cursor cursor = tx.range(first, first.prefixEnd(), Direction.FORWARD, PAGE)) {
      while (gone.size() < FULL_KEYS && cursor.next()) {
        long number = QueueKeys.messageNumber(cursor.key());
        if (!Finished.decode(new QueueId(shard, number), cursor.value()).at().isBefore(before)) {
          break;
        }
        gone.add(cursor.key());
        gone.addAll(keysOf(tx, QueueKeys.recipients(number)));
        gone.addAll(keysOf(tx, QueueKeys.traces(number)));
        messages++;
      }
    }
    gone.forEach(tx::delete);
    return messages;
  }

  private static List<Key> keysOf(Transaction tx, Key prefix) {
    List<Key> keys = new ArrayList<>();
    try (Cursor cursor =
        tx.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        keys.add(cursor.key());
      }
    }
    return keys;
  }
}
