package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
import org.wachtpost.store.check.Problem;
import org.wachtpost.store.check.StoreCheck;
import org.wachtpost.store.sim.Seed;

/** Bits flipped in each kind of file: found, never served, and other accounts go on. */
class DamageTest {
  private static final int ACCOUNTS = 6;
  private static final int COMMITS = 40;

  @TempDir private Path directory;
  private final Random random = new Random(Seed.next("damage"));
  private final Map<AccountId, List<byte[]>> bodies = new TreeMap<>();

  private RocksStore open() {
    return open(directory);
  }

  private static RocksStore open(Path where) {
    return RocksStore.open(where, RocksSettings.defaults().withMemtableBytes(1 << 20));
  }

  private static Key key(int i) {
    return Key.of("message %04d".formatted(i).getBytes(UTF_8));
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** Letters, which are packed, or any bytes, which are not. */
  private byte[] body(int length) {
    byte[] body = noise(length);
    if (random.nextBoolean()) {
      for (int i = 0; i < length; i++) {
        body[i] = (byte) ('a' + (body[i] & 7));
      }
    }
    return body;
  }

  private void commit(RocksStore store, AccountId account, int bytes) {
    List<byte[]> written = bodies.computeIfAbsent(account, _ -> new ArrayList<>());
    byte[] body = body(bytes);
    Batch batch = new Batch().put(key(written.size()), noise(300));
    batch.addBlob(body.clone());
    CommitResult result = store.commit(account, written.size(), CommitId.random(random), batch);
    assertThat(result).isEqualTo(new CommitResult.Committed(written.size() + 1));
    written.add(body);
  }

  private void fill(RocksStore store, int bytes) {
    for (int i = 0; i < COMMITS; i++) {
      for (int account = 0; account < ACCOUNTS; account++) {
        commit(store, AccountId.person(account), bytes);
      }
    }
  }

  /** What a process that was killed leaves: the files as they are now. */
  private Path crashImage(String name) throws IOException {
    Path image = directory.resolveSibling(directory.getFileName() + name);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted().toList()) {
        Path copy = image.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return image;
  }

  private static List<Path> files(Path directory, String pattern) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(RocksStore.DATABASE))) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  private static void flip(Path file, long offset, int bit) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(offset);
      int before = content.read();
      content.seek(offset);
      content.write(before ^ (1 << bit));
    }
  }

  /**
   * Reads everything; each value must be right or refused, never wrong. Returns the accounts of
   * which something was refused or missing.
   */
  private List<AccountId> readAll(RocksStore store) {
    List<AccountId> hurt = new ArrayList<>();
    bodies.forEach((account, written) -> {
      boolean whole = true;
      try {
        whole = store.version(account) == written.size();
        try (Snapshot snapshot = store.snapshot(account)) {
          for (int i = 0; i < written.size(); i++) {
            whole &= snapshot.read(key(i)) != null;
          }
        }
      } catch (StoreException.Corrupt e) {
        whole = false;
      }
      for (byte[] body : written) {
        whole &= isThere(store, account, body);
      }
      if (!whole) {
        hurt.add(account);
      }
    });
    return hurt;
  }

  private static boolean isThere(RocksStore store, AccountId account, byte[] body) {
    try {
      var content = store.openBlob(account, BlobId.ofContent(body), 0);
      if (content.isEmpty()) {
        return false;
      }
      try (InputStream in = content.get()) {
        assertThat(in.readAllBytes()).isEqualTo(body);
        return true;
      }
    } catch (StoreException.Corrupt e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Problem> check(RocksStore store) {
    return StoreCheck.run(store, List.of(), account -> {}).problems();
  }

  @Test
  void healthyStoreHasNoProblems() {
    try (RocksStore store = open()) {
      fill(store, 5_000);
      assertThat(check(store)).isEmpty();
    }
    try (RocksStore store = open()) {
      StoreCheck.Report report = StoreCheck.run(store, List.of(), account -> {});
      assertThat(report.problems()).isEmpty();
      assertThat(report.accounts()).isEqualTo(ACCOUNTS);
      assertThat(report.entries()).isEqualTo(ACCOUNTS * COMMITS);
      assertThat(report.blobs()).isEqualTo(ACCOUNTS * COMMITS);
      assertThat(report.blobBytes()).isEqualTo(ACCOUNTS * COMMITS * 5_000L);
    }
  }

  @Test
  void flippedBitInABlobFile() throws IOException {
    try (RocksStore store = open()) {
      fill(store, 5_000);
    }
    Path file = files(directory, ".*\\.blob").getFirst();
    flip(file, Files.size(file) / 2, 3);
    try (RocksStore store = open()) {
      List<AccountId> hurt = readAll(store);
      assertThat(hurt).hasSize(1);
      assertThat(check(store))
          .isNotEmpty()
          .allMatch(problem -> hurt.getFirst().equals(problem.account()));
      commitEverywhere(store);
    }
  }

  /** Somebody brings a damaged message back: its name alone must not be taken for it. */
  @Test
  void sameContentTakesThePlaceOfDamagedContent() throws IOException {
    AccountId account = AccountId.person(0);
    byte[] streamed = body(Layout.CHUNK_BYTES * 5 / 2);
    int damagedChunks;
    try (RocksStore store = open()) {
      commit(store, account, 6_000);
      commit(store, account, 6_000);
      commit(store, account, 6_000);
      stream(store, account, streamed);
      damagedChunks = store.countChunks(account);
    }
    List<byte[]> written = bodies.get(account);
    for (Path file : files(directory, ".*\\.blob")) {
      for (long offset = 0; offset < Files.size(file); offset += 900) {
        flip(file, offset, 2);
      }
    }
    try (RocksStore store = open()) {
      assertThat(written).noneMatch(body -> isThere(store, account, body));
      Batch again = new Batch();
      again.addBlob(written.get(0).clone());
      again.addBlob(written.get(1).clone());
      again.dropBlob(BlobId.ofContent(written.get(1)));
      again.addBlob(written.get(1).clone());
      assertThat(store.commit(account, 4, CommitId.random(random), again))
          .isEqualTo(new CommitResult.Committed(5));
      store.writeBlob(account, new ByteArrayInputStream(written.get(2)));
      store.writeBlob(account, new ByteArrayInputStream(streamed));
      assertThat(written).allMatch(body -> isThere(store, account, body));
      assertThat(store.countChunks(account)).isEqualTo(damagedChunks);
      // What is whole stays where it is: somebody may be reading it.
      try (InputStream reading =
          store.openBlob(account, BlobId.ofContent(streamed), 0).orElseThrow()) {
        assertThat(reading.read()).isEqualTo(streamed[0] & 0xff);
        store.writeBlob(account, new ByteArrayInputStream(streamed));
        assertThat(reading.readAllBytes())
            .isEqualTo(Arrays.copyOfRange(streamed, 1, streamed.length));
      }
    }
    try (RocksStore store = open()) {
      assertThat(written).allMatch(body -> isThere(store, account, body));
    }
  }

  /** As with a bad sector: the name is known, and what lies under it cannot be read. */
  @Test
  void sameContentTakesThePlaceOfContentThatCannotBeRead() throws IOException {
    AccountId account = AccountId.person(0);
    try (RocksStore store = open()) {
      commit(store, account, 6_000);
    }
    byte[] body = bodies.get(account).getFirst();
    try (RocksStore store = open()) {
      for (Path file : files(directory, ".*\\.blob")) {
        Files.delete(file);
      }
      assertThatThrownBy(() -> isThere(store, account, body))
          .isInstanceOf(StoreException.Unavailable.class);
      Batch again = new Batch();
      again.addBlob(body.clone());
      assertThat(store.commit(account, 1, CommitId.random(random), again))
          .isEqualTo(new CommitResult.Committed(2));
      assertThat(isThere(store, account, body)).isTrue();
    }
  }

  private void stream(RocksStore store, AccountId account, byte[] body) throws IOException {
    List<byte[]> written = bodies.get(account);
    BlobId blob = store.writeBlob(account, new ByteArrayInputStream(body));
    Batch batch = new Batch().requireBlob(blob);
    assertThat(store.commit(account, written.size(), CommitId.random(random), batch))
        .isEqualTo(new CommitResult.Committed(written.size() + 1));
    written.add(body);
  }

  @Test
  void flippedBitInATable() throws IOException {
    try (RocksStore store = open()) {
      fill(store, 2_000);
    }
    // Each into a copy of its own: a store that was open may have compacted the next table away.
    for (Path table : files(directory, ".*\\.sst")) {
      long size = Files.size(table);
      for (long offset : new long[] {size / 2, size - 20, 10}) {
        Path image = crashImage("-" + table.getFileName() + "-" + offset);
        Path damaged = image.resolve(RocksStore.DATABASE).resolve(table.getFileName());
        flip(damaged, offset, 5);
        checkDamagedTable(image, damaged);
      }
    }
  }

  private void checkDamagedTable(Path image, Path table) {
    try (RocksStore store = open(image)) {
      List<Problem> problems = check(store);
      assertThat(problems).as(table.toString()).isNotEmpty();
      readAll(store);
    } catch (StoreException.Corrupt e) {
      throw new AssertionError("one bad table must not stop everybody: " + table, e);
    }
  }

  private void commitEverywhere(RocksStore store) {
    for (AccountId account : bodies.keySet()) {
      commitInTheEnd(store, account);
    }
  }

  @Test
  void flippedBitInADataBlockHurtsOnlyItsAccounts() throws IOException {
    try (RocksStore store = open()) {
      fill(store, 100);
    }
    Path table =
        files(directory, ".*\\.sst").stream()
            .max(Comparator.comparingLong(file -> file.toFile().length()))
            .orElseThrow();
    flip(table, Files.size(table) / 3, 4);
    try (RocksStore store = open()) {
      List<AccountId> hurt = readAll(store);
      assertThat(hurt).isNotEmpty().hasSizeLessThan(ACCOUNTS);
      // An account is named, unless its head is in the block: then the list is said to have a hole.
      List<Problem> problems = check(store);
      boolean hole = problems.stream().anyMatch(problem -> problem.text().contains("list of acc"));
      List<AccountId> reported =
          problems.stream().map(Problem::account).filter(Objects::nonNull).toList();
      assertThat(hole || reported.containsAll(hurt)).as("%s in %s", hurt, problems).isTrue();
      for (AccountId account : bodies.keySet()) {
        if (!hurt.contains(account)) {
          commitInTheEnd(store, account);
        }
      }
    }
  }

  /** A background compaction may meet the damage at any moment: that refuses once, and ends. */
  private void commitInTheEnd(RocksStore store, AccountId account) {
    try {
      commit(store, account, 1_000);
    } catch (StoreException.Unavailable e) {
      assertThat(e).hasMessageContaining("checksum mismatch");
      commit(store, account, 1_000);
    }
  }

  @Test
  void compactionThatMeetsADamagedTableDoesNotStopTheHealthyAccounts() throws IOException {
    try (RocksStore store = open()) {
      fill(store, 2_000);
    }
    Path table = files(directory, ".*\\.sst").getFirst();
    flip(table, Files.size(table) / 3, 1);
    AccountId healthy = AccountId.person(1_000);
    try (RocksStore store = open()) {
      // Enough writes that tables are compacted; refusals are allowed, but must end.
      int refused = 0;
      for (int i = 0; i < 700; i++) {
        try {
          commit(store, healthy, 8_000);
        } catch (StoreException.Unavailable e) {
          refused++;
          assertThat(refused).as(e.getMessage()).isLessThan(20);
        }
      }
      assertThat(check(store)).isNotEmpty();
      assertThat(readAll(store)).doesNotContain(healthy);
    }
  }

  @Test
  void flippedBitInCurrentOrManifestIsMendedAndSaid() throws IOException {
    try (RocksStore store = open()) {
      fill(store, 500);
    }
    Path current = directory.resolve(RocksStore.DATABASE).resolve("CURRENT");
    flip(current, 3, 1);
    try (RocksStore store = open()) {
      assertThat(check(store)).anyMatch(problem -> problem.text().contains("CURRENT"));
      assertThat(readAll(store)).isEmpty();
    }
    Path manifest = files(directory, "MANIFEST.*").getLast();
    flip(manifest, Files.size(manifest) / 2, 1);
    try (RocksStore store = open()) {
      assertThat(check(store)).anyMatch(problem -> problem.text().contains("MANIFEST"));
      assertThat(readAll(store)).isEmpty();
    }
    manifest = files(directory, "MANIFEST.*").getLast();
    Files.delete(directory.resolve("MANIFEST.copy"));
    flip(manifest, Files.size(manifest) / 2, 1);
    assertThatThrownBy(this::open).isInstanceOf(StoreException.Corrupt.class);
    flip(manifest, Files.size(manifest) / 2, 1);
    try (RocksStore store = open()) {
      assertThat(check(store)).isEmpty();
      Path live = files(directory, "MANIFEST.*").getLast();
      flip(live, Files.size(live) / 2, 1);
      assertThat(check(store)).anyMatch(problem -> problem.text().contains("MANIFEST"));
      flip(live, Files.size(live) / 2, 1);
    }
  }

  @Test
  void killedProcessLosesNothing() throws IOException {
    RocksStore store = open();
    fill(store, 3_000);
    Path image = crashImage("-killed");
    store.close();
    try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
      assertThat(readAll(after)).isEmpty();
      assertThat(check(after)).isEmpty();
    }
  }

  @Test
  void bytesNeverAcknowledgedAreCutOffTheLogSilently() throws IOException {
    RocksStore store = open();
    fill(store, 300);
    Path image = crashImage("-torn");
    store.close();
    Path log = files(image, "\\d+\\.log").getLast();
    try (RandomAccessFile content = new RandomAccessFile(log.toFile(), "rw")) {
      content.seek(content.length());
      content.write(noise(20));
      content.setLength(content.length() + 500);
    }
    try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
      assertThat(readAll(after)).isEmpty();
      assertThat(check(after)).isEmpty();
    }
  }

  @Test
  void acknowledgedCommitCutOffTheLogIsMissed() throws IOException {
    RocksStore store = open();
    fill(store, 300);
    commit(store, AccountId.person(77), 400);
    Path image = crashImage("-cut");
    store.close();
    Path log = files(image, "\\d+\\.log").getLast();
    try (RandomAccessFile content = new RandomAccessFile(log.toFile(), "rw")) {
      content.setLength(content.length() - 100);
    }
    try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
      assertThat(after.stoppedAccounts()).containsOnlyKeys(AccountId.person(77));
      assertThat(readAll(after)).containsExactly(AccountId.person(77));
      assertThat(check(after)).isNotEmpty();
    }
  }

  @Test
  void flippedBitInTheLogStopsOnlyTheAccountsThatLostCommits() throws IOException {
    RocksStore store = open();
    fill(store, 4_000);
    Path image = crashImage("-log");
    store.close();
    Path log = files(image, "\\d+\\.log").getLast();
    long size = Files.size(log);
    flip(log, size / 2, 2);
    List<AccountId> stopped;
    try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
      stopped = new ArrayList<>(after.stoppedAccounts().keySet());
      List<AccountId> hurt = readAll(after);
      assertThat(hurt).isNotEmpty();
      assertThat(stopped).containsAll(hurt);
      assertThat(check(after)).isNotEmpty();
      for (AccountId account : stopped) {
        assertThatThrownBy(() -> after.snapshot(account))
            .isInstanceOf(StoreException.Corrupt.class)
            .hasMessageContaining("lost acknowledged commits");
      }
      AccountId fresh = AccountId.person(500);
      assertThat(after.commit(fresh, 0, CommitId.random(random), new Batch()))
          .isEqualTo(new CommitResult.Committed(1));
    }
    try (RocksStore again = RocksStore.open(image, RocksSettings.defaults())) {
      assertThat(again.stoppedAccounts().keySet()).containsExactlyElementsOf(stopped);
      again.acceptDamage(stopped.getFirst());
      again.snapshot(stopped.getFirst()).close();
      again.drop(stopped.getLast());
    }
    try (RocksStore again = RocksStore.open(image, RocksSettings.defaults())) {
      assertThat(again.stoppedAccounts().keySet())
          .doesNotContain(stopped.getFirst(), stopped.getLast());
    }
  }

  /** RocksDB puts the rest of a damaged log into tables before anything else can be written. */
  @Test
  void lossesOfTheLogAreNotForgottenWhenTheOpeningThatFindsThemIsCutShort() throws Exception {
    RocksStore store = open();
    fill(store, 1_000);
    Path image = crashImage("-cut-short");
    store.close();
    Path log = files(image, "\\d+\\.log").getLast();
    flip(log, Files.size(log) / 2, 2);
    for (int cutShort = 0; cutShort < 2; cutShort++) {
      GroupJournal broken = new GroupJournal(image);
      broken.close();
      Opener opener = new Opener(image, RocksSettings.defaults(), broken);
      assertThatThrownBy(() -> opener.open(Database.Mode.STRICT))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    List<AccountId> stopped;
    try (RocksStore after = open(image)) {
      List<AccountId> hurt = readAll(after);
      assertThat(hurt).isNotEmpty();
      stopped = new ArrayList<>(after.stoppedAccounts().keySet());
      assertThat(stopped).containsAll(hurt);
    }
    // Once it is written down it is not found anew.
    try (RocksStore again = open(image)) {
      assertThat(again.stoppedAccounts().keySet()).containsExactlyElementsOf(stopped);
      stopped.forEach(again::acceptDamage);
    }
    try (RocksStore again = open(image)) {
      assertThat(again.stoppedAccounts()).isEmpty();
    }
  }

  @Test
  void damagedNoteOfLossesNamesNobodyAndIsSaid() throws IOException {
    open().close();
    LostNote lost = new LostNote("here", new TreeSet<>(List.of(AccountId.person(3))), true);
    lost.write(directory);
    assertThat(LostNote.read(directory)).contains(lost);
    LostNote other = new LostNote("there", new TreeSet<>(), true);
    assertThat(lost.and(other).and(lost).and(other).where()).isEqualTo("here, there");
    assertThat(other.and(lost).where()).as("one in the other").isEqualTo("there, here");
    Path file = directory.resolve("LOST");
    for (long offset = 0; offset < Files.size(file); offset++) {
      flip(file, offset, 1);
      assertThat(LostNote.read(directory).orElseThrow().allKnown()).isFalse();
      flip(file, offset, 1);
    }
    flip(file, 20, 1);
    try (RocksStore store = open()) {
      assertThat(check(store)).anyMatch(problem -> problem.text().contains("LOST"));
      store.acceptDamage();
    }
    try (RocksStore store = open()) {
      assertThat(check(store)).isEmpty();
    }
  }

  @Test
  void flippedBitsAnywhereInTheLogAreNeverSilent() throws IOException {
    RocksStore store = open();
    for (int i = 0; i < 6; i++) {
      for (int account = 0; account < ACCOUNTS; account++) {
        commit(store, AccountId.person(account), 2_000);
      }
    }
    List<Path> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      images.add(crashImage("-any" + i));
    }
    store.close();
    for (Path image : images) {
      Path log = files(image, "\\d+\\.log").getLast();
      long offset = random.nextLong(Files.size(log));
      flip(log, offset, random.nextInt(8));
      try (RocksStore after = RocksStore.open(image, RocksSettings.defaults())) {
        List<AccountId> hurt = readAll(after);
        List<Problem> problems = check(after);
        assertThat(problems).as("flip at %d of %s", offset, log).isNotEmpty();
        boolean allNamed = problems.stream().noneMatch(problem -> problem.account() == null);
        if (allNamed) {
          assertThat(after.stoppedAccounts().keySet()).containsAll(hurt);
        }
      }
    }
  }
}
