package org.wachtpost.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Input;

/**
 * Reads what follows 354 up to the line with a dot (RFC 5321 §4.1.1.4), dots unstuffed. CR and LF
 * alone are refused wherever they stand, so that no two servers can disagree on where a message
 * ends.
 */
final class DataReader {
  /** Bytes for which the sender gets a second more. */
  private static final int BYTES_PER_SECOND = 1024;

  /** Of a message that is too large so much more is read (and thrown away) for a polite end. */
  private static final long DISCARDED_BYTES = 64L * 1024 * 1024;

  private final Connection connection;
  private final OutputStream sink;
  private final long limit;
  private State state = State.LINE_START;
  private long size;
  private boolean tooLarge;
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

  /** How the data ended. */
  enum End {
    COMPLETE,
    /** It was read to its end, and the sink did not get all. */
    TOO_LARGE,
    /** It is far too large, and not read to its end. */
    ENDLESS,
    /** CR or LF stood alone. */
    BARE_LINE_END,
    /** The far end closed. */
    CLOSED
  }

  DataReader(Connection connection, OutputStream sink, long limit) {
    this.connection = connection;
    this.sink = sink;
    this.limit = limit;
  }

  End read() throws IOException {
    Input input = connection.input();
    while (state != State.END) {
      if (!input.await()) {
        return End.CLOSED;
      }
      int count = input.buffered();
      int used = take(input.buffer(), input.position(), input.position() + count);
      if (used < 0) {
        return End.BARE_LINE_END;
      }
      input.skip(used - input.position());
      connection.extendDeadline(Duration.ofMillis(count * 1000L / BYTES_PER_SECOND));
      if (size > limit + DISCARDED_BYTES) {
        return End.ENDLESS;
      }
    }
    return tooLarge ? End.TOO_LARGE : End.COMPLETE;
  }

  /** Takes bytes up to the end of the data; index behind them, or -1 on a bare CR or LF. */
  private int take(byte[] bytes, int from, int to) {
    int run = from;
    int i = from;
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
          while (i < to - 1 && bytes[i] != '\r' && bytes[i] != '\n') {
            i++;
          }
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
    }
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

  private void put(byte[] bytes, int from, int to) {
    size += to - from;
    if (size > limit) {
      tooLarge = true;
    } else if (failure == null && to > from) {
      try {
        sink.write(bytes, from, to - from);
      } catch (IOException e) {
        failure = e; // the data must be read to its end all the same
      }
    }
  }

  /** What the sink threw, if it did: the message cannot be kept. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }
}
