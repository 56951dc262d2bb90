package org.wachtpost.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

@SuppressWarnings("try") // subscriptions are held open, not used
class AccountsTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final Key COUNTER = KeyWriter.prefix('c').key();

  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final Faults faults = new Faults(new Random(1));
  private final MemoryStore store = new MemoryStore(new MemoryDisk(faults, 1L << 30));
  private final Accounts accounts = new Accounts(store, () -> now, new Random(2));

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void changesThatArriveTogetherShareCommitsAndNoneIsLost() throws InterruptedException {
    int threads = 64;
    int each = 20;
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch queued = new CountDownLatch(1);
    List<Thread> running = new ArrayList<>();
    // the first change holds the account until all others wait for it
    running.add(
        Thread.startVirtualThread(() ->
            accounts.change(
                ALICE,
                transaction -> {
                  first.countDown();
                  await(queued);
                  return increment(transaction);
                })));
    first.await();
    for (int i = 0; i < threads; i++) {
      running.add(
          Thread.startVirtualThread(() -> {
            for (int j = 0; j < each; j++) {
              accounts.change(ALICE, AccountsTest::increment);
            }
          }));
    }
    queued.countDown();
    for (Thread thread : running) {
      thread.join();
    }
    assertThat(count()).isEqualTo(1 + threads * each);
    assertThat(store.version(ALICE)).isLessThan(1 + threads * each);
  }

  @Test
  void aChangeThatThrowsLeavesNoTrace() {
    accounts.change(ALICE, AccountsTest::increment);
    assertThatThrownBy(() ->
            accounts.change(
                ALICE,
                transaction -> {
                  increment(transaction);
                  throw new IllegalStateException("refused");
                }))
        .hasMessage("refused");
    assertThat(count()).isEqualTo(1);
    assertThat(store.version(ALICE)).isEqualTo(1);
  }

  @Test
  void aChangeOfNothingCommitsNothing() {
    accounts.change(ALICE, transaction -> transaction.read(COUNTER));
    assertThat(store.version(ALICE)).isZero();
  }

  @Test
  void aTransactionSeesItsOwnWritesInOrder() {
    accounts.change(ALICE, tx -> put(tx, "a1", "a3", "a5"));
    List<String> seen =
        accounts.change(
            ALICE,
            tx -> {
              put(tx, "a2", "a6");
              tx.delete(key("a3"));
              return keys(tx, Direction.FORWARD, 3);
            });
    assertThat(seen).containsExactly("a1", "a2", "a5");
    List<String> last = accounts.change(ALICE, tx -> keys(tx, Direction.BACKWARD, 2));
    assertThat(last).containsExactly("a6", "a5");
  }

  @Test
  void aFailingDiskIsReportedAndNothingIsAcknowledged() {
    accounts.change(ALICE, AccountsTest::increment);
    faults.failAppends(1);
    assertThatThrownBy(() -> accounts.change(ALICE, AccountsTest::increment))
        .isInstanceOf(StoreException.Unavailable.class);
    accounts.change(ALICE, AccountsTest::increment);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aMissingBlobFailsOnlyTheChangeThatNeedsIt() {
    BlobId blob = BlobId.ofContent(new byte[] {1});
    assertThatThrownBy(() ->
            accounts.change(
                ALICE,
                tx -> {
                  tx.requireBlob(blob);
                  return increment(tx);
                }))
        .isInstanceOfSatisfying(
            BlobMissingException.class, e -> assertThat(e.blob()).isEqualTo(blob));
    assertThat(store.version(ALICE)).isZero();
  }

  @Test
  void aChangeBeyondTheLimitsOfACommitIsRefused() {
    assertThatThrownBy(() ->
            accounts.change(
                ALICE,
                tx -> {
                  for (int i = 0; i <= Limits.BATCH_KEYS; i++) {
                    tx.put(key("k" + i), new byte[1]);
                  }
                  return true;
                }))
        .isInstanceOf(IllegalArgumentException.class);
    accounts.change(ALICE, AccountsTest::increment);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void theLogTellsWhatEachVersionChangedUntilItIsTruncated() {
    for (int i = 1; i <= 4; i++) {
      byte[] body = new byte[ChangeLog.RECORD_BYTES];
      body[0] = (byte) i;
      accounts.change(
          ALICE,
          tx -> {
            for (int part = 0; part < 9; part++) {
              tx.log(new LogRecord(LogRecord.Type.MAIL, body)); // several stored parts
            }
            return increment(tx);
          });
      now = now.plus(Duration.ofDays(1));
    }
    assertThat(logSince(1)).containsExactly("2:2x9", "3:3x9", "4:4x9");
    // the first two entries are older than two and a half days
    assertThat(accounts.truncate(ALICE, Duration.ofHours(60))).isPositive();
    assertThat(logSince(2)).containsExactly("3:3x9", "4:4x9");
    assertThat(logSince(1)).containsExactly("truncated");
    long version = store.version(ALICE);
    assertThat(accounts.truncate(ALICE, Duration.ofHours(60))).isZero();
    assertThat(store.version(ALICE)).isEqualTo(version);
  }

  @Test
  void listenersAreToldEachVersionAndAFailingOneStopsNobody() {
    List<Long> told = new ArrayList<>();
    AtomicInteger all = new AtomicInteger();
    try (var _ = accounts.listen(ALICE, (account, version) -> told.add(version));
        var _ =
            accounts.listen(
                ALICE,
                (account, version) -> {
                  throw new IllegalStateException("broken listener");
                });
        var _ = accounts.listenToAll((account, version) -> all.incrementAndGet())) {
      accounts.change(ALICE, AccountsTest::increment);
      accounts.change(AccountId.person(2), AccountsTest::increment);
      accounts.change(ALICE, AccountsTest::increment);
    }
    accounts.change(ALICE, AccountsTest::increment);
    assertThat(told).containsExactly(1L, 2L);
    assertThat(all).hasValue(3);
  }

  private List<String> logSince(long version) {
    List<String> entries = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(ALICE)) {
      boolean whole =
          ChangeLog.forEachSince(
              snapshot,
              version,
              entry ->
                  entries.add(
                      entry.version()
                          + ":"
                          + entry.records().getFirst().body()[0]
                          + "x"
                          + entry.records().size()));
      return whole ? entries : List.of("truncated");
    }
  }

  private int count() {
    try (Snapshot snapshot = accounts.snapshot(ALICE)) {
      return number(snapshot.read(COUNTER));
    }
  }

  private static int increment(Transaction transaction) {
    int next = number(transaction.read(COUNTER)) + 1;
    transaction.put(COUNTER, Integer.toString(next).getBytes());
    return next;
  }

  private static int number(byte[] stored) {
    return stored == null ? 0 : Integer.parseInt(new String(stored));
  }

  private static boolean put(Transaction transaction, String... names) {
    for (String name : names) {
      transaction.put(key(name), new byte[] {1});
    }
    return true;
  }

  private static List<String> keys(Transaction transaction, Direction direction, int limit) {
    List<String> names = new ArrayList<>();
    try (Cursor cursor = transaction.range(key("a"), key("b"), direction, limit)) {
      while (cursor.next()) {
        names.add(new String(cursor.key().toBytes()));
      }
    }
    return names;
  }

  private static Key key(String name) {
    return Key.of(name.getBytes());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
