package org.wachtpost.inspect.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What is packed in a file of one or more members (RFC 1952 §2.2), one after the other as rotating
 * by appending leaves them. It fails at the first byte that is damaged or belongs to no member; all
 * that came before has been handed out by then. Zeros at the end are padding.
 */
final class GzipStream extends BlockStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATED = 8;
  private static final int HEADER_CHECKSUM = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;

  private final InputStream packed;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;
  private boolean begun;
  private boolean inside;
  private boolean ended;
  private @Nullable IOException damage;

  /** Owns the stream: closing this closes it. */
  GzipStream(InputStream packed) {
    this.packed = packed;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (damage != null) {
      throw damage;
    }
    try {
      while (!ended) {
        if (!inside) {
          header();
          continue;
        }
        int count = inflate(bytes, offset, length);
        if (count > 0) {
          checksum.update(bytes, offset, count);
          return count;
        }
      }
      return -1;
    } catch (IOException failed) {
      damage = failed;
      throw failed;
    }
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    long before = inflater.getBytesWritten();
    try {
      int count = inflater.inflate(bytes, offset, length);
      if (count > 0) {
        return count;
      }
    } catch (DataFormatException damaged) {
      damage = new ZipException("damaged packed data (" + damaged.getMessage() + ")");
      int count = (int) (inflater.getBytesWritten() - before);
      if (count > 0) {
        return count; // what came out before the damage is good
      }
      throw damage;
    }
    if (inflater.finished()) {
      from = to - inflater.getRemaining();
      trailer();
    } else if (inflater.needsDictionary()) {
      throw new ZipException("damaged packed data");
    } else {
      from = to;
      need();
      inflater.setInput(buffer, from, to - from);
    }
    return 0;
  }

  /** The header of the next member, or the end. */
  private void header() throws IOException {
    boolean first = !begun;
    begun = true;
    if (from == to && !fill()) {
      ended = true;
      return;
    }
    if (!first && buffer[from] == 0) {
      padding();
      return;
    }
    if (number(2) != MAGIC || octet() != DEFLATED) {
      throw new ZipException(first ? "not packed" : "what follows is not packed");
    }
    int flags = octet();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip((int) number(2));
    }
    for (int text = flags & (NAME | COMMENT); text != 0; text &= text - 1) {
      while (octet() != 0) {
        // up to the NUL that ends it
      }
    }
    skip((flags & HEADER_CHECKSUM) != 0 ? 2 : 0);
    inflater.reset();
    inflater.setInput(buffer, from, to - from);
    checksum.reset();
    inside = true;
  }

  private void padding() throws IOException {
    do {
      for (; from < to; from++) {
        if (buffer[from] != 0) {
          throw new ZipException("what follows is not packed");
        }
      }
    } while (fill());
    ended = true;
  }

  private void trailer() throws IOException {
    inside = false;
    long sum = number(4);
    long size = number(4);
    if (sum != checksum.getValue()) {
      throw new ZipException("checksum wrong");
    }
    if (size != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("length wrong");
    }
  }

  private long number(int octets) throws IOException {
    long number = 0;
    for (int i = 0; i < octets; i++) {
      number |= (long) octet() << 8 * i;
    }
    return number;
  }

  private void skip(int octets) throws IOException {
    for (int i = 0; i < octets; i++) {
      octet();
    }
  }

  private int octet() throws IOException {
    need();
    return buffer[from++] & 0xff;
  }

  private void need() throws IOException {
    if (from == to && !fill()) {
      throw new EOFException("ends early");
    }
  }

  private boolean fill() throws IOException {
    int read = packed.read(buffer, 0, buffer.length);
    from = 0;
    to = Math.max(read, 0);
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    packed.close();
  }
}
