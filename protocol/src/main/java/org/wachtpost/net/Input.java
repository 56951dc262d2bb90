package org.wachtpost.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on a connection, buffered. Every wait ends at the connection's deadline with {@link
 * ConnectionEnd}. Used by the connection's own thread.
 */
public final class Input {
  /** A line that is too long is skipped for this many bytes more before it counts as endless. */
  static final int SKIPPED_LINE_BYTES = 1024 * 1024;

  private static final int SMALL = 512;

  /** For much that comes while all large buffers are out. */
  private static final int SCARCE = 2 * 1024;

  private static final byte[] NONE = new byte[0];

  private final Connection connection;
  private final LargeBuffers large;
  private InputStream stream;
  private byte[] buffer = NONE;
  private int start;
  private int end;
  private @Nullable Inflating inflating;
  private final LongAdder total = new LongAdder();

  Input(Connection connection, InputStream stream, LargeBuffers large) {
    this.connection = connection;
    this.large = large;
    this.stream = stream;
  }

  /** Bytes that can be read without waiting. */
  public int buffered() {
    return end - start;
  }

  /** Whether the end of a line is among the bytes that can be read without waiting. */
  public boolean hasLine() {
    for (int i = start; i < end; i++) {
      if (buffer[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** The next byte, not taken; -1 at the end. */
  public int peek() throws IOException {
    return start < end || fill() ? buffer[start] & 0xff : -1;
  }

  /** The next byte; -1 at the end. */
  public int read() throws IOException {
    return start < end || fill() ? buffer[start++] & 0xff : -1;
  }

  /** Between 1 and {@code length} bytes; -1 at the end. */
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (start >= end && !fill()) {
      return -1;
    }
    int count = Math.min(length, end - start);
    System.arraycopy(buffer, start, target, offset, count);
    start += count;
    return count;
  }

  /** Waits until some of much that comes is buffered; false at the end of input. */
  public boolean awaitBulk() throws IOException {
    if (start < end) {
      return true;
    }
    if (buffer.length < LargeBuffers.BYTES) {
      byte[] taken = large.take();
      if (taken != null) {
        buffer = taken;
      } else if (buffer.length < SCARCE) {
        buffer = new byte[SCARCE];
      }
    }
    return fill();
  }

  /** What is buffered lies here, from {@link #position} on; to be read only. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where in {@link #buffer} the next byte lies; {@link #buffered} bytes are there. */
  public int position() {
    return start;
  }

  /** Takes so many buffered bytes. */
  public void skip(int count) {
    if (count < 0 || count > end - start) {
      throw new IllegalArgumentException("skipping " + count + " of " + (end - start));
    }
    start += count;
  }

  /**
   * A line without its end.
   *
   * @param limit longest line, octets, its end not counted
   * @param lenient whether a LF alone ends a line too (never for SMTP)
   * @return null at the end of input, also in the middle of a line
   */
  public byte @Nullable [] readLine(int limit, boolean lenient) throws IOException, LineException {
    byte[] line = NONE;
    int length = 0;
    while (true) {
      if (start >= end && !fill()) {
        return null;
      }
      int stop = lineEnd();
      int take = stop - start;
      if (length + take > limit) {
        skipLine();
        throw new LineException(LineException.Fault.TOO_LONG);
      }
      line = length == 0 ? Arrays.copyOfRange(buffer, start, stop) : joined(line, length, take);
      length += take;
      start = stop;
      if (start < end) {
        return endOfLine(lenient) ? line : null;
      }
    }
  }

  private byte[] joined(byte[] line, int length, int take) {
    byte[] longer = Arrays.copyOf(line, length + take);
    System.arraycopy(buffer, start, longer, length, take);
    return longer;
  }

  /** Index of the next CR or LF in the buffer, or its end. */
  private int lineEnd() {
    int index = start;
    while (index < end && buffer[index] != '\r' && buffer[index] != '\n') {
      index++;
    }
    return index;
  }

  /** Takes the line end that the buffer starts with; false at the end of input. */
  private boolean endOfLine(boolean lenient) throws IOException, LineException {
    if (buffer[start++] == '\n') {
      if (lenient) {
        return true;
      }
      throw new LineException(LineException.Fault.BARE_LINE_END);
    }
    int next = read();
    if (next >= 0 && next != '\n') {
      throw new LineException(LineException.Fault.BARE_LINE_END);
    }
    return next >= 0;
  }

  private void skipLine() throws IOException, LineException {
    int skipped = 0;
    while (skipped <= SKIPPED_LINE_BYTES) {
      if (start >= end && !fill()) {
        throw new EOFException("end of input within a line");
      }
      while (start < end) {
        skipped++;
        if (buffer[start++] == '\n') {
          return;
        }
      }
    }
    throw new LineException(LineException.Fault.ENDLESS);
  }

  /** Waits until there is a byte; false at the end of input. */
  private boolean fill() throws IOException {
    if (buffer.length == 0) {
      buffer = new byte[SMALL];
    } else if (end == SMALL && buffer.length == SMALL) {
      byte[] taken = large.take();
      // What is filled to the brim is too small for this client.
      buffer = taken != null ? taken : new byte[SCARCE];
    }
    start = 0;
    end = 0;
    connection.beforeRead();
    int count;
    try {
      count = stream.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      if (connection.isLate()) {
        throw Connection.timedOut(e);
      }
      if (!connection.isInputEnded()) {
        throw e;
      }
      count = -1; // TLS takes that for an attack, not knowing who ended it
    } finally {
      connection.afterRead();
    }
    if (count < 0) {
      if (connection.isLate()) {
        throw new ConnectionEnd(ConnectionEnd.Cause.TIMEOUT);
      }
      return false;
    }
    end = count;
    total.add(count);
    return true;
  }

  /** Lets go of the buffer if nothing is in it. */
  void dropIfEmpty() {
    if (start >= end) {
      letGo();
      if (inflating != null) {
        inflating.rest();
      }
    }
  }

  private void letGo() {
    byte[] used = buffer;
    buffer = NONE;
    start = 0;
    end = 0;
    large.giveBack(used);
  }

  /** Throws away what is buffered and reads from another stream from now on. */
  int replace(InputStream newStream) {
    int discarded = buffered();
    letGo();
    stream = newStream;
    return discarded;
  }

  /** What comes from here on is compressed; what is buffered is the first of it. */
  void inflate() {
    byte[] first = Arrays.copyOfRange(buffer, start, end);
    Inflating unfolding = new Inflating(stream, first);
    replace(unfolding);
    inflating = unfolding;
  }

  /** Nothing is read after this. */
  void end() {
    letGo();
    if (inflating != null) {
      inflating.end();
    }
  }

  long total() {
    return total.sum();
  }
}
