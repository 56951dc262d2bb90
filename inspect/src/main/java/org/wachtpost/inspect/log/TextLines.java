package org.wachtpost.inspect.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads free text line by line with bounded memory: what is beyond the limit of a line is cut. */
public final class TextLines {
  /** Longer lines are cut. */
  public static final int MAX_LINE_BYTES = 64 * 1024;

  /** Takes a line, counted from 1. */
  public interface Consumer {
    /** A line without its end; {@code cut} if it was longer than the limit. */
    void line(String text, long number, boolean cut);
  }

  private TextLines() {}

  /** Hands over every line of a UTF-8 stream. */
  public static void read(InputStream stream, Consumer consumer) throws IOException {
    byte[] buffer = new byte[1 << 16];
    byte[] line = new byte[MAX_LINE_BYTES];
    int length = 0;
    boolean cut = false;
    long number = 1;
    int read = stream.read(buffer);
    while (read >= 0) {
      for (int i = 0; i < read; i++) {
        byte b = buffer[i];
        if (b == '\n') {
          consumer.line(text(line, length), number++, cut);
          length = 0;
          cut = false;
        } else if (length < MAX_LINE_BYTES) {
          line[length++] = b;
        } else {
          cut = true;
        }
      }
      read = stream.read(buffer);
    }
    if (length > 0) {
      consumer.line(text(line, length), number, cut);
    }
  }

  private static String text(byte[] line, int length) {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return new String(line, 0, end, StandardCharsets.UTF_8);
  }
}
