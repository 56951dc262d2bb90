package org.wachtpost.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses what goes out as a raw DEFLATE stream (RFC 1951), fast rather than small. After {@link
 * #rest} it holds no memory: what follows begins with an empty window, which costs a little of what
 * compression saves and also keeps what two answers have in common from showing in their length.
 * Not thread-safe.
 */
final class Deflating extends OutputStream {
  private static final int PIECE = 8 * 1024;

  /** RFC 1951 §3.2.3, §3.2.6: the last block, with nothing in it. */
  private static final byte[] LAST = {3, 0};

  private final OutputStream stream;
  private @Nullable Deflater deflater;
  private byte[] compressed = new byte[0];
  private boolean unflushed;
  private boolean ended;

  Deflating(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (ended) {
      throw new IOException("the connection has ended");
    }
    Deflater at = deflater;
    if (at == null) {
      at = new Deflater(Deflater.BEST_SPEED, true);
      deflater = at;
      compressed = new byte[PIECE];
    }
    unflushed = true;
    at.setInput(bytes, offset, length);
    while (!at.needsInput()) {
      stream.write(compressed, 0, at.deflate(compressed, 0, PIECE, Deflater.NO_FLUSH));
    }
  }

  /** All that was written can be read at the far end. */
  @Override
  public void flush() throws IOException {
    Deflater at = deflater;
    if (at != null && unflushed) {
      int count;
      do {
        count = at.deflate(compressed, 0, PIECE, Deflater.SYNC_FLUSH);
        stream.write(compressed, 0, count);
      } while (count == PIECE);
      unflushed = false;
    }
    stream.flush();
  }

  /** Lets memory go until the next write, if all was flushed. */
  void rest() {
    if (deflater != null && !unflushed) {
      // A flush ends at a byte: RFC 1951 blocks of another compressor may follow.
      deflater.end();
      deflater = null;
      compressed = new byte[0];
    }
  }

  /** Ends the stream so that the far end can tell it from one that was cut off. */
  void finish() throws IOException {
    flush();
    stream.write(LAST);
    stream.flush();
    end();
  }

  /** Lets memory go; nothing can be written after this. */
  void end() {
    ended = true;
    if (deflater != null) {
      deflater.end();
      deflater = null;
    }
  }
}
