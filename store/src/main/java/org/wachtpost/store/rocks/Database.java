package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.wachtpost.store.AccountId;

/**
 * An open RocksDB with its column families and all native objects that must be closed with it.
 * Calls are made under a permit of the {@link ReadGate}, except by the commit thread, which is the
 * only one that closes.
 */
final class Database implements AutoCloseable {
  /**
   * Four shards. The engine's own choice is one for each half MiB, and an index or a filter of a
   * large file is greater than that: it would be read again for every look-up.
   */
  private static final int SHARD_BITS = 2;

  /** Share of the cache that scans of data cannot take from indexes and filters. */
  private static final double HIGH_PRIORITY = 0.5;

  private static final int BLOOM_BITS_PER_KEY = 10;

  /** Share of a buffer of writes for a filter: a new message asks for several keys in vain. */
  private static final double MEMTABLE_BLOOM = 0.02;

  /** Smaller chunks stay in the tree: a blob file's own overhead would be larger. */
  private static final long MIN_BLOB_FILE_VALUE_BYTES = 1024;

  /**
   * Tables of the first level that are merged with the next at once. With fewer, the same metadata
   * is written more often; with more, a look-up asks more filters.
   */
  private static final int FIRST_LEVEL_FILES = 8;

  /** While nothing is compacted, tables pile up without slowing writes. */
  private static final int UNCOMPACTED_FILES = 100_000;

  private static final long MIB = 1024 * 1024;

  /** How much to trust what is found. */
  enum Mode {
    /** Every check is on; a damaged file stops opening. */
    STRICT,
    /**
     * Damaged tables do not stop opening and nothing is compacted, so that what can be read is
     * served. Reads of damaged blocks fail.
     */
    DEGRADED
  }

  private final List<AutoCloseable> natives = new ArrayList<>();
  private final Set<Snapshot> snapshots = ConcurrentHashMap.newKeySet();
  private final Map<AccountId, Integer> drops = new HashMap<>();
  private final Mode mode;
  private final RocksDB rocks;
  private final ColumnFamilyHandle data;
  private final ColumnFamilyHandle meta;
  private final ColumnFamilyHandle chunks;
  private final ReadOptions reading;
  private final WriteOptions synced;
  private final WriteOptions unsynced;

  Database(Path directory, RocksSettings settings, Mode mode, WALRecoveryMode recovery)
      throws RocksDBException {
    RocksDB.loadLibrary();
    this.mode = mode;
    boolean opened = false;
    try {
      Cache cache =
          keep(new LRUCache(settings.blockCacheBytes(), SHARD_BITS, false, HIGH_PRIORITY));
      BlockBasedTableConfig tables = tableConfig(cache);
      List<ColumnFamilyDescriptor> families =
          List.of(
              new ColumnFamilyDescriptor(
                  RocksDB.DEFAULT_COLUMN_FAMILY, dataOptions(settings, tables)),
              new ColumnFamilyDescriptor("meta".getBytes(UTF_8), metaOptions(tables)),
              new ColumnFamilyDescriptor("chunks".getBytes(UTF_8), chunkOptions(settings, tables)));
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      rocks =
          RocksDB.open(
              databaseOptions(settings, recovery), directory.toString(), families, handles);
      data = handles.get(0);
      meta = handles.get(1);
      chunks = handles.get(2);
      reading = keep(new ReadOptions().setVerifyChecksums(true));
      synced = keep(new WriteOptions().setSync(true));
      unsynced = keep(new WriteOptions());
      opened = true;
    } finally {
      if (!opened) {
        closeNatives();
      }
    }
  }

  private BlockBasedTableConfig tableConfig(Cache cache) {
    return new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setBlockSize(8 * 1024)
        .setFormatVersion(6)
        .setFilterPolicy(keep(new BloomFilter(BLOOM_BITS_PER_KEY)))
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true);
  }

  private DBOptions databaseOptions(RocksSettings settings, WALRecoveryMode recovery) {
    return keep(new DBOptions())
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(mode == Mode.STRICT)
        .setWalRecoveryMode(recovery)
        .setMaxTotalWalSize(settings.walBytes())
        .setMaxBackgroundJobs(2)
        .setAllowConcurrentMemtableWrite(false) // there is one that writes
        .setMaxOpenFiles(512)
        .setBytesPerSync(MIB)
        .setSkipStatsUpdateOnDbOpen(true)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(4)
        .setMaxLogFileSize(4 * MIB);
  }

  private ColumnFamilyOptions dataOptions(RocksSettings settings, BlockBasedTableConfig tables) {
    return keep(new ColumnFamilyOptions())
        .setTableFormatConfig(tables)
        .setWriteBufferSize(Math.max(MIB, settings.memtableBytes() / 2))
        .setMemtableWholeKeyFiltering(true)
        .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM)
        .setMaxWriteBufferNumber(3)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setDisableAutoCompactions(mode == Mode.DEGRADED)
        .setLevel0FileNumCompactionTrigger(FIRST_LEVEL_FILES)
        .setLevelZeroSlowdownWritesTrigger(mode == Mode.DEGRADED ? UNCOMPACTED_FILES : 20)
        .setLevelZeroStopWritesTrigger(mode == Mode.DEGRADED ? UNCOMPACTED_FILES : 36);
  }

  private ColumnFamilyOptions metaOptions(BlockBasedTableConfig tables) {
    return keep(new ColumnFamilyOptions())
        .setTableFormatConfig(tables)
        .setWriteBufferSize(MIB)
        .setDisableAutoCompactions(mode == Mode.DEGRADED);
  }

  private ColumnFamilyOptions chunkOptions(RocksSettings settings, BlockBasedTableConfig tables) {
    return keep(new ColumnFamilyOptions())
        .setTableFormatConfig(tables)
        .setWriteBufferSize(settings.memtableBytes())
        .setMaxWriteBufferNumber(3)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setCompressionOptions(keep(new CompressionOptions()).setLevel(1))
        .setEnableBlobFiles(true)
        .setMinBlobSize(MIN_BLOB_FILE_VALUE_BYTES)
        // For chunks of format 1, which are not packed and are moved now and then.
        .setBlobCompressionType(CompressionType.ZSTD_COMPRESSION)
        .setEnableBlobGarbageCollection(true)
        .setBlobGarbageCollectionAgeCutoff(0.25)
        .setBlobGarbageCollectionForceThreshold(0.5)
        .setDisableAutoCompactions(mode == Mode.DEGRADED)
        .setLevelZeroSlowdownWritesTrigger(mode == Mode.DEGRADED ? UNCOMPACTED_FILES : 20)
        .setLevelZeroStopWritesTrigger(mode == Mode.DEGRADED ? UNCOMPACTED_FILES : 36);
  }

  private <T extends AutoCloseable> T keep(T nativeObject) {
    natives.add(nativeObject);
    return nativeObject;
  }

  RocksDB rocks() {
    return rocks;
  }

  ColumnFamilyHandle data() {
    return data;
  }

  ColumnFamilyHandle meta() {
    return meta;
  }

  ColumnFamilyHandle chunks() {
    return chunks;
  }

  ReadOptions reading() {
    return reading;
  }

  Mode mode() {
    return mode;
  }

  byte @Nullable [] get(byte[] key) throws RocksDBException {
    return rocks.get(data, reading, key);
  }

  byte @Nullable [] getChunk(byte[] key) throws RocksDBException {
    return rocks.get(chunks, reading, key);
  }

  /** Notes that an account is being dropped. Called by the commit thread. */
  void countDrop(AccountId account) {
    drops.merge(account, 1, Integer::sum);
  }

  /** How often the account was dropped since the opening. Called by the commit thread. */
  int drops(AccountId account) {
    return drops.getOrDefault(account, 0);
  }

  void write(WriteBatch batch, boolean sync) throws RocksDBException {
    rocks.write(sync ? synced : unsynced, batch);
  }

  /** Moves everything from the write-ahead log into tables. */
  void flush() throws RocksDBException {
    try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(waiting, List.of(data, meta, chunks));
    }
  }

  Snapshot takeSnapshot() {
    Snapshot snapshot = rocks.getSnapshot();
    snapshots.add(snapshot);
    return snapshot;
  }

  void release(Snapshot snapshot) {
    if (snapshots.remove(snapshot)) {
      rocks.releaseSnapshot(snapshot);
    }
  }

  @Override
  public void close() {
    snapshots.forEach(this::release);
    data.close();
    meta.close();
    chunks.close();
    rocks.close();
    closeNatives();
  }

  private void closeNatives() {
    for (AutoCloseable object : natives.reversed()) {
      try {
        object.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a native object", e);
      }
    }
    natives.clear();
  }
}
