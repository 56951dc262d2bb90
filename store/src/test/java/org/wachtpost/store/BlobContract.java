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
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine does with bodies; and what {@link StoreContract} is written with. */
public abstract class BlobContract {
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

  @Test
  void blobOfAnAccountThatIsDroppedMeanwhileIsWholeOrRefused() throws IOException {
    store.commit(ALICE, 0, commitId(), new Batch());
    byte[] content = noise(1_000_000);
    InputStream dropping =
        new ByteArrayInputStream(content) {
          private boolean dropped;

          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            if (!dropped && pos > 600_000) {
              dropped = true;
              store.drop(ALICE);
            }
            return super.read(buffer, offset, length);
          }
        };
    BlobId blob = BlobId.ofContent(content);
    try {
      assertThat(store.writeBlob(ALICE, dropping)).isEqualTo(blob);
      try (InputStream stored = store.openBlob(ALICE, blob, 0).orElseThrow()) {
        assertThat(stored.readAllBytes()).isEqualTo(content);
      }
    } catch (StoreException.Unavailable e) {
      assertThat(e).hasMessageContaining("dropped");
      assertThat(store.openBlob(ALICE, blob, 0)).isEmpty();
    }
    // Then nothing is in the way of the same content.
    store.writeBlob(ALICE, new ByteArrayInputStream(content));
    try (InputStream stored = store.openBlob(ALICE, blob, 0).orElseThrow()) {
      assertThat(stored.readAllBytes()).isEqualTo(content);
    }
  }
}
