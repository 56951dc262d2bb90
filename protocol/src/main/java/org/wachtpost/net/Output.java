package org.wachtpost.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on a connection, buffered until {@link #flush}. Each call is whole: texts of two
 * threads do not mix within a call. A write that takes longer than allowed ends the connection.
 */
public final class Output extends OutputStream {
  private static final int BUFFER = 16 * 1024;
  private static final byte[] NONE = new byte[0];

  private final Connection connection;
  private final ReentrantLock lock = new ReentrantLock();
  private OutputStream stream;
  private byte[] buffer = NONE;
  private int used;
  private @Nullable Deflating deflating;
  private final LongAdder total = new LongAdder();

  Output(Connection connection, OutputStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      if (length >= BUFFER) {
        send();
        through(bytes, offset, length);
        return;
      }
      if (used + length > BUFFER) {
        send();
      }
      if (used + length > buffer.length) {
        int wanted = Math.max(used + length, used == 0 ? 512 : BUFFER);
        buffer = java.util.Arrays.copyOf(buffer, wanted);
      }
      System.arraycopy(bytes, offset, buffer, used, length);
      used += length;
    } finally {
      lock.unlock();
    }
  }

  /** Writes text as UTF-8. */
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void flush() throws IOException {
    lock.lock();
    try {
      send();
      if (deflating != null) {
        deflating.rest();
      }
    } finally {
      lock.unlock();
    }
  }

  private void send() throws IOException {
    if (used > 0) {
      int length = used;
      used = 0;
      through(buffer, 0, length);
    }
  }

  private void through(byte[] bytes, int offset, int length) throws IOException {
    int sent = 0;
    while (sent < length) {
      // In pieces, so that the time allowed is for a piece and not for a message of 50 MB.
      int piece = Math.min(64 * 1024, length - sent);
      connection.writing(true);
      try {
        stream.write(bytes, offset + sent, piece);
      } finally {
        connection.writing(false);
      }
      sent += piece;
      total.add(piece);
    }
    connection.writing(true);
    try {
      stream.flush();
    } finally {
      connection.writing(false);
    }
  }

  /** Lets go of the buffer if nothing is in it. */
  void dropIfEmpty() {
    if (lock.tryLock()) {
      try {
        if (used == 0) {
          buffer = NONE;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  void replace(OutputStream newStream) throws IOException {
    lock.lock();
    try {
      send();
      stream = newStream;
    } finally {
      lock.unlock();
    }
  }

  /** What goes out from here on is compressed. */
  void deflate() throws IOException {
    lock.lock();
    try {
      Deflating compressing = new Deflating(stream);
      replace(compressing);
      deflating = compressing;
    } finally {
      lock.unlock();
    }
  }

  /** Says that this was all, where what goes out can say so. */
  void finish() throws IOException {
    lock.lock();
    try {
      send();
      if (deflating != null) {
        connection.writing(true);
        deflating.finish();
      }
    } finally {
      connection.writing(false);
      lock.unlock();
    }
  }

  /** Nothing is written after this. */
  void end() {
    lock.lock();
    try {
      if (deflating != null) {
        deflating.end();
      }
    } finally {
      lock.unlock();
    }
  }

  long total() {
    return total.sum();
  }
}
