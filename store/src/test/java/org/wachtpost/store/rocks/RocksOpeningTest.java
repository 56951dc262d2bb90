package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.check.StoreCheck;

/** What opening refuses, and what it tidies up. */
class RocksOpeningTest {
  private static final AccountId ALICE = AccountId.person(1);

  @TempDir private Path directory;

  private RocksStore open() {
    return RocksStore.open(directory, RocksSettings.defaults());
  }

  @Test
  void newerFormatIsRefusedWithAClearLineAndLeftAlone() throws IOException {
    open().close();
    Path format = directory.resolve("FORMAT");
    for (String newer : new String[] {"engine=3 keys=1", "engine=2 keys=2"}) {
      Files.writeString(format, "wachtpost-store " + newer + "\n");
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("has format")
          .hasMessageContaining("use a newer server");
    }
    Files.writeString(format, "wachtpost-store engine=2 keys=1\n");
    open().close();
  }

  @Test
  void damagedOrMissingFormatIsNotGuessed() throws IOException {
    open().close();
    Path format = directory.resolve("FORMAT");
    Files.delete(directory.resolve("FILES"));
    Files.writeString(format, "wachtqost-store engine=1 keys=1\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("damaged");
    Files.delete(format);
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("missing");
  }

  @Test
  void formatWithoutAChecksumGetsOne() throws IOException {
    open().close();
    Path format = directory.resolve("FORMAT");
    String written = Files.readString(format);
    Files.writeString(format, "wachtpost-store engine=2 keys=1\n");
    open().close();
    assertThat(format).hasContent(written);
  }

  @Test
  void formatKeepsItsVersionsWhenItGetsAChecksum() throws IOException {
    open().close();
    Path format = directory.resolve("FORMAT");
    Files.writeString(format, "wachtpost-store engine=2 keys=0\n");
    open().close();
    assertThat(Files.readString(format)).startsWith("wachtpost-store engine=2 keys=0 crc32c=");
  }

  /** A store as format 1 had it, with a blob of one and a half chunks that are not packed. */
  private BlobId makeFormatOne(byte[] content) throws Exception {
    open().close();
    BlobId blob = BlobId.ofContent(content);
    Path database = directory.resolve(RocksStore.DATABASE);
    try (Database old =
            new Database(
                database,
                RocksSettings.defaults(),
                Database.Mode.STRICT,
                WALRecoveryMode.AbsoluteConsistency);
        WriteBatch batch = new WriteBatch()) {
      StoredBlob header = new StoredBlob(content.length, 7, Layout.CHUNK_BYTES, false);
      assertThat(header.toBytes()[0]).isEqualTo((byte) 1);
      batch.put(old.data(), Layout.blob(ALICE, blob), header.toBytes());
      for (int index = 0; index < header.chunks(); index++) {
        int from = index * Layout.CHUNK_BYTES;
        byte[] chunk = Arrays.copyOfRange(content, from, from + header.chunkLength(index));
        batch.put(old.chunks(), Layout.chunk(ALICE, 7, index), chunk);
      }
      old.write(batch, true);
      old.flush();
    }
    Files.delete(directory.resolve("FILES"));
    Files.writeString(directory.resolve("FORMAT"), "wachtpost-store engine=1 keys=1\n");
    return blob;
  }

  @Test
  void olderFormatIsReadOnAndMarkedAsThisServersBeforeAnythingIsWritten() throws Exception {
    byte[] content = new byte[Layout.CHUNK_BYTES * 3 / 2];
    new Random(9).nextBytes(content);
    BlobId blob = makeFormatOne(content);
    for (int opened = 0; opened < 2; opened++) {
      try (RocksStore store = open()) {
        assertThat(Files.readString(directory.resolve("FORMAT")))
            .startsWith("wachtpost-store engine=2 keys=1 crc32c=");
        try (InputStream stored = store.openBlob(ALICE, blob, 1000).orElseThrow()) {
          assertThat(stored.readAllBytes())
              .isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
        }
        BlobId packed =
            store.writeBlob(ALICE, new ByteArrayInputStream(new byte[Layout.CHUNK_BYTES * 2]));
        try (InputStream stored = store.openBlob(ALICE, packed, 0).orElseThrow()) {
          assertThat(stored.readAllBytes()).isEqualTo(new byte[Layout.CHUNK_BYTES * 2]);
        }
        assertThat(StoreCheck.run(store, List.of(), account -> {}).problems()).isEmpty();
      }
    }
  }

  @Test
  void olderFormatThatCannotBeOpenedStaysWhatItIs() throws Exception {
    makeFormatOne(new byte[10]);
    Files.writeString(directory.resolve(RocksStore.DATABASE).resolve("CURRENT"), "nothing\n");
    assertThatThrownBy(this::open).isInstanceOf(StoreException.class);
    assertThat(directory.resolve("FORMAT")).hasContent("wachtpost-store engine=1 keys=1\n");
  }

  @Test
  void olderFormatThatIsMendedFromItsCopyIsMarkedToo() throws Exception {
    makeFormatOne(new byte[10]);
    String old = "wachtpost-store engine=1 keys=1";
    Path format = directory.resolve("FORMAT");
    Files.writeString(format, old + " crc32c=" + SmallFiles.checksum(old) + "\n");
    new SmallFiles(directory, directory.resolve(RocksStore.DATABASE)).note();
    Files.writeString(format, "wachtpost-store engine=1 keys=1 crc32c=00000000\n");
    open().close();
    assertThat(Files.readString(format)).startsWith("wachtpost-store engine=2 keys=1 crc32c=");
  }

  @Test
  void olderFormatThatCannotBeMarkedIsNotOpened() throws Exception {
    makeFormatOne(new byte[10]);
    // Where the new text is put together first.
    Path inTheWay = directory.resolve("FORMAT.new");
    Files.createDirectories(inTheWay.resolve("x"));
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining("cannot write")
        .hasMessageContaining("FORMAT");
    assertThat(directory.resolve("FORMAT")).hasContent("wachtpost-store engine=1 keys=1\n");
  }

  @Test
  void newerFormatInTheCopyIsRefusedToo() throws IOException {
    open().close();
    String newer = "wachtpost-store engine=3 keys=1";
    String line = newer + " crc32c=" + SmallFiles.checksum(newer) + "\n";
    Path format = directory.resolve("FORMAT");
    Files.writeString(format, line);
    new SmallFiles(directory, directory.resolve(RocksStore.DATABASE)).note();
    Files.writeString(format, line.replace("w", "v"));
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining("use a newer server");
    assertThat(format).hasContent(line.replace("w", "v"));
  }

  @Test
  void secondOpeningIsRefusedWithAClearLine() throws Exception {
    try (RocksStore store = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("in use by this process");
      assertThat(store.version(ALICE)).isZero();
    }
    Process holder = lockHolder();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("in use by process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    open().close();
  }

  /** A process loses its lock on a file when it closes any descriptor of it. */
  @Test
  void refusedOpeningLeavesTheLockOfThisProcessInPlace(@TempDir Path elsewhere) throws Exception {
    try (RocksStore store = open()) {
      assertThat(store.version(ALICE)).isZero();
      assertThatThrownBy(this::open).isInstanceOf(StoreException.Unavailable.class);
      Path link = Files.createSymbolicLink(elsewhere.resolve("link"), directory);
      assertThatThrownBy(() -> RocksStore.open(link, RocksSettings.defaults()))
          .isInstanceOf(StoreException.Unavailable.class);
      Process other = lockHolder();
      try {
        assertThat(other.inputReader().readLine()).isNull();
        assertThat(other.errorReader().lines())
            .anyMatch(line -> line.contains("by process " + ProcessHandle.current().pid()));
      } finally {
        other.destroyForcibly().waitFor();
      }
    }
    open().close();
  }

  private Process lockHolder() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            directory.toString())
        .start();
  }

  /** Another process that has the store, or fails. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
      try (StoreLock lock = StoreLock.take(Path.of(arguments[0]))) {
        System.out.println(lock == null ? "" : "locked");
        // Ends when it is killed, or its standard input is closed.
        assertThat(System.in.read()).isNegative();
      }
    }
  }

  @Test
  void blobsCutShortByACrashLeaveNothingBehind() throws IOException {
    Path image = directory.resolveSibling(directory.getFileName() + "-image");
    RocksStore store = open();
    Random random = new Random(3);
    store.commit(ALICE, 0, CommitId.random(random), new Batch());
    byte[] content = new byte[3_000_000];
    random.nextBytes(content);
    // The image is taken in the middle of the stream.
    store.writeBlob(
        ALICE,
        new ByteArrayInputStream(content) {
          private boolean copied;

          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            if (!copied && pos > 2_000_000) {
              copied = true;
              copy(image);
            }
            return super.read(buffer, offset, length);
          }
        });
    store.close();
    try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
      after.forEachBlob(
          ALICE,
          blob -> {
            throw new AssertionError(blob);
          });
      assertThat(StoreCheck.run(after, List.of(), account -> {}).problems()).isEmpty();
      assertThat(chunksOf(after)).isZero();
    }
  }

  private static int chunksOf(RocksStore store) {
    return store.countChunks(ALICE);
  }

  private void copy(Path image) {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted().toList()) {
        Path copy = image.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
