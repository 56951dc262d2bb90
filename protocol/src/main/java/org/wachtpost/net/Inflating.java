package org.wachtpost.net;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What a raw DEFLATE stream (RFC 1951) unfolds to, no more of it at a time than the reader takes:
 * however much a few bytes stand for, only the limits of what is read there count. Holds some 44 KB
 * of native memory until it is ended, and beside that nothing after {@link #rest}.
 */
final class Inflating extends InputStream {
  private static final int SMALL = 512;
  private static final int LARGE = 16 * 1024;
  private static final byte[] NONE = new byte[0];

  private final InputStream stream;
  private final Inflater inflater = new Inflater(true);
  private byte[] compressed = NONE;

  /**
   * @param first what has come already
   */
  Inflating(InputStream stream, byte[] first) {
    this.stream = stream;
    inflater.setInput(first);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      while (true) {
        int count = inflater.inflate(target, offset, length);
        if (count > 0 || length == 0) {
          return count;
        }
        if (inflater.finished() || !fill()) {
          return -1;
        }
      }
    } catch (DataFormatException e) {
      ZipException broken = new ZipException("what came is not compressed data");
      broken.initCause(e);
      throw broken;
    }
  }

  private boolean fill() throws IOException {
    if (compressed.length == 0) {
      compressed = new byte[SMALL];
    }
    int count = stream.read(compressed, 0, compressed.length);
    if (count < 0) {
      return false;
    }
    inflater.setInput(compressed, 0, count);
    if (count == SMALL && compressed.length == SMALL) {
      compressed = new byte[LARGE]; // much is coming
    }
    return true;
  }

  /** Lets go of the buffer if nothing is in it. */
  void rest() {
    if (inflater.needsInput()) {
      inflater.setInput(NONE);
      compressed = NONE;
    }
  }

  /** Bytes of the buffer that is held now. */
  int held() {
    return compressed.length;
  }

  /** Lets the native memory go; nothing can be read after this. */
  void end() {
    inflater.end();
  }
}
