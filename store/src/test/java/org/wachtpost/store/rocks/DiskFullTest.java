package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.check.StoreCheck;

/** A disk that fills up: refusals, nothing lost, and work again when there is room. */
class DiskFullTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final long RESERVED = 1_000_000;

  @TempDir private Path directory;
  private final Random random = new Random(7);

  private static final class Disk extends DiskSpace {
    private volatile long room = Long.MAX_VALUE / 4;
    private volatile boolean failing;

    Disk(Path directory) {
      super(directory, RESERVED);
    }

    @Override
    long usableBytes() {
      if (failing) {
        throw new StoreException.Unavailable("input/output error", null);
      }
      return room;
    }
  }

  private Batch message(int number, int bytes) {
    byte[] body = new byte[bytes];
    random.nextBytes(body);
    Batch batch =
        new Batch()
            .put(Key.of(new byte[] {'m', (byte) (number >> 8), (byte) number}), new byte[50]);
    batch.addBlob(body);
    return batch;
  }

  private CommitResult commit(RocksStore store, Batch batch) {
    return store.commit(ALICE, store.version(ALICE), CommitId.random(random), batch);
  }

  @Test
  void mailIsRefusedBeforeTheDiskIsFullAndDeletingGoesOn() {
    Disk[] disk = new Disk[1];
    try (RocksStore store =
        RocksStore.open(directory, RocksSettings.defaults(), dir -> disk[0] = new Disk(dir))) {
      Batch first = message(1, 10_000);
      BlobId blob = first.addedBlobs().keySet().iterator().next();
      assertThat(commit(store, first)).isEqualTo(new CommitResult.Committed(1));
      disk[0].room = RESERVED - 1;
      assertThatThrownBy(() -> commit(store, message(2, 10_000)))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("disk full");
      assertThatThrownBy(() -> store.writeBlob(ALICE, new ByteArrayInputStream(new byte[999_999])))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("disk full");
      assertThat(commit(store, new Batch().delete(Key.of(new byte[] {'m', 0, 1})).dropBlob(blob)))
          .as("deleting makes room, so it goes on")
          .isEqualTo(new CommitResult.Committed(2));
      disk[0].room = 1_000;
      assertThatThrownBy(() -> commit(store, new Batch().put(Key.of(new byte[] {1}), new byte[9])))
          .isInstanceOf(StoreException.Unavailable.class);
      try (Snapshot snapshot = store.snapshot(ALICE)) {
        assertThat(snapshot.version()).isEqualTo(2);
      }
      disk[0].room = Long.MAX_VALUE / 4;
      assertThat(commit(store, message(3, 10_000))).isEqualTo(new CommitResult.Committed(3));
      assertThat(StoreCheck.run(store, List.of(), account -> {}).problems()).isEmpty();
    }
  }

  @Test
  void errorsOfTheDiskAreRefusalsAndEnd() {
    Disk[] disk = new Disk[1];
    try (RocksStore store =
        RocksStore.open(directory, RocksSettings.defaults(), dir -> disk[0] = new Disk(dir))) {
      commit(store, message(1, 100));
      disk[0].failing = true;
      assertThatThrownBy(() -> commit(store, message(2, 100)))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("input/output error");
      disk[0].failing = false;
      assertThat(commit(store, message(3, 100))).isEqualTo(new CommitResult.Committed(2));
    }
  }

  /** RocksDB itself meets a full disk: the guard is told that there is room when there is none. */
  @Test
  void realFullDiskIsSurvived() throws Exception {
    Path small = directory.resolve("small");
    Files.createDirectory(small);
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small.toString()),
        "needs root, to mount a small disk");
    try {
      fillAndRecover(small);
    } finally {
      assertThat(run("umount", "-l", small.toString())).isTrue();
    }
  }

  private void fillAndRecover(Path small) throws IOException {
    Path ballast = small.resolve("ballast");
    Files.write(ballast, new byte[14 * 1024 * 1024]);
    RocksSettings settings = RocksSettings.defaults().withMemtableBytes(1 << 20);
    List<BlobId> acknowledged = new ArrayList<>();
    List<BlobId> refused = new ArrayList<>();
    try (RocksStore store = RocksStore.open(small.resolve("store"), settings, Disk::new)) {
      for (int i = 0; refused.size() < 20; i++) {
        Batch batch = message(i, 200_000);
        BlobId blob = batch.addedBlobs().keySet().iterator().next();
        try {
          if (commit(store, batch) instanceof CommitResult.Committed) {
            acknowledged.add(blob);
          }
        } catch (StoreException.Unavailable e) {
          refused.add(blob);
        }
      }
      assertThat(acknowledged).isNotEmpty();
      Files.delete(ballast);
      assertThat(commit(store, message(5_000, 200_000))).isInstanceOf(CommitResult.Committed.class);
      assertAllThere(store, acknowledged);
    }
    try (RocksStore store = RocksStore.open(small.resolve("store"), settings, Disk::new)) {
      assertAllThere(store, acknowledged);
      assertThat(StoreCheck.run(store, List.of(), account -> {}).problems()).isEmpty();
    }
  }

  private static void assertAllThere(RocksStore store, List<BlobId> acknowledged)
      throws IOException {
    for (BlobId blob : acknowledged) {
      try (var in = store.openBlob(ALICE, blob, 0).orElseThrow()) {
        assertThat(BlobId.ofContent(in.readAllBytes())).isEqualTo(blob);
      }
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
