package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.check.Problem;

/**
 * Opens the database, deciding what to do about damage: a torn end of the log is cut off; a damaged
 * log is used as far as it goes and the accounts that lost commits are stopped; with damaged tables
 * the database is opened without compaction, so that the healthy accounts go on.
 */
final class Opener {
  private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

  private final Path directory;
  private final Path databaseDirectory;
  private final RocksSettings settings;
  private final GroupJournal journal;
  private final ManifestCopy manifestCopy;
  private final SmallFiles smallFiles;
  private final AtomicLong contentNumbers = new AtomicLong();
  private final CopyOnWriteArrayList<Problem> findings = new CopyOnWriteArrayList<>();
  private final Map<AccountId, String> stopped = new ConcurrentHashMap<>();
  private volatile @Nullable String damage;

  Opener(Path directory, RocksSettings settings, GroupJournal journal) {
    this.directory = directory;
    this.databaseDirectory = directory.resolve(RocksStore.DATABASE);
    this.settings = settings;
    this.journal = journal;
    this.manifestCopy = new ManifestCopy(directory, databaseDirectory);
    this.smallFiles = new SmallFiles(directory, databaseDirectory);
  }

  /** A number that no content of a blob was ever kept under. */
  long nextContentNumber() {
    return contentNumbers.getAndIncrement();
  }

  /** What opening found wrong, beside the accounts it stopped. */
  List<Problem> findings() {
    return List.copyOf(findings);
  }

  /** Accounts that lost commits, with the reason; changed as they are accepted or dropped. */
  Map<AccountId, String> stopped() {
    return stopped;
  }

  /** Damage whose accounts are not known, until it is accepted. */
  @Nullable String damage() {
    return damage;
  }

  void acceptDamage() {
    damage = null;
  }

  Database open(Database.Mode wanted) {
    try {
      FormatFile.check(directory, smallFiles).ifPresent(this::found);
      lookAtSmallFiles();
      WalScan scan = WalScan.of(databaseDirectory, directory);
      lookAtAcknowledgement(scan);
      noteLosses(scan);
      WALRecoveryMode recovery =
          switch (scan.finding()) {
            case WalScan.Finding.Clean _ -> WALRecoveryMode.PointInTimeRecovery;
            case WalScan.Finding.Torn torn -> {
              LOG.warn(
                  "log {} ends in bytes never acknowledged, from {}", torn.file(), torn.offset());
              WalScan.cut(databaseDirectory, torn);
              yield WALRecoveryMode.PointInTimeRecovery;
            }
            case WalScan.Finding.Damaged damaged -> {
              LOG.error("log {} is damaged at {}", damaged.file(), damaged.offset());
              yield WALRecoveryMode.SkipAnyCorruptedRecords;
            }
          };
      Database database = openPrepared(wanted, recovery, scan);
      bringUp(database);
      copyManifest();
      noteSmallFiles();
      return database;
    } catch (IOException e) {
      throw new StoreException.Unavailable(
          "cannot read the log in " + databaseDirectory + ": " + e.getMessage(), e);
    } catch (RocksDBException e) {
      throw RocksFault.translate("cannot open the store in " + directory, e);
    }
  }

  /** Before RocksDB reads the log: afterwards nobody could tell any more. */
  private void noteLosses(WalScan scan) throws IOException {
    if (scan.finding() instanceof WalScan.Finding.Damaged damaged) {
      LostNote found = LostNote.of(damaged);
      LostNote.read(directory).map(earlier -> earlier.and(found)).orElse(found).write(directory);
    }
  }

  private void bringUp(Database database) {
    boolean marked = false;
    try {
      FormatFile.bringUp(directory, smallFiles);
      marked = true;
    } finally {
      if (!marked) {
        database.close();
      }
    }
  }

  /** Before RocksDB opens: it replaces some of them. */
  private void lookAtSmallFiles() throws IOException {
    look(
        "the copy of MANIFEST",
        () -> {
          manifestCopy.damage().ifPresent(this::found);
          manifestCopy.mend().ifPresent(this::found);
        });
    look("small files", () -> smallFiles.damages().forEach(this::found));
  }

  /**
   * ACK is begun anew after this. Where there is a log to read the store was not closed: then a
   * power cut may have torn it, which is no damage that a check should go on telling of.
   */
  private void lookAtAcknowledgement(WalScan scan) throws IOException {
    if (!GroupJournal.isDamaged(directory)) {
      return;
    }
    String untold = ": whether the log has lost its end cannot be told";
    if (scan.isEmpty()) {
      found(GroupJournal.FILE + " is damaged" + untold);
    } else {
      LOG.warn("{} is torn, as a power cut leaves it{}", GroupJournal.FILE, untold);
    }
  }

  /** Looks at what the store works without. */
  private void look(String what, Look look) {
    try {
      look.run();
    } catch (IOException e) {
      found(what + " cannot be used: " + e);
    }
  }

  @FunctionalInterface
  private interface Look {
    void run() throws IOException;
  }

  private void found(String damage) {
    LOG.error("{}", damage);
    findings.addIfAbsent(new Problem(null, damage)); // a reopening finds it again
  }

  /** Keeps a second copy of MANIFEST; without one the store works as well. */
  void copyManifest() {
    try {
      manifestCopy.make();
    } catch (IOException e) {
      LOG.warn("could not copy MANIFEST: {}", e.getMessage());
    }
  }

  /**
   * Writes down the small files as they are; without that the store works as well. Not with a
   * damaged FORMAT: what was written down before has its only whole copy.
   */
  private void noteSmallFiles() {
    try {
      if (FormatFile.isWhole(directory)) {
        smallFiles.note();
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("could not write checksums of small files: {}", e.toString());
    }
  }

  private Database openPrepared(Database.Mode wanted, WALRecoveryMode recovery, WalScan scan)
      throws RocksDBException, IOException {
    try {
      return openPreparedOnce(wanted, recovery, scan);
    } catch (RocksDBException e) {
      if (wanted == Database.Mode.DEGRADED || !RocksFault.isCorruption(e)) {
        throw e;
      }
      found("damaged file, no compaction from here on: " + e.getMessage());
      return openPreparedOnce(Database.Mode.DEGRADED, recovery, scan);
    }
  }

  private Database openPreparedOnce(Database.Mode mode, WALRecoveryMode recovery, WalScan scan)
      throws RocksDBException, IOException {
    Database database = new Database(databaseDirectory, settings, mode, recovery);
    boolean prepared = false;
    try {
      prepare(database, scan);
      prepared = true;
      return database;
    } finally {
      if (!prepared) {
        database.close();
      }
    }
  }

  /** Counts the opening, removes unfinished blobs, writes down and reads what was damaged. */
  private void prepare(Database database, WalScan scan) throws RocksDBException, IOException {
    long epoch = Math.max(storedEpoch(database, scan), scan.newestEpoch()) + 1;
    journal.start(epoch);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(database.meta(), Layout.EPOCH, ByteBuffer.allocate(8).putLong(epoch).array());
      Optional<LostNote> lost = LostNote.read(directory);
      if (lost.isPresent()) {
        markDamage(database, batch, lost.get());
      }
      try {
        dropPending(database, batch);
      } catch (RocksDBException e) {
        notesAreDamaged(e);
      }
      database.write(batch, true);
    }
    LostNote.remove(directory);
    try {
      readDamage(database);
    } catch (RocksDBException e) {
      notesAreDamaged(e);
    }
    contentNumbers.set(epoch << 32);
  }

  /** The number is in the acknowledgement too: one of the two may be damaged. */
  private long storedEpoch(Database database, WalScan scan) throws RocksDBException {
    try {
      byte[] stored = database.rocks().get(database.meta(), database.reading(), Layout.EPOCH);
      return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    } catch (RocksDBException e) {
      if (scan.newestEpoch() == 0) {
        throw e;
      }
      notesAreDamaged(e);
      return scan.newestEpoch();
    }
  }

  private void notesAreDamaged(RocksDBException e) throws RocksDBException {
    if (!RocksFault.isCorruption(e)) {
      throw e;
    }
    found("the engine's own notes are damaged: " + e.getMessage());
  }

  private static void dropPending(Database database, WriteBatch batch) throws RocksDBException {
    try (ReadOptions reading = new ReadOptions();
        RocksIterator pending = database.rocks().newIterator(database.meta(), reading)) {
      for (pending.seek(Layout.PENDING);
          pending.isValid() && startsWith(pending.key(), Layout.PENDING);
          pending.next()) {
        AccountId account = Layout.account(pending.value(), 0);
        long content = Layout.pendingContent(pending.key());
        batch.deleteRange(
            database.chunks(),
            Layout.chunk(account, content, 0),
            Layout.chunk(account, content + 1, 0));
        batch.delete(database.meta(), pending.key());
      }
      pending.status();
    }
  }

  private static void markDamage(Database database, WriteBatch batch, LostNote lost)
      throws RocksDBException {
    String where = lost.where();
    for (AccountId account : lost.accounts()) {
      String reason = "lost acknowledged commits: the log was damaged, " + where;
      batch.put(database.meta(), Layout.damaged(account), reason.getBytes(UTF_8));
    }
    if (!lost.allKnown()) {
      String reason =
          "the log was damaged, " + where + ": accounts that are not named may have lost commits";
      batch.put(database.meta(), Layout.DAMAGED, reason.getBytes(UTF_8));
    }
  }

  private void readDamage(Database database) throws RocksDBException {
    try (ReadOptions reading = new ReadOptions();
        RocksIterator marks = database.rocks().newIterator(database.meta(), reading)) {
      for (marks.seek(Layout.DAMAGED);
          marks.isValid() && startsWith(marks.key(), Layout.DAMAGED);
          marks.next()) {
        String reason = new String(marks.value(), UTF_8);
        if (marks.key().length == Layout.DAMAGED.length) {
          damage = reason;
        } else {
          stopped.put(Layout.account(marks.key(), Layout.DAMAGED.length), reason);
        }
      }
      marks.status();
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
