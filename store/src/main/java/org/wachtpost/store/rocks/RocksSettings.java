package org.wachtpost.store.rocks;

/**
 * How much the engine may use.
 *
 * @param blockCacheBytes cache of blocks read from files
 * @param memtableBytes size at which the buffer of recent blob writes is flushed to files; about
 *     three times as much memory is used under load
 * @param walBytes size of the write-ahead log beyond which buffers are flushed
 * @param readers reads that may be in native code at once; must be fewer than the carriers of
 *     virtual threads, or reads can hold all of them
 * @param reservedBytes room on the disk below which blobs are refused; below a quarter of it,
 *     everything is
 */
public record RocksSettings(
    long blockCacheBytes, long memtableBytes, long walBytes, int readers, long reservedBytes) {
  private static final long MIB = 1024 * 1024;

  public RocksSettings {
    if (blockCacheBytes < MIB || memtableBytes < MIB || walBytes < memtableBytes || readers < 1) {
      throw new IllegalArgumentException("settings too small");
    }
    if (reservedBytes < 0) {
      throw new IllegalArgumentException("reserved bytes " + reservedBytes);
    }
  }

  /** For a small machine: tens of MiB of native memory. */
  public static RocksSettings defaults() {
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    return new RocksSettings(16 * MIB, 32 * MIB, 128 * MIB, Math.max(1, carriers - 1), 64 * MIB);
  }

  public RocksSettings withBlockCacheBytes(long bytes) {
    return new RocksSettings(bytes, memtableBytes, walBytes, readers, reservedBytes);
  }

  public RocksSettings withMemtableBytes(long bytes) {
    return new RocksSettings(
        blockCacheBytes, bytes, Math.max(walBytes, 2 * bytes), readers, reservedBytes);
  }

  public RocksSettings withReaders(int count) {
    return new RocksSettings(blockCacheBytes, memtableBytes, walBytes, count, reservedBytes);
  }

  public RocksSettings withReservedBytes(long bytes) {
    return new RocksSettings(blockCacheBytes, memtableBytes, walBytes, readers, bytes);
  }
}
