package org.wachtpost.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Arguments of commands and the text of DATA: {@code bin/dev fuzz smtp SECONDS}. */
public final class SmtpCommandFuzz {
  private SmtpCommandFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    String line = new String(data, StandardCharsets.UTF_8);
    Path.parse(line).ifPresent(parsed -> Parameters.parse(parsed.rest()));
    Parameters.parse(line);
    Parameters.isXtext(line);
    if (!text(data, data.length).equals(text(data, 1))) {
      throw new AssertionError("DATA means something else byte by byte");
    }
  }

  private static String text(byte[] data, int step) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    DotText reader = new DotText(sink, 1_000_000);
    int at = 0;
    while (at >= 0 && at < data.length && !reader.isOver()) {
      int to = Math.min(data.length, at + step);
      at = reader.take(Arrays.copyOf(data, to), at, to);
    }
    return at < 0 ? "broken" : reader.isOver() + ":" + sink.toString(StandardCharsets.ISO_8859_1);
  }
}
