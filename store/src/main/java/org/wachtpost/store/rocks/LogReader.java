package org.wachtpost.store.rocks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file in RocksDB's log format, which the write-ahead log and MANIFEST have: blocks of 32
 * KiB; in a block, records of masked CRC-32C (4), length (2), type (1), bytes; types 1 whole, 2
 * first, 3 middle, 4 last part; little-endian. After a bad record the rest of its block is given
 * up, as RocksDB does.
 */
final class LogReader {
  private static final int BLOCK = 32 * 1024;
  private static final int HEADER = 7;
  private static final int CRC_MASK = 0xa282ead8;

  private final ByteBuffer log;
  private final Visitor visitor;
  private @Nullable ByteArrayOutputStream parts;
  private long recordStart;

  /** Told what is in the file, in order. */
  interface Visitor {
    void record(long offset, byte[] bytes);

    /**
     * Something that is no record.
     *
     * @param endsEarly true if the file merely ends, or ends in zeros, before the record does
     */
    void bad(long offset, boolean endsEarly);
  }

  private LogReader(ByteBuffer log, Visitor visitor) {
    this.log = log;
    this.visitor = visitor;
  }

  static void read(Path file, Visitor visitor) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena mapping = Arena.ofConfined()) {
      read(
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), mapping).asByteBuffer(),
          visitor);
    }
  }

  static void read(ByteBuffer log, Visitor visitor) {
    new LogReader(log.order(ByteOrder.LITTLE_ENDIAN), visitor).readAll();
  }

  private void readAll() {
    int position = 0;
    while (position < log.limit()) {
      int blockEnd = Math.min(log.limit(), position / BLOCK * BLOCK + BLOCK);
      position = readRecord(position, blockEnd);
    }
    if (parts != null) {
      bad(position, true);
    }
  }

  /** Returns where the next record starts. */
  private int readRecord(int position, int blockEnd) {
    boolean lastBlock = blockEnd == log.limit();
    if (blockEnd - position < HEADER) {
      if (blockEnd % BLOCK != 0) {
        bad(position, true);
      }
      return blockEnd;
    }
    int checksum = log.getInt(position);
    int length = Short.toUnsignedInt(log.getShort(position + 4));
    int type = log.get(position + 6);
    if (isZero(position, blockEnd)) {
      if (!lastBlock || parts != null) {
        bad(position, true);
      }
      return blockEnd;
    }
    if (position + HEADER + length > blockEnd) {
      bad(position, lastBlock);
      return blockEnd;
    }
    if (checksum != maskedCrc(position + HEADER - 1, length + 1)) {
      bad(position, false);
      return blockEnd;
    }
    byte[] bytes = new byte[length];
    log.get(position + HEADER, bytes);
    take(position, type, bytes);
    return position + HEADER + length;
  }

  private void take(int position, int type, byte[] bytes) {
    switch (type) {
      case 1 -> {
        if (parts != null) {
          bad(position, false);
        }
        visitor.record(position, bytes);
      }
      case 2 -> {
        if (parts != null) {
          bad(position, false);
        }
        parts = new ByteArrayOutputStream(4 * BLOCK);
        parts.writeBytes(bytes);
        recordStart = position;
      }
      case 3, 4 -> {
        ByteArrayOutputStream started = parts;
        if (started == null) {
          // The part before it was bad.
          bad(position, false);
          return;
        }
        started.writeBytes(bytes);
        if (type == 4) {
          parts = null;
          visitor.record(recordStart, started.toByteArray());
        }
      }
      default -> bad(position, false);
    }
  }

  private void bad(long position, boolean endsEarly) {
    visitor.bad(parts == null ? position : recordStart, endsEarly);
    parts = null;
  }

  private boolean isZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (log.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private int maskedCrc(int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(log.slice(from, length));
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + CRC_MASK;
  }
}
