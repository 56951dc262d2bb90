package org.wachtpost.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Input;

/** Reads what follows 354 from a connection, up to the line with a dot (RFC 5321 §4.1.1.4). */
final class DataReader {
  /** Bytes for which the sender gets a second more. */
  private static final int BYTES_PER_SECOND = 1024;

  /** Of a message that is too large so much more is read (and thrown away) for a polite end. */
  private static final long DISCARDED_BYTES = 64L * 1024 * 1024;

  private final Connection connection;
  private final DotText text;
  private final long limit;

  /** How the data ended. */
  enum End {
    COMPLETE,
    /** It was read to its end, and the sink did not get all. */
    TOO_LARGE,
    /** It was read to its end, and a line was longer than {@link SmtpSettings#TEXT_LINE_OCTETS}. */
    LONG_LINE,
    /** It is far too large, and not read to its end. */
    ENDLESS,
    /** CR or LF stood alone. */
    BARE_LINE_END,
    /** The far end closed. */
    CLOSED
  }

  DataReader(Connection connection, OutputStream sink, long limit) {
    this.connection = connection;
    this.text = new DotText(sink, limit);
    this.limit = limit;
  }

  End read() throws IOException {
    Input input = connection.input();
    while (!text.isOver()) {
      if (!input.awaitBulk()) {
        return End.CLOSED;
      }
      int count = input.buffered();
      int used = text.take(input.buffer(), input.position(), input.position() + count);
      if (used < 0) {
        return End.BARE_LINE_END;
      }
      input.skip(used - input.position());
      connection.extendDeadline(Duration.ofMillis(count * 1000L / BYTES_PER_SECOND));
      if (text.size() > limit + DISCARDED_BYTES) {
        return End.ENDLESS;
      }
    }
    if (text.size() > limit) {
      return End.TOO_LARGE;
    }
    return text.hasLongLine() ? End.LONG_LINE : End.COMPLETE;
  }

  /** What the sink threw, if it did: the message cannot be kept. */
  Optional<IOException> failure() {
    return text.failure();
  }
}
