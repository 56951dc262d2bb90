package org.wachtpost.imap.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** Where a {@link CommandReader} reads: a connection's buffered input. */
public interface ByteSource {
  /** The next byte, not taken; -1 at the end. */
  int peek() throws IOException;

  /** The next byte; -1 at the end. */
  int read() throws IOException;

  /** Between 1 and {@code length} bytes; -1 at the end. */
  int read(byte[] target, int offset, int length) throws IOException;

  /** Reads a stream. */
  static ByteSource of(InputStream stream) {
    PushbackInputStream in = new PushbackInputStream(stream, 1);
    return new ByteSource() {
      @Override
      public int peek() throws IOException {
        int next = in.read();
        if (next >= 0) {
          in.unread(next);
        }
        return next;
      }

      @Override
      public int read() throws IOException {
        return in.read();
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, length);
      }
    };
  }
}
