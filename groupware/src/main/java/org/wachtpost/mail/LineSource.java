package org.wachtpost.mail;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message line by line and knows where each line is. A line ends with LF; one that is
 * longer than the buffer comes in pieces, so that memory and time stay bounded whatever the input.
 * What is in memory already is its own buffer.
 */
final class LineSource {
  /** Longest piece of a line, bytes. */
  static final int PIECE_BYTES = 64 * 1024;

  private final @Nullable InputStream in;
  private final byte[] buffer;
  private int limit;
  private boolean ended;

  // the current piece
  private int start;
  private int end;
  private long offset;
  private boolean startsLine = true;
  private boolean endsLine = true;

  LineSource(InputStream in) {
    this.in = in;
    this.buffer = new byte[PIECE_BYTES];
  }

  /** Reads what is in memory, in its place. */
  LineSource(byte[] whole) {
    this.in = null;
    this.buffer = whole;
    this.limit = whole.length;
    this.ended = true;
  }

  /** Moves to the next piece; false at the end of the input. */
  boolean next() throws IOException {
    startsLine = endsLine;
    offset += end - start;
    start = end;
    int lineEnd = Octets.indexOfLf(buffer, start, limit);
    while (lineEnd < 0 && in != null && !ended && limit - start < buffer.length) {
      int searched = limit - start;
      fill(in);
      lineEnd = Octets.indexOfLf(buffer, start + searched, limit);
    }
    endsLine = lineEnd >= 0;
    end = endsLine ? lineEnd + 1 : limit;
    return end > start;
  }

  private void fill(InputStream from) throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, limit - start);
      limit -= start;
      end -= start;
      start = 0;
    }
    int read = from.read(buffer, limit, buffer.length - limit);
    if (read < 0) {
      ended = true;
    } else {
      limit += read;
    }
  }

  /** The bytes; the piece is from {@link #start} to {@link #end}, its line end included. */
  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  int length() {
    return end - start;
  }

  /** Where the piece starts in the message. */
  long offset() {
    return offset;
  }

  /** Where the next piece starts in the message. */
  long nextOffset() {
    return offset + (end - start);
  }

  boolean startsLine() {
    return startsLine;
  }

  /** True if the piece has the line's end; false too for the last line of an input without one. */
  boolean endsLine() {
    return endsLine;
  }

  /** Bytes of the line end: 2 for CRLF, 1 for LF, 0 for none. */
  int lineEndBytes() {
    if (!endsLine) {
      return 0;
    }
    return length() >= 2 && buffer[end - 2] == '\r' ? 2 : 1;
  }
}
