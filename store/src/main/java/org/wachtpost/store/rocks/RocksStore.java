package org.wachtpost.store.rocks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
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

/** The store in a directory, on RocksDB. See the package for how it works. */
public final class RocksStore implements Store {
  /** Sub-directory that RocksDB has for itself. */
  static final String DATABASE = "db";

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);
  private static final int PAGE = 256;

  private final Path directory;
  private final RocksSettings settings;
  private final StoreLock lock;
  private final Reader reader;
  private final CommitThread commits;
  private final BlobWriter blobWriter;
  private final AtomicLong contentNumbers = new AtomicLong();
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
      FormatFile.check(directory);
      store = new RocksStore(directory, settings, lock, diskSpace.apply(directory));
      return store;
    } finally {
      if (store == null) {
        lock.close();
      }
    }
  }

  private RocksStore(Path directory, RocksSettings settings, StoreLock lock, DiskSpace space) {
    this.directory = directory;
    this.settings = settings;
    this.lock = lock;
    this.reader = new Reader(new ReadGate(settings.readers()), openDatabase());
    this.commits =
        new CommitThread(
            "store-commits",
            new CommitThread.Opening() {
              @Override
              public @Nullable Database current() {
                return reader.current();
              }

              @Override
              public Database reopen() {
                return RocksStore.this.reopen();
              }
            },
            space);
    this.blobWriter = new BlobWriter(commits, contentNumbers::getAndIncrement);
  }

  private Database openDatabase() {
    try {
      Database database = new Database(directory.resolve(DATABASE), settings, Database.Mode.STRICT);
      prepare(database);
      return database;
    } catch (RocksDBException e) {
      throw RocksFault.translate("cannot open the store in " + directory, e);
    }
  }

  private Database reopen() {
    LOG.warn("closing and opening the database in {} again after an error", directory);
    reader.replace(before -> {
      if (before != null) {
        before.close();
      }
      return null;
    });
    Database database = openDatabase();
    reader.replace(_ -> database);
    LOG.info("the database in {} is open again", directory);
    return database;
  }

  /** Counts the opening, from which content numbers start, and removes unfinished blobs. */
  private void prepare(Database database) throws RocksDBException {
    byte[] stored = database.get(Layout.EPOCH);
    long epoch = (stored == null ? 0 : ByteBuffer.wrap(stored).getLong()) + 1;
    try (WriteBatch batch = new WriteBatch();
        ReadOptions reading = new ReadOptions();
        RocksIterator pending = database.rocks().newIterator(database.data(), reading)) {
      batch.put(database.data(), Layout.EPOCH, ByteBuffer.allocate(8).putLong(epoch).array());
      byte[] key;
      for (pending.seek(Layout.PENDING);
          pending.isValid() && (key = pending.key())[0] == 0 && key[1] == Layout.PENDING[1];
          pending.next()) {
        AccountId account = Layout.account(pending.value(), 0);
        long content = Layout.pendingContent(key);
        batch.deleteRange(
            database.chunks(),
            Layout.chunk(account, content, 0),
            Layout.chunk(account, content + 1, 0));
        batch.delete(database.data(), key);
      }
      pending.status();
      database.write(batch, true);
    }
    contentNumbers.set(epoch << 32);
  }

  @Override
  public Snapshot snapshot(AccountId account) {
    return reader.read(
        "cannot read " + account, database -> new RocksSnapshot(reader, database, account));
  }

  @Override
  public CommitResult commit(AccountId account, long expectedVersion, CommitId id, Batch batch) {
    batch.checkLimits();
    CommitRequest request =
        new CommitRequest(account, expectedVersion, id, batch, contentNumbers::getAndIncrement);
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
    return storedBlob(account, blob)
        .map(header -> new BlobStream(reader, account, blob, header, offset));
  }

  @Override
  public Optional<Long> blobSize(AccountId account, BlobId blob) {
    return storedBlob(account, blob).map(StoredBlob::size);
  }

  private Optional<StoredBlob> storedBlob(AccountId account, BlobId blob) {
    byte[] header = reader.read("cannot read " + account, db -> db.get(Layout.blob(account, blob)));
    return header == null ? Optional.empty() : Optional.of(StoredBlob.ofBytes(header));
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
    byte[] from = {1};
    while (from.length > 0) {
      byte[] start = from;
      List<AccountId> page = new ArrayList<>(PAGE);
      from = reader.read("cannot list accounts", database -> accountPage(database, start, page));
      page.forEach(consumer);
    }
  }

  /** Adds a page of accounts; returns where the next page starts, or nothing at the end. */
  private static byte[] accountPage(Database database, byte[] from, List<AccountId> page)
      throws RocksDBException {
    try (ReadOptions reading = new ReadOptions().setVerifyChecksums(true);
        RocksIterator iterator = database.rocks().newIterator(database.data(), reading)) {
      iterator.seek(from);
      while (iterator.isValid()) {
        byte[] key = iterator.key();
        AccountId account = Layout.account(key, 0);
        if (key[Layout.PREFIX_BYTES] == Layout.HEAD) {
          page.add(account);
        }
        byte[] next = Layout.prefixEnd(account);
        if (page.size() >= PAGE) {
          return next;
        }
        iterator.seek(next);
      }
      iterator.status();
    }
    return new byte[0];
  }

  @Override
  public void drop(AccountId account) {
    DropRequest request = new DropRequest(account);
    commits.submit(request);
    request.await();
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
      lock.close();
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
  }
}
