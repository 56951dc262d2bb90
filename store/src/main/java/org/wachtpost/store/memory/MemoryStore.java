package org.wachtpost.store.memory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;

/**
 * A store in memory. With a {@link MemoryDisk} beneath it, every change is first written to the
 * disk's log and synced, and opening a store on the same disk brings back what was acknowledged.
 *
 * <p>Why it is right: a change becomes visible (an account's immutable state is replaced) only
 * after its record is durable, so no reader ever sees what power loss can take away. A failed write
 * leaves no record behind; a failed sync cuts the log back to what was acknowledged before anything
 * else is written, and the streamed blobs cut off with it are forgotten too, so memory and disk
 * agree again.
 */
public final class MemoryStore implements Store {
  private volatile ConcurrentSkipListMap<AccountId, AccountState> accounts =
      new ConcurrentSkipListMap<>();
  private final ReentrantLock changing = new ReentrantLock();
  private final @Nullable DiskLog log;
  private volatile boolean closed;

  /** A store that is forgotten when it is closed. */
  public MemoryStore() {
    log = null;
  }

  /**
   * Opens the store that is on this disk.
   *
   * @throws StoreException.Unavailable if the disk cannot be read
   */
  public MemoryStore(MemoryDisk disk) {
    log = new DiskLog(disk);
    log.replay(record -> apply(record, accounts));
  }

  @Override
  public Snapshot snapshot(AccountId account) {
    requireOpen();
    return new MemorySnapshot(state(account), this::requireOpen);
  }

  @Override
  public CommitResult commit(AccountId account, long expectedVersion, CommitId id, Batch batch) {
    batch.checkLimits();
    return changing(() -> commitLocked(account, expectedVersion, id, batch));
  }

  private CommitResult commitLocked(
      AccountId account, long expectedVersion, CommitId id, Batch batch) {
    AccountState state = state(account);
    if (state.head().version() != expectedVersion) {
      return new CommitResult.Conflict(state.head().version());
    }
    for (BlobId blob : batch.requiredBlobs()) {
      if (state.blobs().get(blob) == null && !batch.addedBlobs().containsKey(blob)) {
        return new CommitResult.MissingBlob(blob);
      }
    }
    makeDurable(LogRecord.Commit.of(account, id, batch));
    return new CommitResult.Committed(expectedVersion + 1);
  }

  @Override
  public Optional<Long> outcome(AccountId account, CommitId id) {
    requireOpen();
    return state(account).head().outcome(id);
  }

  @Override
  public long version(AccountId account) {
    requireOpen();
    return state(account).head().version();
  }

  @Override
  public BlobId writeBlob(AccountId account, InputStream content) throws IOException {
    requireOpen();
    byte[] bytes = content.readNBytes((int) Limits.BLOB_BYTES + 1);
    if (bytes.length > Limits.BLOB_BYTES) {
      throw new IllegalArgumentException("blob of more than " + Limits.BLOB_BYTES + " bytes");
    }
    BlobId blob = BlobId.ofContent(bytes);
    return changing(() -> {
      if (state(account).blobs().get(blob) == null) {
        write(new LogRecord.Blobs(account, Map.of(blob, bytes)));
      }
      return blob;
    });
  }

  @Override
  public Optional<InputStream> openBlob(AccountId account, BlobId blob, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
    requireOpen();
    byte[] content = state(account).blobs().get(blob);
    if (content == null) {
      return Optional.empty();
    }
    int from = (int) Math.min(offset, content.length);
    return Optional.of(new ByteArrayInputStream(content, from, content.length - from));
  }

  @Override
  public Optional<Long> blobSize(AccountId account, BlobId blob) {
    requireOpen();
    byte[] content = state(account).blobs().get(blob);
    return content == null ? Optional.empty() : Optional.of((long) content.length);
  }

  @Override
  public void forEachBlob(AccountId account, Consumer<BlobEntry> consumer) {
    requireOpen();
    PersistentMap<BlobId, byte[]> blobs = state(account).blobs();
    PersistentMap.Entry<BlobId, byte[]> entry = blobs.first();
    while (entry != null) {
      consumer.accept(new BlobEntry(entry.key(), entry.value().length));
      entry = blobs.after(entry.key(), false);
    }
  }

  @Override
  public void forEachAccount(Consumer<AccountId> consumer) {
    requireOpen();
    accounts.forEach((account, state) -> {
      if (state.head().version() > 0) {
        consumer.accept(account);
      }
    });
  }

  @Override
  public void drop(AccountId account) {
    changing(() -> {
      makeDurable(new LogRecord.Drop(account));
      return account;
    });
  }

  @Override
  public void close() {
    closed = true;
  }

  private AccountState state(AccountId account) {
    return accounts.getOrDefault(account, AccountState.EMPTY);
  }

  private <T> T changing(Supplier<T> change) {
    changing.lock();
    try {
      requireOpen();
      mendLog();
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  private void makeDurable(LogRecord record) {
    try {
      if (log != null) {
        log.append(record);
        log.sync();
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot write: " + e.getMessage(), e);
    }
    apply(record, accounts);
  }

  /** Writes without a sync: the record is durable when a later one is. */
  private void write(LogRecord record) {
    try {
      if (log != null) {
        log.append(record);
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot write: " + e.getMessage(), e);
    }
    apply(record, accounts);
  }

  private void mendLog() {
    if (log == null || !log.torn()) {
      return;
    }
    try {
      if (log.mend()) {
        ConcurrentSkipListMap<AccountId, AccountState> replayed = new ConcurrentSkipListMap<>();
        log.replay(record -> apply(record, replayed));
        accounts = replayed;
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("disk still fails: " + e.getMessage(), e);
    }
  }

  private static void apply(LogRecord record, Map<AccountId, AccountState> accounts) {
    AccountState before = accounts.getOrDefault(record.account(), AccountState.EMPTY);
    switch (record) {
      case LogRecord.Commit commit -> accounts.put(commit.account(), before.after(commit));
      case LogRecord.Blobs blobs -> accounts.put(blobs.account(), before.after(blobs));
      case LogRecord.Drop drop -> accounts.remove(drop.account());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException.Unavailable("the store is closed", null);
    }
  }
}
