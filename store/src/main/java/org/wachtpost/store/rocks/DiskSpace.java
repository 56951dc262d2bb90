package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.wachtpost.store.StoreException;

/**
 * Watches the room on the store's disk, so that a full disk is met before RocksDB meets it: writes
 * are refused while reads, and the small commits that delete, go on.
 */
class DiskSpace {
  private static final int PROBE_BYTES = 4 * 1024 * 1024;

  private final Path directory;
  private final long reservedBytes;
  private final FileStore disk;

  DiskSpace(Path directory, long reservedBytes) {
    this.directory = directory;
    this.reservedBytes = reservedBytes;
    try {
      disk = Files.getFileStore(directory);
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot look at the disk of " + directory, e);
    }
  }

  /** Room on the disk, bytes. */
  long usableBytes() {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot look at the disk of " + directory, e);
    }
  }

  boolean roomFor(Request request, long usableBytes) {
    long reserve = request.addsBlobs() ? reservedBytes : reservedBytes / 4;
    // A removal writes next to nothing and is how room is made.
    return request.bytes() == 0 || usableBytes - 2 * request.bytes() >= reserve;
  }

  String fullMessage(long usableBytes) {
    return "disk full: %,d bytes free, %,d reserved".formatted(usableBytes, reservedBytes);
  }

  /**
   * Writes and syncs a small file, to see whether the disk works again before the database is
   * closed and opened on it.
   */
  void probe(long usableBytes) {
    if (usableBytes < reservedBytes / 4) {
      throw new StoreException.Unavailable(fullMessage(usableBytes), null);
    }
    Path file = directory.resolve("PROBE");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      ByteBuffer zeros = ByteBuffer.allocate(PROBE_BYTES);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new StoreException.Unavailable("the disk still fails: " + e.getMessage(), e);
    }
  }
}
