package org.wachtpost.store.rocks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;

/**
 * What the commit thread writes at once. Later requests of a group see what earlier ones staged.
 * Used by the commit thread only.
 */
final class Group {
  private final Database database;
  private final HeadCache heads;
  private final Recent recent;
  private final AbsentBlobs absent;
  private final WriteBatch batch;
  private final Map<AccountId, AccountHead> stagedHeads = new HashMap<>();
  private final Map<AbsentBlobs.Name, Optional<StoredBlob>> stagedBlobs = new HashMap<>();
  private final Set<AccountId> stagedDrops = new HashSet<>();
  private final Map<AccountId, Map<Key, Optional<byte[]>>> shortKeys = new HashMap<>();
  private boolean empty = true;

  Group(Database database, HeadCache heads, Recent recent, AbsentBlobs absent, WriteBatch batch) {
    this.database = database;
    this.heads = heads;
    this.recent = recent;
    this.absent = absent;
    this.batch = batch;
  }

  Database database() {
    return database;
  }

  /** True if nothing was staged to write. */
  boolean empty() {
    return empty;
  }

  AccountHead head(AccountId account) throws RocksDBException {
    AccountHead staged = stagedHeads.get(account);
    return staged != null ? staged : heads.get(account, database);
  }

  Optional<StoredBlob> blob(AccountId account, BlobId blob) throws RocksDBException {
    var name = new AbsentBlobs.Name(account, blob);
    Optional<StoredBlob> staged = stagedBlobs.get(name);
    if (staged != null) {
      return staged;
    }
    if (stagedDrops.contains(account) || absent.knows(name)) {
      return Optional.empty();
    }
    byte[] header = database.get(Layout.blob(account, blob));
    return header == null ? Optional.empty() : Optional.of(StoredBlob.ofBytes(header));
  }

  /**
   * Makes room for a blob whose stored content was found to be damaged, unless another one has
   * taken its place since: no content number is used twice.
   *
   * @param damaged what was found; empty if nothing was
   */
  void dropDamaged(AccountId account, BlobId blob, Optional<StoredBlob> damaged)
      throws RocksDBException {
    if (damaged.isPresent() && blob(account, blob).equals(damaged)) {
      dropBlob(account, blob, damaged.get());
    }
  }

  /** Accounts that the group commits to. */
  Set<AccountId> accounts() {
    return stagedHeads.keySet();
  }

  void putHead(AccountId account, AccountHead head) {
    stagedHeads.put(account, head);
    put(Layout.head(account), head.toBytes());
  }

  void putBlob(AccountId account, BlobId blob, StoredBlob header) {
    stagedBlobs.put(new AbsentBlobs.Name(account, blob), Optional.of(header));
    put(Layout.blob(account, blob), header.toBytes());
  }

  /** Adds a blob with its content, under a content number that was never used. */
  void addBlob(AccountId account, BlobId blob, PackedBlob content, long contentNumber) {
    for (int index = 0; index < content.chunks().size(); index++) {
      putChunk(Layout.chunk(account, contentNumber, index), content.chunks().get(index));
    }
    putBlob(account, blob, new StoredBlob(content.size(), contentNumber));
  }

  void dropBlob(AccountId account, BlobId blob, StoredBlob header) {
    stagedBlobs.put(new AbsentBlobs.Name(account, blob), Optional.empty());
    delete(Layout.blob(account, blob));
    deleteContent(account, header);
  }

  void deleteContent(AccountId account, StoredBlob header) {
    for (int index = 0; index < header.chunks(); index++) {
      deleteChunk(Layout.chunk(account, header.content(), index));
    }
  }

  void dropAccount(AccountId account) {
    database.countDrop(account);
    stagedHeads.put(account, AccountHead.EMPTY);
    shortKeys.remove(account);
    stagedDrops.add(account);
    stagedBlobs.keySet().removeIf(key -> key.account().equals(account));
    empty = false;
    try {
      byte[] from = Layout.prefix(account);
      byte[] to = Layout.prefixEnd(account);
      batch.deleteRange(database.data(), from, to);
      batch.deleteRange(database.chunks(), from, to);
      batch.delete(database.meta(), Layout.damaged(account));
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  /** Writes an entry of an account, or deletes it. */
  void putEntry(AccountId account, Key key, Optional<byte[]> value) {
    if (key.length() <= Recent.KEY_BYTES) {
      shortKeys.computeIfAbsent(account, any -> new HashMap<>()).put(key, value);
    }
    byte[] physical = Layout.entry(account, key);
    if (value.isPresent()) {
      put(physical, value.get());
    } else {
      delete(physical);
    }
  }

  void put(byte[] key, byte[] value) {
    empty = false;
    try {
      batch.put(database.data(), key, value);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  void delete(byte[] key) {
    empty = false;
    try {
      batch.delete(database.data(), key);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  void putMeta(byte[] key, byte[] value) {
    empty = false;
    try {
      batch.put(database.meta(), key, value);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  void deleteMeta(byte[] key) {
    empty = false;
    try {
      batch.delete(database.meta(), key);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  void putChunk(byte[] key, byte[] value) {
    empty = false;
    try {
      batch.put(database.chunks(), key, value);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  void deleteChunk(byte[] key) {
    empty = false;
    try {
      batch.delete(database.chunks(), key);
    } catch (RocksDBException e) {
      throw full(e);
    }
  }

  /** Writes all that was staged; durable on return if {@code sync}. */
  void write(boolean sync) throws RocksDBException {
    if (!empty) {
      recent.begin(stagedHeads.keySet());
      absent.written(stagedBlobs.keySet());
      database.write(batch, sync);
      absent.written(stagedBlobs.keySet());
      recent.written(stagedHeads, shortKeys);
    }
    heads.putAll(stagedHeads);
  }

  /** A write batch in memory refuses a write only for want of memory: the whole group fails. */
  private static StoreException.Unavailable full(RocksDBException e) {
    return new StoreException.Unavailable("cannot gather writes: " + e.getMessage(), e);
  }
}
