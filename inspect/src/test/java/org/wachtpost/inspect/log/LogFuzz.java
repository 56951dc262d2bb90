package org.wachtpost.inspect.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Log files of each format: {@code bin/dev fuzz log SECONDS}. */
public final class LogFuzz {
  private LogFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    for (LogFormat format : LogFormat.values()) {
      try {
        new LogScanner(4_096).scan(new ByteArrayInputStream(data), new Reader(format));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Reader(LogFormat format) implements RowHandler {
    @Override
    public int[] fields(Fields fields) {
      return new int[] {0};
    }

    @Override
    public void row(Row row) {
      if (row.line() < 1) {
        throw new AssertionError("row in line " + row.line());
      }
    }

    @Override
    public void damage(long line, String what) {
      if (line < 1 || what.isEmpty()) {
        throw new AssertionError("damage in line " + line + ": " + what);
      }
    }
  }
}
