package org.wachtpost.inspect.evtx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Reads an event log; see the package for what it promises. */
public final class EvtxReader {
  private static final long FILE_MAGIC = 0x00656C6946666C45L; // "ElfFile\0", little-endian
  private static final int FILE_HEADER_SIZE = 4_096;
  private static final int FLAG_DIRTY = 1;
  private static final int FLAG_FULL = 2;
  private static final int FLAG_NO_CHECKSUM = 4;

  private EvtxReader() {}

  /** Whether a file that starts with these bytes is an event log. */
  public static boolean isEvtx(byte[] start) {
    return start.length >= 8
        && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(0) == FILE_MAGIC;
  }

  /**
   * Reads a whole log from its start, wherever the channel stands.
   *
   * @throws IOException if the channel fails; nothing else is thrown, whatever the file holds
   */
  public static EvtxSummary read(SeekableByteChannel channel, EvtxConsumer consumer)
      throws IOException {
    FileReading reading = new FileReading(consumer);
    long size = channel.size();
    byte[] header = readAt(channel, 0, FILE_HEADER_SIZE, size);
    long offset = readHeader(header, channel, reading);
    for (long number = 0; offset < size; number++) {
      byte[] bytes = readAt(channel, offset, Chunk.SIZE + Chunk.MAGIC_SIZE, size);
      boolean usual = Chunk.startsChunk(bytes) && Chunk.mayFollow(bytes);
      // Bytes were lost or put in: the next chunk is found at its own place.
      int next = usual ? Chunk.SIZE : Chunk.findChunk(bytes);
      Arrays.fill(bytes, next, bytes.length, (byte) 0);
      Chunk chunk = new Chunk(bytes);
      if (size - offset < next && !chunk.isZero()) {
        reading.damage(size, "the file ends inside a chunk");
      }
      reading.chunk(chunk, offset, number);
      offset += next;
    }
    return reading.summary();
  }

  /** Takes the file header in; gives the offset of the first chunk. */
  private static long readHeader(byte[] bytes, SeekableByteChannel channel, FileReading reading)
      throws IOException {
    long size = channel.size();
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (size < FILE_HEADER_SIZE) {
      reading.damage(0, "too short for the header of an event log");
      return size;
    }
    if (header.getLong(0) != FILE_MAGIC) {
      reading.damage(0, "the header of the file is not one of an event log");
      // A carved piece of a log may start with a chunk, or anywhere.
      return Chunk.startsChunk(bytes) || !isZero(bytes) ? 0 : FILE_HEADER_SIZE;
    }
    int flags = header.getInt(120);
    reading.header(
        (flags & FLAG_DIRTY) != 0,
        (flags & FLAG_FULL) != 0,
        (flags & FLAG_NO_CHECKSUM) == 0,
        header.getLong(16),
        header.getLong(24));
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, 120);
    boolean mismatch = (int) crc.getValue() != header.getInt(124);
    if (mismatch && (flags & (FLAG_NO_CHECKSUM | FLAG_DIRTY)) == 0) {
      reading.damage(0, "the header of the file does not match its checksum");
    }
    int blockSize = header.getShort(40) & 0xFFFF;
    boolean usable = blockSize >= 128 && blockSize <= size;
    if (!usable || blockSize != FILE_HEADER_SIZE) {
      reading.damage(40, "the header of the file has an unusual size");
    }
    boolean there = usable && Chunk.startsChunk(readAt(channel, blockSize, Chunk.MAGIC_SIZE, size));
    return there ? blockSize : FILE_HEADER_SIZE;
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }

  /** Bytes at an offset; what lies beyond the end is zero. */
  private static byte[] readAt(SeekableByteChannel channel, long offset, int length, long size)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    if (offset < size) {
      channel.position(offset);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // the channel decides how much it gives at a time
      }
    }
    return buffer.array();
  }
}
