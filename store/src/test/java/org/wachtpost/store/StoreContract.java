package org.wachtpost.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine promises. An engine's test extends this and says how to open it. */
public abstract class StoreContract {
  protected static final AccountId ALICE = AccountId.person(1);
  protected static final AccountId BOB = AccountId.person(2);

  private final RandomGenerator random = new Random(42);
  protected Store store;

  /** Opens the engine; after the store was closed, on what it left. */
  protected abstract Store open() throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected void reopen() throws IOException {
    store.close();
    store = open();
  }

  protected static Key key(String text) {
    return Key.of(text.getBytes(UTF_8));
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  protected byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  protected CommitId commitId() {
    return CommitId.random(random);
  }

  /** Commits on the newest version and expects success. */
  protected long commit(AccountId account, Batch batch) {
    long version = store.version(account);
    assertThat(store.commit(account, version, commitId(), batch))
        .isEqualTo(new CommitResult.Committed(version + 1));
    return version + 1;
  }

  protected String read(AccountId account, String key) {
    try (Snapshot snapshot = store.snapshot(account)) {
      byte[] value = snapshot.read(key(key));
      return value == null ? null : new String(value, UTF_8);
    }
  }

  protected static List<String> keys(
      Snapshot snapshot, String from, String to, Direction direction, int limit) {
    List<String> keys = new ArrayList<>();
    try (Cursor cursor = snapshot.range(key(from), key(to), direction, limit)) {
      while (cursor.next()) {
        keys.add(new String(cursor.key().toBytes(), UTF_8));
      }
    }
    return keys;
  }

  protected byte[] readBlob(AccountId account, BlobId blob, long offset) throws IOException {
    try (InputStream in = store.openBlob(account, blob, offset).orElseThrow()) {
      return in.readAllBytes();
    }
  }

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

  @Test
  void streamedBlobBeyondTheLimitIsRefused() {
    assertThatThrownBy(() -> store.writeBlob(ALICE, zeros(Limits.BLOB_BYTES + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(Limits.BLOB_BYTES));
    List<Store.BlobEntry> blobs = new ArrayList<>();
    store.forEachBlob(ALICE, blobs::add);
    assertThat(blobs).isEmpty();
  }

  private static InputStream zeros(long length) {
    return new InputStream() {
      private long left = length;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] buffer, int offset, int count) {
        if (left <= 0) {
          return count == 0 ? 0 : -1;
        }
        int taken = (int) Math.min(left, count);
        java.util.Arrays.fill(buffer, offset, offset + taken, (byte) 0);
        left -= taken;
        return taken;
      }
    };
  }

  // Blobs

  @Test
  void inlineBlobsOfAllSizes() throws IOException {
    int[] sizes = {0, 1, 100, 1023, 1024, 20_000, 256 * 1024, 256 * 1024 + 1, 1024 * 1024};
    Map<BlobId, byte[]> written = new HashMap<>();
    for (int size : sizes) {
      byte[] content = noise(size);
      Batch batch = new Batch();
      BlobId id = batch.addBlob(content.clone());
      assertThat(id).isEqualTo(BlobId.ofContent(content));
      commit(ALICE, batch);
      written.put(id, content);
    }
    reopen();
    assertBlobs(written);
  }

  @Test
  void streamedBlobsOfAllSizes() throws IOException {
    int[] sizes = {0, 1, 5000, 256 * 1024, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024 + 3};
    Map<BlobId, byte[]> written = new HashMap<>();
    for (int size : sizes) {
      byte[] content = noise(size);
      BlobId id = store.writeBlob(ALICE, dribble(content));
      assertThat(id).isEqualTo(BlobId.ofContent(content));
      commit(ALICE, new Batch().requireBlob(id));
      written.put(id, content);
    }
    reopen();
    assertBlobs(written);
  }

  /** A stream that gives fewer bytes than asked for, as sockets do. */
  private static InputStream dribble(byte[] content) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, 1447));
      }
    };
  }

  private void assertBlobs(Map<BlobId, byte[]> expected) throws IOException {
    Map<BlobId, Long> listed = new HashMap<>();
    List<BlobId> order = new ArrayList<>();
    store.forEachBlob(
        ALICE,
        entry -> {
          listed.put(entry.blob(), entry.size());
          order.add(entry.blob());
        });
    assertThat(order).isSorted();
    assertThat(listed.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<BlobId, byte[]> entry : expected.entrySet()) {
      byte[] content = entry.getValue();
      assertThat(store.blobSize(ALICE, entry.getKey())).contains((long) content.length);
      assertThat(listed.get(entry.getKey())).isEqualTo(content.length);
      assertThat(readBlob(ALICE, entry.getKey(), 0)).isEqualTo(content);
      for (int offset : new int[] {1, content.length / 2, content.length, content.length + 9}) {
        int from = Math.min(offset, content.length);
        assertThat(readBlob(ALICE, entry.getKey(), offset))
            .isEqualTo(java.util.Arrays.copyOfRange(content, from, content.length));
      }
      assertThat(store.openBlob(BOB, entry.getKey(), 0)).isEmpty();
      assertThat(store.blobSize(BOB, entry.getKey())).isEmpty();
    }
  }

  @Test
  void blobStreamsSkipAndReadSingleBytes() throws IOException {
    byte[] content = noise(600_000);
    BlobId id = store.writeBlob(ALICE, new ByteArrayInputStream(content));
    try (InputStream in = store.openBlob(ALICE, id, 10).orElseThrow()) {
      assertThat(in.read()).isEqualTo(content[10] & 0xff);
      in.skipNBytes(300_000);
      assertThat(in.read()).isEqualTo(content[300_011] & 0xff);
      in.skipNBytes(299_988);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> store.openBlob(ALICE, id, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBlobWrittenTwiceIsOneBlob() throws IOException {
    byte[] content = noise(2_000_000);
    BlobId first = store.writeBlob(ALICE, new ByteArrayInputStream(content));
    assertThat(store.writeBlob(ALICE, new ByteArrayInputStream(content))).isEqualTo(first);
    Batch batch = new Batch();
    BlobId small = batch.addBlob(bytes("small"));
    commit(ALICE, batch);
    commit(ALICE, new Batch().addBlob(small, bytes("small")));
    assertThat(store.writeBlob(ALICE, new ByteArrayInputStream(bytes("small")))).isEqualTo(small);
    List<Store.BlobEntry> blobs = new ArrayList<>();
    store.forEachBlob(ALICE, blobs::add);
    assertThat(blobs)
        .containsExactlyInAnyOrder(
            new Store.BlobEntry(first, 2_000_000), new Store.BlobEntry(small, 5));
    assertThat(readBlob(ALICE, first, 0)).isEqualTo(content);
  }

  @Test
  void failingSourceLeavesNoBlob() {
    InputStream failing =
        new InputStream() {
          private int left = 3_000_000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("the sender went away");
            }
            return 7;
          }
        };
    assertThatThrownBy(() -> store.writeBlob(ALICE, failing))
        .isInstanceOf(IOException.class)
        .hasMessage("the sender went away");
    store.forEachBlob(
        ALICE,
        entry -> {
          throw new AssertionError(entry);
        });
  }

  @Test
  void requiredBlobMustBeThere() throws IOException {
    BlobId missing = BlobId.ofContent(bytes("never written"));
    assertThat(store.commit(ALICE, 0, commitId(), new Batch().requireBlob(missing)))
        .isEqualTo(new CommitResult.MissingBlob(missing));
    assertThat(store.version(ALICE)).isZero();
    commit(ALICE, new Batch().requireBlob(missing).addBlob(missing, bytes("never written")));
    BlobId streamed = store.writeBlob(ALICE, new ByteArrayInputStream(noise(2_000_000)));
    commit(ALICE, new Batch().requireBlob(streamed).requireBlob(missing));
    assertThat(store.commit(BOB, 0, commitId(), new Batch().requireBlob(streamed)))
        .isEqualTo(new CommitResult.MissingBlob(streamed));
    assertThat(
            store.commit(
                ALICE, 0, commitId(), new Batch().requireBlob(BlobId.ofContent(bytes("x")))))
        .as("a conflict is said before a missing blob")
        .isEqualTo(new CommitResult.Conflict(2));
  }

  @Test
  void droppedBlobIsGone() throws IOException {
    Batch batch = new Batch();
    BlobId small = batch.addBlob(bytes("small"));
    commit(ALICE, batch);
    commit(BOB, new Batch().addBlob(small, bytes("small")));
    BlobId large = store.writeBlob(ALICE, new ByteArrayInputStream(noise(3_000_000)));
    commit(ALICE, new Batch().requireBlob(large));
    commit(ALICE, new Batch().dropBlob(small).dropBlob(large));
    for (int round = 0; round < 2; round++) {
      assertThat(store.openBlob(ALICE, small, 0)).isEmpty();
      assertThat(store.blobSize(ALICE, large)).isEmpty();
      assertThat(store.commit(ALICE, 3, commitId(), new Batch().requireBlob(large)))
          .isEqualTo(new CommitResult.MissingBlob(large));
      assertThat(readBlob(BOB, small, 0)).isEqualTo(bytes("small"));
      reopen();
    }
    commit(ALICE, new Batch().addBlob(small, bytes("small")));
    assertThat(readBlob(ALICE, small, 0)).isEqualTo(bytes("small"));
  }

  @Test
  void collectorLosesTheRaceAgainstAReference() throws IOException {
    Batch batch = new Batch();
    BlobId blob = batch.addBlob(bytes("body"));
    commit(ALICE, batch);
    // The collector saw version 1, in which nothing refers to the blob; then somebody refers to it.
    commit(ALICE, new Batch().requireBlob(blob).put(key("message"), bytes("refers")));
    assertThat(store.commit(ALICE, 1, commitId(), new Batch().dropBlob(blob)))
        .isEqualTo(new CommitResult.Conflict(2));
    assertThat(readBlob(ALICE, blob, 0)).isEqualTo(bytes("body"));
  }

  @Test
  void referenceLosesTheRaceAgainstTheCollector() throws IOException {
    BlobId blob = store.writeBlob(ALICE, new ByteArrayInputStream(bytes("body")));
    commit(ALICE, new Batch());
    // The writer saw version 1 with the blob there; then the collector drops it.
    commit(ALICE, new Batch().dropBlob(blob));
    Batch refers = new Batch().requireBlob(blob).put(key("message"), bytes("refers"));
    assertThat(store.commit(ALICE, 1, commitId(), refers)).isEqualTo(new CommitResult.Conflict(2));
    assertThat(store.commit(ALICE, 2, commitId(), refers))
        .isEqualTo(new CommitResult.MissingBlob(blob));
    assertThat(store.writeBlob(ALICE, new ByteArrayInputStream(bytes("body")))).isEqualTo(blob);
    assertThat(store.commit(ALICE, 2, commitId(), refers)).isEqualTo(new CommitResult.Committed(3));
    assertThat(readBlob(ALICE, blob, 0)).isEqualTo(bytes("body"));
  }

  @Test
  void lastWordOnABlobWins() {
    Batch batch = new Batch();
    BlobId blob = batch.addBlob(bytes("body"));
    batch.dropBlob(blob);
    commit(ALICE, batch);
    assertThat(store.blobSize(ALICE, blob)).isEmpty();
    commit(ALICE, new Batch().dropBlob(blob).addBlob(blob, bytes("body")));
    assertThat(store.blobSize(ALICE, blob)).contains(4L);
    commit(ALICE, new Batch().dropBlob(blob).requireBlob(blob));
    assertThat(store.blobSize(ALICE, blob)).contains(4L);
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
