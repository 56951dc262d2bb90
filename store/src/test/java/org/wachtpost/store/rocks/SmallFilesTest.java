package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.check.Problem;
import org.wachtpost.store.check.StoreCheck;
import org.wachtpost.store.sim.Seed;

/** One bit flipped in a file that is small: said, and nobody is stopped by it. */
class SmallFilesTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final byte[] BODY = new byte[3_000];
  private static final String SMALL = "FORMAT|FILES|ACK|MANIFEST\\.copy|IDENTITY|OPTIONS-\\d+";

  @TempDir private Path directory;
  private final Random random = new Random(Seed.next("small files"));

  private RocksStore open() {
    return RocksStore.open(directory, RocksSettings.defaults());
  }

  private List<Path> files(String pattern) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    }
  }

  private void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    // ACK is written over in place: what is behind its note is of older ones, and nobody reads it.
    boolean isNote = file.endsWith(GroupJournal.FILE);
    int length = isNote ? 8 + ByteBuffer.wrap(content).getInt() : content.length;
    content[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, content);
  }

  private void commit(RocksStore store) {
    Batch batch = new Batch();
    batch.addBlob(BODY);
    store.commit(ALICE, store.version(ALICE), CommitId.random(random), batch);
  }

  private static List<String> check(RocksStore store) {
    return StoreCheck.run(store, List.of(), _ -> {}).problems().stream()
        .map(Problem::text)
        .toList();
  }

  private static String kindOf(Path file) {
    return file.getFileName().toString().replaceAll("-\\d+$", "");
  }

  @Test
  void flipWhileTheStoreIsClosed() throws IOException {
    try (RocksStore store = open()) {
      commit(store);
    }
    assertThat(files(SMALL)).hasSizeGreaterThanOrEqualTo(6);
    for (int round = 0; round < 12; round++) {
      for (Path file : files(SMALL)) {
        if (!Files.exists(file)) {
          continue; // the opening before has replaced it
        }
        flip(file);
        try (RocksStore store = open()) {
          assertThat(check(store))
              .as("%s", file)
              .isNotEmpty()
              .allMatch(problem -> problem.contains(kindOf(file)));
          assertThat(store.openBlob(ALICE, BlobId.ofContent(BODY), 0)).isPresent();
          commit(store);
        }
        try (RocksStore store = open()) {
          assertThat(check(store)).isEmpty();
        }
      }
    }
  }

  @Test
  void flipWhileTheStoreIsOpen() throws IOException {
    try (RocksStore store = open()) {
      commit(store);
      assertThat(check(store)).isEmpty();
      // A check cannot tell for ACK: it is written with each commit.
      for (Path file : files(SMALL + "|\\d+\\.log")) {
        if (file.endsWith(GroupJournal.FILE)) {
          continue;
        }
        byte[] before = Files.readAllBytes(file);
        flip(file);
        assertThat(check(store)).as("%s", file).anyMatch(text -> text.contains(kindOf(file)));
        Files.write(file, before);
      }
      assertThat(check(store)).isEmpty();
    }
  }

  /** It is not synced with each commit, so it can be torn where nothing is damaged. */
  @Test
  void acknowledgementTornByAPowerCutIsNoDamage(@TempDir Path elsewhere) throws IOException {
    try (RocksStore store = open()) {
      commit(store);
      commit(store);
      byte[] whole = Files.readAllBytes(directory.resolve(GroupJournal.FILE));
      for (int kept : new int[] {1, 8, whole.length / 2, whole.length - 1}) {
        Path image = elsewhere.resolve("kept-" + kept);
        copy(directory, image);
        Files.write(
            image.resolve(GroupJournal.FILE),
            Arrays.copyOf(Arrays.copyOf(whole, kept), whole.length));
        try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
          assertThat(check(after)).as("%d bytes kept", kept).isEmpty();
          assertThat(after.openBlob(ALICE, BlobId.ofContent(BODY), 0)).isPresent();
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  /** As on a full disk, and then with room again. */
  @Test
  void openingDoesNotDependOnWritingThem() throws IOException {
    try (RocksStore store = open()) {
      commit(store);
    }
    flip(directory.resolve("FORMAT"));
    byte[] copies = Files.readAllBytes(directory.resolve("FILES"));
    for (String name : List.of("FORMAT.new", "FILES.new", "MANIFEST.copy.new")) {
      Files.createDirectory(directory.resolve(name));
    }
    for (int round = 0; round < 2; round++) {
      try (RocksStore store = open()) {
        assertThat(check(store)).anyMatch(text -> text.startsWith("FORMAT is damaged"));
        assertThat(store.openBlob(ALICE, BlobId.ofContent(BODY), 0)).isPresent();
        commit(store);
      }
      // The only whole copy of FORMAT is not overwritten with the damaged one.
      assertThat(directory.resolve("FILES")).hasBinaryContent(copies);
    }
    for (String name : List.of("FORMAT.new", "FILES.new", "MANIFEST.copy.new")) {
      Files.delete(directory.resolve(name));
    }
    try (RocksStore store = open()) {
      assertThat(check(store)).contains("FORMAT was damaged and was mended from its copy");
    }
    try (RocksStore store = open()) {
      assertThat(check(store)).isEmpty();
    }
  }

  @Test
  void missingFormatIsMendedFromItsCopy() throws IOException {
    open().close();
    Path format = directory.resolve("FORMAT");
    String written = Files.readString(format);
    Files.delete(format);
    try (RocksStore store = open()) {
      assertThat(check(store)).containsOnly("FORMAT was missing and was mended from its copy");
    }
    assertThat(format).hasContent(written);
  }

  @Test
  void openingDoesNotDependOnReadingThem() throws IOException {
    try (RocksStore store = open()) {
      commit(store);
    }
    for (String name : List.of("FILES", "MANIFEST.copy")) {
      Files.delete(directory.resolve(name));
      Files.createDirectory(directory.resolve(name));
    }
    try (RocksStore store = open()) {
      assertThat(check(store)).anyMatch(text -> text.contains("cannot be used"));
      assertThat(store.openBlob(ALICE, BlobId.ofContent(BODY), 0)).isPresent();
      commit(store);
    }
  }
}
