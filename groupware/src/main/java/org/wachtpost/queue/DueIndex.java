package org.wachtpost.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.queue.Outbox.Due;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.key.RecordReader;

/** Reads the index by time: who is to be tried, and when. Thread-safe. */
final class DueIndex {
  /** How far before the first entry of the last look a look that is not whole begins. */
  private static final Duration LOOK_BACK = Duration.ofSeconds(2);

  private final Accounts accounts;
  private final int shards;

  /** By shard: the time of the first entry that the last look met. */
  private final AtomicReferenceArray<Instant> firstSeen;

  DueIndex(Accounts accounts, int shards) {
    this.accounts = accounts;
    this.shards = shards;
    this.firstSeen = new AtomicReferenceArray<>(shards);
    for (int shard = 0; shard < shards; shard++) {
      firstSeen.set(shard, Instant.EPOCH.plus(LOOK_BACK));
    }
  }

  /**
   * Recipients to be tried now or earlier, the longest due first within each shard, without those
   * to be passed over.
   *
   * @param whole whether to look from the beginning. What has left leaves marks of deletion there,
   *     which cost as much as entries until the engine has swept them; otherwise the look begins a
   *     little before the first entry that the last one met, and may miss what has been put before.
   */
  List<Due> due(Instant now, int limitPerShard, boolean whole, Predicate<Due> passOver) {
    List<Due> due = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      Instant from = whole ? Instant.EPOCH : firstSeen.get(shard).minus(LOOK_BACK);
      Instant first = now;
      try (Snapshot snapshot = accounts.snapshot(new AccountId(AccountId.Kind.QUEUE, shard));
          Cursor cursor =
              snapshot.range(
                  QueueKeys.timesFrom(from),
                  QueueKeys.timesAfter(now),
                  Direction.FORWARD,
                  Integer.MAX_VALUE)) {
        int taken = 0;
        while (taken < limitPerShard && cursor.next()) {
          Key key = cursor.key();
          QueueId id = new QueueId(shard, QueueKeys.timeMessage(key));
          String domain = new RecordReader(cursor.value(), 1).text();
          Due each = new Due(id, QueueKeys.timeIndex(key), QueueKeys.timeOf(key), domain);
          first = each.since().isBefore(first) ? each.since() : first;
          if (!passOver.test(each)) {
            due.add(each);
            taken++;
          }
        }
      }
      firstSeen.set(shard, first);
    }
    return due;
  }

  /** Messages with somebody who is to be tried later than this, so many of each shard at most. */
  Set<QueueId> later(Instant than, int limitPerShard) {
    Set<QueueId> later = new LinkedHashSet<>();
    for (int shard = 0; shard < shards; shard++) {
      try (Snapshot snapshot = accounts.snapshot(new AccountId(AccountId.Kind.QUEUE, shard));
          Cursor cursor =
              snapshot.range(
                  QueueKeys.timesAfter(than),
                  QueueKeys.TIMES.prefixEnd(),
                  Direction.FORWARD,
                  limitPerShard)) {
        while (cursor.next()) {
          later.add(new QueueId(shard, QueueKeys.timeMessage(cursor.key())));
        }
      }
    }
    return later;
  }

  /** When the next recipient is to be tried; empty if none waits. */
  Optional<Instant> nextAttempt() {
    Optional<Instant> earliest = Optional.empty();
    for (int shard = 0; shard < shards; shard++) {
      try (Snapshot snapshot = accounts.snapshot(new AccountId(AccountId.Kind.QUEUE, shard));
          Cursor cursor =
              snapshot.range(QueueKeys.TIMES, QueueKeys.TIMES.prefixEnd(), Direction.FORWARD, 1)) {
        if (cursor.next()) {
          Instant mine = QueueKeys.timeOf(cursor.key());
          earliest =
              earliest.isPresent() && earliest.get().isBefore(mine) ? earliest : Optional.of(mine);
        }
      }
    }
    return earliest;
  }
}
