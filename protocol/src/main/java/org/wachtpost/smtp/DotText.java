package org.wachtpost.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.Octets;

/**
 * The text of a message up to the line with a dot (RFC 5321 §4.1.1.4), dots unstuffed, taken in any
 * pieces. CR and LF alone are refused wherever they stand, so that no two servers can disagree on
 * where a message ends.
 */
final class DotText {
  private final OutputStream sink;
  private final long limit;
  private State state = State.LINE_START;
  private long size;
  private int lineOctets;
  private boolean longLine;
  private @Nullable IOException failure;

  private enum State {
    LINE_START,
    IN_LINE,
    CR,
    DOT,
    DOT_CR,
    END,
    BROKEN
  }

  /**
   * @param limit bytes of which the sink gets no more
   */
  DotText(OutputStream sink, long limit) {
    this.sink = sink;
    this.limit = limit;
  }

  /** Takes bytes up to the end of the data; index behind them, or -1 on a bare CR or LF. */
  int take(byte[] bytes, int from, int to) {
    int run = from;
    int i = from;
    int lineBegan = from;
    if (state == State.LINE_START) {
      lineOctets = 0;
    }
    while (i < to && state != State.END) {
      byte c = bytes[i];
      switch (state) {
        case LINE_START -> {
          if (c == '.') {
            put(bytes, run, i);
            run = i + 1;
            state = State.DOT;
          } else {
            state = inLine(c);
          }
        }
        case IN_LINE -> {
          i = Octets.endOfLine(bytes, i, to - 1);
          state = inLine(bytes[i]);
        }
        case CR -> state = c == '\n' ? State.LINE_START : State.BROKEN;
        case DOT -> state = c == '\r' ? State.DOT_CR : inLine(c);
        case DOT_CR -> {
          run = i + 1;
          state = c == '\n' ? State.END : State.BROKEN;
        }
        case END, BROKEN -> throw new IllegalStateException("data is over");
      }
      i++;
      if (state == State.BROKEN) {
        return -1;
      }
      if (state == State.LINE_START) {
        count(i - lineBegan);
        lineOctets = 0;
        lineBegan = i;
      }
    }
    count(i - lineBegan);
    put(bytes, run, state == State.DOT_CR ? Math.max(run, i - 1) : i);
    return i;
  }

  private static State inLine(byte c) {
    return switch (c) {
      case '\r' -> State.CR;
      case '\n' -> State.BROKEN;
      default -> State.IN_LINE;
    };
  }

  private void count(int octets) {
    lineOctets = Math.min(lineOctets + octets, SmtpSettings.TEXT_LINE_OCTETS + 1);
    longLine |= lineOctets > SmtpSettings.TEXT_LINE_OCTETS;
  }

  private void put(byte[] bytes, int from, int to) {
    size += to - from;
    if (size <= limit && failure == null && to > from) {
      try {
        sink.write(bytes, from, to - from);
      } catch (IOException e) {
        failure = e; // the data must be read to its end all the same
      }
    }
  }

  /** True when the line with the dot was taken. */
  boolean isOver() {
    return state == State.END;
  }

  /** Bytes of the text so far, also of what the sink did not get. */
  long size() {
    return size;
  }

  /** Whether a line was longer than {@link SmtpSettings#TEXT_LINE_OCTETS}, CRLF counted. */
  boolean hasLongLine() {
    return longLine;
  }

  /** What the sink threw, if it did. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }
}
