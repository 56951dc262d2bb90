package org.wachtpost.store.rocks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.check.FileCheck;
import org.wachtpost.store.check.Problem;

/** The store in a directory, on RocksDB. See the package for how it works. */
public final class RocksStore implements Store, FileCheck {
  /** Sub-directory that RocksDB has for itself. */
  static final String DATABASE = "db";

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);
  private static final int PAGE = 256;

  private final Path directory;
  private final StoreLock lock;
  private final GroupJournal journal;
  private final Opener opener;
  private final Reader reader;
  private final Recent recent = new Recent();
  private final CommitThread commits;
  private final ChunkCodec codec;
  private final BlobNames blobNames;
  private final DamagedBodies damaged;
  private final BlobWriter blobWriter;
  private volatile boolean closed;

  /**
   * Opens the store in the directory, which is made if it is not there.
   *
   * @throws StoreException.Unavailable if it is in use, newer than this server, or the disk fails
   * @throws StoreException.Corrupt if it is too damaged to be opened
   */
  public static RocksStore open(Path directory, RocksSettings settings) {
    return open(directory, settings, dir -> new DiskSpace(dir, settings.reservedBytes()));
  }

  /** As {@link #open(Path, RocksSettings)}, with an own idea of the room on the disk. */
  static RocksStore open(
      Path directory,
      RocksSettings settings,
      java.util.function.Function<Path, DiskSpace> diskSpace) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot make " + directory + ": " + e.getMessage(), e);
    }
    StoreLock lock = StoreLock.take(directory);
    @Nullable RocksStore store = null;
    try {
      store = new RocksStore(directory, settings, lock, diskSpace.apply(directory));
      return store;
    } catch (IOException e) {
      throw new StoreException.Unavailable(
          "cannot open the store in " + directory + ": " + e.getMessage(), e);
    } finally {
      if (store == null) {
        lock.close();
      }
    }
  }

  private RocksStore(Path directory, RocksSettings settings, StoreLock lock, DiskSpace space)
      throws IOException {
    this.directory = directory;
    this.lock = lock;
    this.codec = new ChunkCodec();
    this.journal = new GroupJournal(directory);
    this.opener = new Opener(directory, settings, journal);
    Database database;
    try {
      database = opener.open(Database.Mode.STRICT);
    } catch (RuntimeException e) {
      journal.close();
      codec.close();
      throw e;
    }
    this.reader = new Reader(new ReadGate(settings.readers()), database, this::settle);
    AbsentBlobs absent = new AbsentBlobs();
    this.blobNames = new BlobNames(reader, absent);
    this.damaged = new DamagedBodies(blobNames, reader, codec);
    this.commits =
        new CommitThread(
            "store-commits",
            new CommitThread.Opening() {
              @Override
              public @Nullable Database current() {
                return reader.current();
              }

              @Override
              public Database reopen(Database.Mode mode) {
                return RocksStore.this.reopen(mode);
              }
            },
            space,
            journal,
            recent,
            absent);
    this.blobWriter = new BlobWriter(commits, codec, damaged, opener::nextContentNumber);
  }

  private Database reopen(Database.Mode mode) {
    LOG.warn("closing and opening the database in {} again after an error, {}", directory, mode);
    reader.replace(before -> {
      if (before != null) {
        before.close();
      }
      return null;
    });
    Database database = opener.open(mode);
    reader.replace(_ -> database);
    LOG.info("the database in {} is open again", directory);
    return database;
  }

  /**
   * Waits until the commit thread has written what was handed to it. It opens the database again if
   * that is closed.
   */
  private void settle() {
    Request request = new CommitThread.Wakeup();
    commits.submit(request);
    request.await();
  }

  /** Accounts that are stopped because they lost commits, with the reason. */
  public Map<AccountId, String> stoppedAccounts() {
    return new TreeMap<>(opener.stopped());
  }

  /**
   * Lets a stopped account go on with what it has. To be called when somebody has decided so, or
   * has restored it.
   */
  public void acceptDamage(AccountId account) {
    accept(Layout.damaged(account));
    opener.stopped().remove(account);
  }

  /** Forgets damage whose accounts are not known. */
  public void acceptDamage() {
    accept(Layout.DAMAGED);
    opener.acceptDamage();
  }

  private void accept(byte[] mark) {
    AcceptRequest request = new AcceptRequest(mark);
    commits.submit(request);
    request.await();
  }

  /** Chunks kept for the account, named by a blob or not. */
  int countChunks(AccountId account) {
    return reader.read(
        "cannot count chunks of " + account,
        database -> {
          int count = 0;
          try (Slice end = new Slice(Layout.prefixEnd(account));
              ReadOptions reading = new ReadOptions().setIterateUpperBound(end);
              RocksIterator chunks = database.rocks().newIterator(database.chunks(), reading)) {
            for (chunks.seek(Layout.prefix(account)); chunks.isValid(); chunks.next()) {
              count++;
            }
            chunks.status();
          }
          return count;
        });
  }

  /** Stops everything about an account that lost commits. */
  private void requireWhole(AccountId account) {
    String reason = opener.stopped().get(account);
    if (reason != null) {
      throw new StoreException.Corrupt(account + " " + reason, null);
    }
  }

  @Override
  public List<Problem> checkFiles() {
    List<Problem> problems = new ArrayList<>(opener.findings());
    opener
        .stopped()
        .forEach((account, reason) -> problems.add(new Problem(account, account + " " + reason)));
    String damage = opener.damage();
    if (damage != null) {
      problems.add(new Problem(null, damage));
    }
    List<LiveFileMetaData> tables = new ArrayList<>();
    Database.Mode mode =
        reader.read(
            "cannot list files",
            database -> {
              tables.addAll(database.rocks().getLiveFilesMetaData());
              return database.mode();
            });
    if (mode == Database.Mode.DEGRADED) {
      problems.add(new Problem(null, "files are damaged: running without compaction"));
    }
    problems.addAll(new FileChecks(directory, this::settle).run(tables));
    return problems;
  }

  @Override
  public Snapshot snapshot(AccountId account) {
    requireWhole(account);
    return reader.read(
        "cannot read " + account, database -> new RocksSnapshot(reader, database, recent, account));
  }

  @Override
  public CommitResult commit(AccountId account, long expectedVersion, CommitId id, Batch batch) {
    batch.checkLimits();
    requireWhole(account);
    CommitRequest request =
        new CommitRequest(
            account,
            expectedVersion,
            id,
            batch,
            codec,
            damaged.among(account, batch.addedBlobs().keySet()),
            opener::nextContentNumber);
    commits.submit(request);
    return request.result();
  }

  @Override
  public Optional<Long> outcome(AccountId account, CommitId id) {
    return head(account).outcome(id);
  }

  @Override
  public long version(AccountId account) {
    return head(account).version();
  }

  private AccountHead head(AccountId account) {
    byte[] stored =
        reader.read("cannot read " + account, database -> database.get(Layout.head(account)));
    return stored == null ? AccountHead.EMPTY : AccountHead.ofBytes(stored);
  }

  @Override
  public BlobId writeBlob(AccountId account, InputStream content) throws IOException {
    return blobWriter.write(account, content);
  }

  @Override
  public Optional<InputStream> openBlob(AccountId account, BlobId blob, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
    return blobNames
        .find(account, blob)
        .map(header -> new BlobStream(reader, codec, account, blob, header, offset));
  }

  @Override
  public Optional<Long> blobSize(AccountId account, BlobId blob) {
    return blobNames.find(account, blob).map(StoredBlob::size);
  }

  @Override
  public void forEachBlob(AccountId account, Consumer<BlobEntry> consumer) {
    byte[] end = Layout.table(account, Layout.ENTRY);
    byte[] from = Layout.table(account, Layout.BLOB);
    while (true) {
      byte[] start = from;
      List<BlobEntry> page =
          reader.read("cannot list blobs of " + account, db -> blobPage(db, start, end));
      page.forEach(consumer);
      if (page.size() < PAGE) {
        return;
      }
      byte[] last = Layout.blob(account, page.getLast().blob());
      from = java.util.Arrays.copyOf(last, last.length + 1);
    }
  }

  private static List<BlobEntry> blobPage(Database database, byte[] from, byte[] to)
      throws RocksDBException {
    List<BlobEntry> page = new ArrayList<>(PAGE);
    try (Slice end = new Slice(to);
        ReadOptions reading = new ReadOptions().setVerifyChecksums(true).setIterateUpperBound(end);
        RocksIterator iterator = database.rocks().newIterator(database.data(), reading)) {
      for (iterator.seek(from); iterator.isValid() && page.size() < PAGE; iterator.next()) {
        long size = StoredBlob.ofBytes(iterator.value()).size();
        page.add(new BlobEntry(Layout.blobId(iterator.key()), size));
      }
      iterator.status();
    }
    return page;
  }

  @Override
  public void forEachAccount(Consumer<AccountId> consumer) {
    AccountList list = new AccountList();
    List<AccountId> page;
    do {
      page = reader.read("cannot list accounts", list::nextPage);
      page.forEach(consumer);
    } while (!list.atEnd());
    list.throwIfDamaged();
  }

  @Override
  public void drop(AccountId account) {
    DropRequest request = new DropRequest(account);
    commits.submit(request);
    request.await();
    opener.stopped().remove(account);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    commits.stop();
    reader.markClosed();
    try {
      reader.replace(database -> {
        if (database != null) {
          flushAndClose(database);
        }
        return null;
      });
    } finally {
      codec.close();
      closeJournal();
      lock.close();
    }
  }

  private void closeJournal() {
    try (journal) {
      journal.sync();
    } catch (IOException e) {
      LOG.warn("closing {}: {}", GroupJournal.FILE, e.getMessage());
    }
  }

  private void flushAndClose(Database database) {
    try {
      database.flush();
    } catch (RocksDBException e) {
      // Everything is in the write-ahead log: the next opening takes longer, nothing is lost.
      LOG.warn("could not flush while closing: {}", e.getMessage());
    } finally {
      database.close();
    }
    opener.copyManifest();
  }
}
