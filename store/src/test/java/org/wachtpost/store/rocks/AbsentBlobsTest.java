package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;

class AbsentBlobsTest {
  private static final AccountId ALICE = new AccountId(AccountId.Kind.PERSON, 1);
  private static final AbsentBlobs.Name NAME =
      new AbsentBlobs.Name(ALICE, BlobId.ofContent(new byte[] {1}));

  @TempDir private Path directory;
  private final AbsentBlobs absent = new AbsentBlobs();
  private final Random random = new Random(7);

  @Test
  void knowsWhatWasLookedForInVain() {
    absent.learn(NAME, absent.mark());

    assertThat(absent.knows(NAME)).isTrue();
    assertThat(
            absent.knows(
                new AbsentBlobs.Name(new AccountId(AccountId.Kind.PERSON, 2), NAME.blob())))
        .isFalse();
  }

  @Test
  void learnsNothingFromALookUpThatAWriteOvertook() {
    long mark = absent.mark();
    absent.written(List.of(NAME));
    absent.learn(NAME, mark);

    assertThat(absent.knows(NAME)).isFalse();
  }

  @Test
  void forgetsWhatIsWritten() {
    absent.learn(NAME, absent.mark());
    absent.written(List.of(NAME));

    assertThat(absent.knows(NAME)).isFalse();
  }

  @Test
  void aWriteOfNoBlobChangesNothing() {
    long mark = absent.mark();
    absent.written(List.of());
    absent.learn(NAME, mark);

    assertThat(absent.knows(NAME)).isTrue();
  }

  @Test
  void forgetsAllWhenTheDatabaseIsOpenedAgain() {
    long mark = absent.mark();
    absent.learn(NAME, mark);
    absent.clear();
    absent.learn(NAME, mark);

    assertThat(absent.knows(NAME)).isFalse();
  }

  @Test
  void keepsTheLatest() {
    for (int i = 0; i <= AbsentBlobs.NAMES; i++) {
      absent.learn(name(i), absent.mark());
    }

    assertThat(absent.knows(name(0))).isFalse();
    assertThat(absent.knows(name(1))).isTrue();
    assertThat(absent.knows(name(AbsentBlobs.NAMES))).isTrue();
  }

  /** A second body under one name would never be found again, nor be deleted. */
  @Test
  void aBodyThatSeveralLookForAndBringAtOnceIsStoredOnce() throws Exception {
    int bodies = 60;
    try (RocksStore store = RocksStore.open(directory, RocksSettings.defaults());
        ExecutorService bringers = Executors.newFixedThreadPool(3)) {
      for (int body = 0; body < bodies; body++) {
        byte[] content = ByteBuffer.allocate(2_000).putInt(body).array();
        List<Future<Boolean>> brought =
            List.of(
                bringers.submit(() -> upload(store, content)),
                bringers.submit(() -> upload(store, content)),
                bringers.submit(() -> commit(store, content)));
        for (Future<Boolean> each : brought) {
          assertThat(each.get()).isTrue();
        }
      }
      assertThat(store.countChunks(ALICE)).isEqualTo(bodies);
    }
  }

  private static boolean upload(RocksStore store, byte[] content) throws IOException {
    BlobId blob = BlobId.ofContent(content);
    store.blobSize(ALICE, blob);
    return store.writeBlob(ALICE, new ByteArrayInputStream(content)).equals(blob)
        && read(store, blob).length == content.length;
  }

  private boolean commit(RocksStore store, byte[] content) throws IOException {
    BlobId blob = BlobId.ofContent(content);
    store.blobSize(ALICE, blob);
    Batch batch = new Batch();
    batch.addBlob(blob, content);
    return store.commit(ALICE, store.version(ALICE), CommitId.random(random), batch)
            instanceof CommitResult.Committed
        && read(store, blob).length == content.length;
  }

  private static byte[] read(RocksStore store, BlobId blob) throws IOException {
    try (InputStream stored = store.openBlob(ALICE, blob, 0).orElseThrow()) {
      return stored.readAllBytes();
    }
  }

  private static AbsentBlobs.Name name(int number) {
    return new AbsentBlobs.Name(
        ALICE, BlobId.ofContent(ByteBuffer.allocate(4).putInt(number).array()));
  }
}
