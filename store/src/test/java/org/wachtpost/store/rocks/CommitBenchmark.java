package org.wachtpost.store.rocks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.key.KeyWriter;

/**
 * Commits of one body and eight keys from many virtual threads: {@code CommitBenchmark DIRECTORY
 * [COMMITS] [WRITERS] [BODY_BYTES]}. Not a test.
 */
final class CommitBenchmark {
  private static final int KEYS = 8;
  private static final int VALUE_BYTES = 150;

  private CommitBenchmark() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path directory = Path.of(arguments[0]);
    int commits = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40_000;
    int writers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 64;
    int bodyBytes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 20 * 1024;
    long opening = System.nanoTime();
    try (RocksStore store = RocksStore.open(directory, RocksSettings.defaults())) {
      System.out.printf("opened in %d ms%n", (System.nanoTime() - opening) / 1_000_000);
      commit(store, commits / 10, writers, bodyBytes, 0);
      commit(store, commits, writers, bodyBytes, writers);
      range(store, 100_000);
    }
  }

  private static void commit(
      RocksStore store, int commits, int writers, int bodyBytes, int firstAccount)
      throws InterruptedException {
    AtomicLong left = new AtomicLong(commits);
    long[] nanos = new long[commits];
    CountDownLatch done = new CountDownLatch(writers);
    long start = System.nanoTime();
    for (int i = 0; i < writers; i++) {
      AccountId account = AccountId.person(firstAccount + i);
      Thread.startVirtualThread(() -> {
        RandomGenerator random = new Random(account.number());
        byte[] sample = sample(random, bodyBytes);
        long version = store.version(account);
        long mine;
        while ((mine = left.decrementAndGet()) >= 0) {
          long begin = System.nanoTime();
          CommitResult result =
              store.commit(
                  account, version, CommitId.random(random), batch(random, version, sample));
          nanos[(int) mine] = System.nanoTime() - begin;
          version = ((CommitResult.Committed) result).version();
        }
        done.countDown();
      });
    }
    done.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(nanos);
    System.out.printf(
        "%d commits of %d bytes + %d keys, %d writers: %.0f/s, p50 %.1f ms, p99 %.1f ms, max %.1f"
            + " ms%n",
        commits,
        bodyBytes,
        KEYS,
        writers,
        commits / seconds,
        nanos[commits / 2] / 1e6,
        nanos[commits * 99 / 100] / 1e6,
        nanos[commits - 1] / 1e6);
  }

  /** Half a byte of entropy per byte, so that it compresses about as mail does. */
  private static byte[] sample(RandomGenerator random, int bodyBytes) {
    byte[] sample = new byte[bodyBytes];
    for (int i = 0; i < bodyBytes; i++) {
      sample[i] = (byte) ('a' + (random.nextInt() & 15));
    }
    return sample;
  }

  private static Batch batch(RandomGenerator random, long version, byte[] sample) {
    byte[] body = sample.clone();
    for (int i = 0; i < Math.min(64, body.length); i++) {
      body[i] = (byte) ('a' + (random.nextInt() & 15));
    }
    Batch batch = new Batch();
    batch.addBlob(body);
    for (int i = 0; i < KEYS; i++) {
      batch.put(KeyWriter.prefix((char) ('a' + i)).u64(version).key(), new byte[VALUE_BYTES]);
    }
    return batch;
  }

  private static void range(RocksStore store, int entries) {
    AccountId account = AccountId.person(1_000_000);
    long version = store.version(account);
    for (int i = 0; i < entries; i += 1000) {
      Batch batch = new Batch();
      for (int j = 0; j < 1000; j++) {
        batch.put(KeyWriter.prefix('m').u64(i + j).key(), new byte[200]);
      }
      store.commit(account, version++, new CommitId(1, i), batch);
    }
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      int count = 0;
      try (Snapshot snapshot = store.snapshot(account);
          Cursor cursor =
              snapshot.range(
                  KeyWriter.prefix('m').key(),
                  KeyWriter.prefix('n').key(),
                  Direction.FORWARD,
                  Integer.MAX_VALUE)) {
        while (cursor.next()) {
          count += cursor.key().length() > 0 ? 1 : 0;
        }
      }
      System.out.printf("range of %d entries: %.1f ms%n", count, (System.nanoTime() - start) / 1e6);
    }
  }
}
