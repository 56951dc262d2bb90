package org.wachtpost.inspect.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Little-endian numbers of a file by position, through one window. For one thread. */
final class ZipBytes {
  static final int WINDOW_BYTES = 1 << 16;

  /** What of a name is kept: hostile ones would fill the memory. */
  static final int NAME_BYTES = 4096;

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window;
  private long start;

  ZipBytes(FileChannel channel) throws IOException {
    this(channel, WINDOW_BYTES);
  }

  ZipBytes(FileChannel channel, int windowBytes) throws IOException {
    this(channel, windowBytes, channel.size());
  }

  /** As if the file ended after so many bytes. */
  ZipBytes(FileChannel channel, int windowBytes, long size) {
    this.channel = channel;
    this.size = size;
    this.window = ByteBuffer.allocate(windowBytes).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  }

  long size() {
    return size;
  }

  FileChannel channel() {
    return channel;
  }

  int u16(long at) throws IOException {
    return window.getShort(at(at, 2)) & 0xffff;
  }

  long u32(long at) throws IOException {
    return window.getInt(at(at, 4)) & 0xffffffffL;
  }

  /** 64 bits; what would be negative is more than any file holds. */
  long u64(long at) throws IOException {
    long value = window.getLong(at(at, 8));
    return value < 0 ? Long.MAX_VALUE : value;
  }

  /** True if the four bytes there are {@code signature}; false at the end of the file. */
  boolean is(long at, long signature) throws IOException {
    return at >= 0 && at <= size - 4 && u32(at) == signature;
  }

  byte[] bytes(long at, int length) throws IOException {
    if (at < 0 || length > size - at) {
      throw new EOFException("ends at offset " + size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("ends at offset " + (at + bytes.position()));
      }
    }
    return bytes.array();
  }

  /** A name; of one that is longer than any collector writes, its beginning and its end. */
  byte[] name(long at, int length) throws IOException {
    if (length <= NAME_BYTES) {
      return bytes(at, length);
    }
    byte[] cut = Arrays.copyOf(bytes(at, NAME_BYTES / 2), NAME_BYTES);
    byte[] end = bytes(at + length - NAME_BYTES / 2, NAME_BYTES / 2);
    System.arraycopy(end, 0, cut, NAME_BYTES / 2, end.length);
    return cut;
  }

  /**
   * Where the signature is next found, at or after {@code from}; -1 if nowhere before {@code to}.
   */
  long find(long signature, long from, long to) throws IOException {
    byte first = (byte) signature;
    long end = Math.min(to, size) - 4;
    for (long at = Math.max(0, from); at <= end; at++) {
      int index = at(at, 4);
      int last = window.limit() - 4;
      while (index < last && window.get(index) != first) {
        index++;
      }
      at = start + index;
      if (at <= end && window.getInt(index) == (int) signature) {
        return at;
      }
    }
    return -1;
  }

  private int at(long at, int length) throws IOException {
    if (at < 0 || at > size - length) {
      throw new EOFException("ends at offset " + size);
    }
    if (at < start || at + length > start + window.limit()) {
      window.clear();
      start = at;
      while (window.hasRemaining()) {
        if (channel.read(window, start + window.position()) < 0) {
          break;
        }
      }
      window.flip();
      if (window.limit() < length) {
        throw new EOFException("ends at offset " + (start + window.limit()));
      }
    }
    return (int) (at - start);
  }
}
