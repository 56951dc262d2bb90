package org.wachtpost.inspect.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of packed bytes, counted and summed. It fails at the first byte that is damaged;
 * all that came before has been handed out by then.
 */
final class ZipExpansion extends BlockStream {
  private static final int BUFFER_BYTES = 1 << 14;

  private final ZipRegion packed;
  private final long from;
  private final Inflater inflater = new Inflater(true);
  private final byte[] buffer;
  private final CRC32 checksum = new CRC32();
  private final boolean deflated;
  private long produced;
  private long copied;
  private @Nullable ZipException damage;

  ZipExpansion(FileChannel channel, int method, long from, long to) {
    this.packed = new ZipRegion(channel, from, to);
    this.from = from;
    this.deflated = method == ZipMember.DEFLATED;
    this.buffer = new byte[deflated ? Math.clamp(to - from, 1, BUFFER_BYTES) : 0];
  }

  /** Bytes that came out so far. */
  long produced() {
    return produced;
  }

  /** Offset in the archive after the last byte that was used. */
  long position() {
    return from + (deflated ? inflater.getBytesRead() : copied);
  }

  /** CRC-32 of what came out so far. */
  long checksum() {
    return checksum.getValue();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int read = deflated ? inflate(bytes, offset, length) : packed.read(bytes, offset, length);
    if (read > 0) {
      produced += read;
      copied += read;
      checksum.update(bytes, offset, read);
    }
    return read;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    if (damage != null) {
      throw damage;
    }
    long before = inflater.getBytesWritten();
    try {
      while (true) {
        int count = inflater.inflate(bytes, offset, length);
        if (count > 0) {
          return count;
        }
        if (inflater.finished()) {
          return -1;
        }
        if (inflater.needsDictionary()) {
          throw new ZipException("damaged packed data");
        }
        int read = packed.read(buffer, 0, buffer.length);
        if (read < 0) {
          throw new EOFException("ends early");
        }
        inflater.setInput(buffer, 0, read);
      }
    } catch (DataFormatException damaged) {
      damage = new ZipException("damaged packed data (" + damaged.getMessage() + ")");
      // What came out before the damage in the same call is good.
      int count = (int) (inflater.getBytesWritten() - before);
      if (count > 0) {
        return count;
      }
      throw damage;
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
