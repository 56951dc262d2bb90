package org.wachtpost.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every engine promises. An engine's test extends this and says how to open it. */
public abstract class StoreContract extends BlobContract {
  // Versions and commits

  @Test
  void emptyAccountIsAtVersionZero() {
    assertThat(store.version(ALICE)).isZero();
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      assertThat(snapshot.version()).isZero();
      assertThat(snapshot.read(key("a"))).isNull();
      assertThat(keys(snapshot, "a", "z", Direction.FORWARD, 10)).isEmpty();
    }
  }

  @Test
  void versionsAreOneTwoThree() throws IOException {
    for (long version = 1; version <= 20; version++) {
      assertThat(commit(ALICE, new Batch().put(key("k"), bytes("v" + version)))).isEqualTo(version);
    }
    assertThat(store.version(ALICE)).isEqualTo(20);
    assertThat(store.version(BOB)).isZero();
    reopen();
    assertThat(store.version(ALICE)).isEqualTo(20);
    assertThat(read(ALICE, "k")).isEqualTo("v20");
  }

  @Test
  void emptyBatchMakesAVersion() {
    assertThat(commit(ALICE, new Batch())).isEqualTo(1);
  }

  @Test
  void wrongVersionConflictsAndChangesNothing() throws IOException {
    commit(ALICE, new Batch().put(key("a"), bytes("1")));
    Batch batch = new Batch().put(key("a"), bytes("2")).put(key("b"), bytes("2"));
    BlobId blob = batch.addBlob(bytes("body"));
    for (long wrong : new long[] {0, 2, 99}) {
      assertThat(store.commit(ALICE, wrong, commitId(), batch))
          .isEqualTo(new CommitResult.Conflict(1));
    }
    assertThat(read(ALICE, "a")).isEqualTo("1");
    assertThat(read(ALICE, "b")).isNull();
    assertThat(store.blobSize(ALICE, blob)).isEmpty();
    reopen();
    assertThat(store.version(ALICE)).isEqualTo(1);
    assertThat(read(ALICE, "b")).isNull();
  }

  @Test
  void lastWordOnAKeyWins() {
    commit(
        ALICE,
        new Batch()
            .put(key("a"), bytes("1"))
            .delete(key("a"))
            .delete(key("b"))
            .put(key("b"), bytes("2")));
    assertThat(read(ALICE, "a")).isNull();
    assertThat(read(ALICE, "b")).isEqualTo("2");
    commit(ALICE, new Batch().delete(key("b")).delete(key("never there")));
    assertThat(read(ALICE, "b")).isNull();
  }

  @Test
  void emptyValueIsAValue() throws IOException {
    commit(ALICE, new Batch().put(key("a"), new byte[0]));
    reopen();
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      assertThat(snapshot.read(key("a"))).isNotNull().isEmpty();
    }
  }

  @Test
  void valuesReadAreTheCallersOwn() {
    commit(ALICE, new Batch().put(key("a"), bytes("abc")));
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      snapshot.read(key("a"))[0] = 'X';
      assertThat(snapshot.read(key("a"))).isEqualTo(bytes("abc"));
    }
  }

  // Outcomes

  @Test
  void rememberedCommitsAreTheLastSixteen() throws IOException {
    List<CommitId> ids = new ArrayList<>();
    for (int version = 0; version < Limits.REMEMBERED_COMMITS + 4; version++) {
      CommitId id = commitId();
      ids.add(id);
      store.commit(ALICE, version, id, new Batch().put(key("k"), bytes("" + version)));
    }
    CommitId refused = commitId();
    store.commit(ALICE, 0, refused, new Batch());
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < ids.size(); i++) {
        if (i < 4) {
          assertThat(store.outcome(ALICE, ids.get(i))).isEmpty();
        } else {
          assertThat(store.outcome(ALICE, ids.get(i))).contains(i + 1L);
        }
      }
      assertThat(store.outcome(ALICE, refused)).isEmpty();
      assertThat(store.outcome(BOB, ids.getLast())).isEmpty();
      reopen();
    }
  }

  // Snapshots and ranges

  @Test
  void snapshotsAreStableUnderLaterCommits() {
    commit(ALICE, new Batch().put(key("a"), bytes("1")).put(key("b"), bytes("1")));
    try (Snapshot before = store.snapshot(ALICE)) {
      commit(
          ALICE, new Batch().put(key("a"), bytes("2")).delete(key("b")).put(key("c"), bytes("2")));
      try (Snapshot after = store.snapshot(ALICE)) {
        assertThat(before.version()).isEqualTo(1);
        assertThat(before.read(key("a"))).isEqualTo(bytes("1"));
        assertThat(keys(before, "a", "z", Direction.FORWARD, 10)).containsExactly("a", "b");
        assertThat(after.version()).isEqualTo(2);
        assertThat(keys(after, "a", "z", Direction.BACKWARD, 10)).containsExactly("c", "a");
      }
      store.drop(ALICE);
      assertThat(before.read(key("a"))).isEqualTo(bytes("1"));
    }
  }

  @Test
  void rangesGoBothWaysWithinBoundsAndLimit() {
    Batch batch = new Batch();
    for (int i = 0; i < 100; i++) {
      batch.put(key("k%02d".formatted(i)), bytes("" + i));
    }
    commit(ALICE, batch);
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      assertThat(keys(snapshot, "k10", "k13", Direction.FORWARD, 10))
          .containsExactly("k10", "k11", "k12");
      assertThat(keys(snapshot, "k10", "k13", Direction.BACKWARD, 10))
          .containsExactly("k12", "k11", "k10");
      assertThat(keys(snapshot, "k10", "k99", Direction.FORWARD, 2)).containsExactly("k10", "k11");
      assertThat(keys(snapshot, "k10", "k99", Direction.BACKWARD, 2)).containsExactly("k98", "k97");
      assertThat(keys(snapshot, "k", "l", Direction.FORWARD, Integer.MAX_VALUE)).hasSize(100);
      assertThat(keys(snapshot, "k50x", "k51", Direction.FORWARD, 10)).isEmpty();
      assertThat(keys(snapshot, "k13", "k10", Direction.FORWARD, 10)).isEmpty();
      assertThat(keys(snapshot, "k13", "k10", Direction.BACKWARD, 10)).isEmpty();
      assertThat(keys(snapshot, "k10", "k10", Direction.FORWARD, 10)).isEmpty();
      assertThat(keys(snapshot, "k10", "k13", Direction.FORWARD, 0)).isEmpty();
      assertThatThrownBy(() -> keys(snapshot, "a", "b", Direction.FORWARD, -1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    byte[][] ordered = {{0}, {0, 0}, {1}, {0x7f}, {(byte) 0x80}, {(byte) 0xff}, {-1, 0}, {-1, -1}};
    Batch batch = new Batch();
    for (byte[] key : ordered) {
      batch.put(Key.of(key), key);
    }
    commit(ALICE, batch);
    try (Snapshot snapshot = store.snapshot(ALICE);
        Cursor cursor =
            snapshot.range(
                Key.of(new byte[] {0}), Key.of(new byte[] {-1, -1, -1}), Direction.FORWARD, 99)) {
      for (byte[] key : ordered) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(Key.of(key));
        assertThat(cursor.value()).isEqualTo(key);
      }
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
    }
  }

  @Test
  void longRangesOfLargeValuesAreWhole() {
    for (int i = 0; i < 8; i++) {
      Batch batch = new Batch();
      for (int j = 0; j < 12; j++) {
        batch.put(key("k%02d%02d".formatted(i, j)), noise(64 * 1024));
      }
      commit(ALICE, batch);
    }
    Batch small = new Batch();
    for (int i = 0; i < 1000; i++) {
      small.put(key("s%04d".formatted(i)), bytes("" + i));
    }
    commit(ALICE, small);
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      List<String> forward = keys(snapshot, "k", "t", Direction.FORWARD, 5000);
      assertThat(forward).hasSize(96 + 1000).isSorted();
      assertThat(keys(snapshot, "k", "t", Direction.BACKWARD, 5000)).isEqualTo(forward.reversed());
    }
  }

  @Test
  void cursorAndSnapshotSayWhenTheyAreClosed() {
    commit(ALICE, new Batch().put(key("a"), bytes("1")));
    Snapshot snapshot = store.snapshot(ALICE);
    Cursor cursor = snapshot.range(key("a"), key("z"), Direction.FORWARD, 10);
    assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    cursor.close();
    cursor.close();
    assertThat(cursor.next()).isFalse();
    snapshot.close();
    snapshot.close();
    assertThatThrownBy(() -> snapshot.read(key("a"))).isInstanceOf(IllegalStateException.class);
  }

  // Limits

  @Test
  void largestKeyValueAndBatchAreTaken() throws IOException {
    byte[] longest = new byte[Limits.KEY_BYTES];
    java.util.Arrays.fill(longest, (byte) 0xff);
    commit(ALICE, new Batch().put(Key.of(longest), noise(Limits.VALUE_BYTES)));
    Batch full = new Batch();
    int value = Limits.BATCH_BYTES / Limits.BATCH_KEYS - 5;
    for (int i = 0; i < Limits.BATCH_KEYS; i++) {
      full.put(key("k%04d".formatted(i)), noise(value));
    }
    commit(ALICE, full);
    reopen();
    try (Snapshot snapshot = store.snapshot(ALICE)) {
      assertThat(snapshot.read(Key.of(longest))).hasSize(Limits.VALUE_BYTES);
      assertThat(keys(snapshot, "k", "l", Direction.FORWARD, 2000)).hasSize(Limits.BATCH_KEYS);
    }
  }

  @Test
  void beyondTheLimitsIsRefused() {
    assertThatThrownBy(() -> Key.of(new byte[Limits.KEY_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Key.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Batch().put(key("k"), new byte[Limits.VALUE_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Batch().addBlob(new byte[Limits.INLINE_BLOB_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    Batch keys = new Batch();
    for (int i = 0; i <= Limits.BATCH_KEYS; i++) {
      keys.delete(key("k" + i));
    }
    Batch large = new Batch();
    for (int i = 0; i < 17; i++) {
      large.put(key("k" + i), new byte[Limits.VALUE_BYTES]);
    }
    Batch blobs = new Batch();
    for (int i = 0; i < 5; i++) {
      blobs.addBlob(noise(Limits.INLINE_BLOB_BYTES));
    }
    Batch manyBlobs = new Batch();
    for (int i = 0; i <= Limits.BATCH_BLOBS; i++) {
      manyBlobs.requireBlob(BlobId.ofContent(bytes("" + i)));
    }
    for (Batch batch : List.of(keys, large, blobs, manyBlobs)) {
      assertThatThrownBy(() -> store.commit(ALICE, 0, commitId(), batch))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(store.version(ALICE)).isZero();
  }

  // Accounts

  @Test
  void neighbouringAccountsAreApart() throws IOException {
    List<AccountId> neighbours =
        List.of(
            AccountId.DIRECTORY,
            new AccountId(AccountId.Kind.EVENTS, Long.MAX_VALUE),
            AccountId.person(0),
            AccountId.person(1),
            AccountId.person(255),
            AccountId.person(256),
            AccountId.person(257),
            AccountId.person(Long.MAX_VALUE),
            new AccountId(AccountId.Kind.QUEUE, 0),
            AccountId.SYSTEM);
    Key lowest = Key.of(new byte[] {0});
    byte[] highest = new byte[Limits.KEY_BYTES];
    java.util.Arrays.fill(highest, (byte) 0xff);
    for (AccountId account : neighbours) {
      Batch batch =
          new Batch()
              .put(lowest, bytes("low " + account))
              .put(Key.of(highest.clone()), bytes("high " + account));
      batch.addBlob(bytes("blob of " + account));
      commit(account, batch);
    }
    store.drop(AccountId.person(256));
    reopen();
    List<AccountId> left = new ArrayList<>(neighbours);
    left.remove(AccountId.person(256));
    assertThat(accounts()).isEqualTo(left);
    for (AccountId account : left) {
      try (Snapshot snapshot = store.snapshot(account)) {
        assertThat(snapshot.version()).isEqualTo(1);
        assertThat(snapshot.read(lowest)).isEqualTo(bytes("low " + account));
        assertThat(snapshot.read(Key.of(highest.clone()))).isEqualTo(bytes("high " + account));
        try (Cursor cursor =
            snapshot.range(lowest, Key.of(highest.clone()), Direction.BACKWARD, 9)) {
          assertThat(cursor.next()).isTrue();
          assertThat(cursor.value()).isEqualTo(bytes("low " + account));
          assertThat(cursor.next()).isFalse();
        }
      }
      List<Store.BlobEntry> blobs = new ArrayList<>();
      store.forEachBlob(account, blobs::add);
      assertThat(blobs).hasSize(1);
    }
  }

  private List<AccountId> accounts() {
    List<AccountId> accounts = new ArrayList<>();
    store.forEachAccount(accounts::add);
    return accounts;
  }

  @Test
  void droppedAccountStartsAnew() throws IOException {
    Batch batch = new Batch().put(key("a"), bytes("1"));
    BlobId blob = batch.addBlob(noise(500_000));
    CommitId id = commitId();
    store.commit(ALICE, 0, id, batch);
    commit(BOB, new Batch().put(key("a"), bytes("bob")));
    store.drop(ALICE);
    store.drop(AccountId.person(77));
    for (int round = 0; round < 2; round++) {
      assertThat(store.version(ALICE)).isZero();
      assertThat(store.outcome(ALICE, id)).isEmpty();
      assertThat(read(ALICE, "a")).isNull();
      assertThat(store.openBlob(ALICE, blob, 0)).isEmpty();
      assertThat(accounts()).containsExactly(BOB);
      reopen();
    }
    assertThat(commit(ALICE, new Batch().put(key("b"), bytes("2")))).isEqualTo(1);
    assertThat(read(ALICE, "a")).isNull();
    assertThat(read(ALICE, "b")).isEqualTo("2");
    assertThat(accounts()).containsExactly(ALICE, BOB);
  }

  // Threads

  @Test
  void concurrentCommittersLoseNothing() throws Exception {
    int committers = 64;
    int commitsEach = 25;
    AtomicInteger conflicts = new AtomicInteger();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < committers; i++) {
        int committer = i;
        futures.add(
            executor.submit(() -> {
              for (int j = 0; j < commitsEach; j++) {
                add(AccountId.person(committer % 4), committer, j, conflicts);
              }
            }));
      }
      join(futures);
    }
    Set<String> seen = new TreeSet<>();
    for (int account = 0; account < 4; account++) {
      assertThat(store.version(AccountId.person(account))).isEqualTo(16 * commitsEach);
      try (Snapshot snapshot = store.snapshot(AccountId.person(account))) {
        seen.addAll(keys(snapshot, "c", "d", Direction.FORWARD, 10_000));
        assertThat(snapshot.read(key("sum"))).isEqualTo(bytes("" + 16 * commitsEach));
      }
    }
    assertThat(seen).hasSize(committers * commitsEach);
  }

  /** Reads a counter and writes it back one higher, as many times as it takes. */
  private void add(AccountId account, int committer, int j, AtomicInteger conflicts) {
    while (true) {
      try (Snapshot snapshot = store.snapshot(account)) {
        byte[] sum = snapshot.read(key("sum"));
        int before = sum == null ? 0 : Integer.parseInt(new String(sum, UTF_8));
        Batch batch =
            new Batch()
                .put(key("sum"), bytes("" + (before + 1)))
                .put(key("c" + committer + "." + j), bytes("x"));
        batch.addBlob(bytes("blob " + committer + " " + j));
        CommitId id = new CommitId(committer, j);
        CommitResult result = store.commit(account, snapshot.version(), id, batch);
        switch (result) {
          case CommitResult.Committed(long version) -> {
            assertThat(version).isEqualTo(snapshot.version() + 1);
            assertThat(store.version(account)).isGreaterThanOrEqualTo(version);
            return;
          }
          case CommitResult.Conflict(long actual) -> {
            assertThat(actual).isGreaterThan(snapshot.version());
            conflicts.incrementAndGet();
          }
          case CommitResult.MissingBlob missing -> throw new AssertionError(missing);
        }
      }
    }
  }

  @Test
  void snapshotsTakenDuringCommitsAreWhole() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      futures.add(
          executor.submit(() -> {
            for (int i = 1; i <= 200; i++) {
              commit(ALICE, new Batch().put(key("a"), bytes("" + i)).put(key("b"), bytes("" + i)));
            }
          }));
      for (int reader = 0; reader < 8; reader++) {
        futures.add(
            executor.submit(() -> {
              while (store.version(ALICE) < 200) {
                try (Snapshot snapshot = store.snapshot(ALICE)) {
                  String a = text(snapshot.read(key("a")));
                  assertThat(text(snapshot.read(key("b")))).isEqualTo(a);
                  assertThat(a).isEqualTo(snapshot.version() == 0 ? "" : "" + snapshot.version());
                }
              }
            }));
      }
      join(futures);
    }
  }

  private static String text(byte[] value) {
    return value == null ? "" : new String(value, UTF_8);
  }

  private static void join(List<Future<?>> futures)
      throws InterruptedException, ExecutionException {
    for (Future<?> future : futures) {
      future.get();
    }
  }

  @Test
  void interruptedCommitterStillHearsTheOutcome() throws Exception {
    List<Object> heard = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              heard.add(store.commit(ALICE, 0, commitId(), new Batch()));
              heard.add(Thread.currentThread().isInterrupted());
            });
    thread.join();
    assertThat(heard).containsExactly(new CommitResult.Committed(1), true);
  }

  @Test
  void closedStoreIsUnavailable() throws IOException {
    Batch batch = new Batch().put(key("a"), bytes("1"));
    BlobId blob = batch.addBlob(noise(700_000));
    commit(ALICE, batch);
    Snapshot snapshot = store.snapshot(ALICE);
    Cursor cursor = snapshot.range(key("a"), key("z"), Direction.FORWARD, 10);
    InputStream open = store.openBlob(ALICE, blob, 0).orElseThrow();
    store.close();
    store.close();
    List<Runnable> calls =
        List.of(
            () -> store.snapshot(ALICE),
            () -> store.version(ALICE),
            () -> store.outcome(ALICE, commitId()),
            () -> store.commit(ALICE, 1, commitId(), new Batch()),
            () -> store.openBlob(ALICE, blob, 0),
            () -> store.blobSize(ALICE, blob),
            () -> store.forEachBlob(ALICE, entry -> {}),
            () -> store.forEachAccount(account -> {}),
            () -> store.drop(ALICE),
            () -> snapshot.read(key("a")),
            cursor::next);
    for (Runnable call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(StoreException.Unavailable.class);
    }
    assertThatThrownBy(() -> store.writeBlob(ALICE, InputStream.nullInputStream()))
        .isInstanceOf(StoreException.Unavailable.class);
    cursor.close();
    snapshot.close();
    open.close();
    reopen();
    assertThat(read(ALICE, "a")).isEqualTo("1");
  }
}
