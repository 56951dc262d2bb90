package org.wachtpost.inspect.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of a log, as places in the scanner's buffer. Not valid after the call it was given to.
 *
 * <p>A column that is absent or beyond the row's end is empty.
 */
public final class Row {
  /** Entries that may be written beyond the last column. */
  private static final int ROOM = Marks.GROUP + 3;

  byte[] buffer = new byte[0];
  int start;
  int end;
  int columns;
  long line;
  boolean unclosedQuote;

  /** Where columns begin, if the row has quotes; else after the separator before them. */
  final int[] from = new int[LogScanner.MAX_COLUMNS + ROOM];

  final int[] to = new int[LogScanner.MAX_COLUMNS + ROOM];
  boolean quoted;

  Row() {}

  /** The place of a column's first byte. */
  int from(int column) {
    return quoted ? from[column] : column == 0 ? start : to[column - 1] + 1;
  }

  /** Columns are no longer next to each other from here on. */
  void quoted() {
    for (int column = 0; column < columns; column++) {
      from[column] = from(column);
    }
    quoted = true;
  }

  /**
   * Cuts every column of a row without quotes, for a row that has turned out to matter: the handler
   * then need not ask for columns that ordinary rows are not judged by.
   */
  public void cutAll(LogFormat format) {
    quoted = false;
    int column = 0;
    for (int at = start; at < end && column < LogScanner.MAX_COLUMNS - 1; at++) {
      if (buffer[at] == format.separator()) {
        to[column++] = at;
      }
    }
    to[column] = end > start && buffer[end - 1] == '\r' ? end - 1 : end;
    columns = column + 1;
  }

  /** The line it starts on, counted from 1. */
  public long line() {
    return line;
  }

  /** One more than the last column cut: the row may have further ones that nobody asked for. */
  public int columns() {
    return columns;
  }

  /** Length of a column in bytes; 0 if absent. */
  public int length(int column) {
    return column < 0 || column >= columns ? 0 : to[column] - from(column);
  }

  /** A byte of a column. */
  public byte at(int column, int index) {
    return buffer[from(column) + index];
  }

  /** The first eight bytes of a column, lowest first; a shorter column is followed by others. */
  public long word(int column) {
    return Swar.word(buffer, from(column));
  }

  /** A column as text; doubled quotes become single ones, bytes that are not UTF-8 are replaced. */
  public String text(int column) {
    int length = length(column);
    if (length == 0) {
      return "";
    }
    String text = new String(buffer, from(column), length, StandardCharsets.UTF_8);
    boolean quoted = from(column) > start && buffer[from(column) - 1] == '"';
    return quoted && text.contains("\"\"") ? text.replace("\"\"", "\"") : text;
  }

  /** The whole row as text, cut at {@code limit} bytes. */
  public String line(int limit) {
    return new String(buffer, start, Math.min(end - start, limit), StandardCharsets.UTF_8);
  }

  /** The bytes from a column's first to the row's last, as text. */
  public String rest(int column, int limit) {
    if (column < 0 || column >= columns) {
      return "";
    }
    int length = Math.min(end - from(column), limit);
    return new String(buffer, from(column), length, StandardCharsets.UTF_8);
  }

  /** True if the column is exactly these bytes. */
  public boolean is(int column, byte[] value) {
    int length = length(column);
    return length == value.length
        && Arrays.equals(buffer, from(column), from(column) + length, value, 0, length);
  }

  /** True if the column begins with these bytes. */
  public boolean startsWith(int column, byte[] value) {
    if (length(column) < value.length) {
      return false;
    }
    int begin = from(column);
    return buffer[begin] == value[0]
        && Arrays.equals(buffer, begin, begin + value.length, value, 0, value.length);
  }

  /** True if these bytes stand anywhere in the column. */
  public boolean contains(int column, byte[] value) {
    int length = length(column);
    if (length < value.length) {
      return false;
    }
    int last = to[column] - value.length;
    for (int at = from(column); at <= last; at++) {
      if (buffer[at] == value[0]
          && Arrays.equals(buffer, at, at + value.length, value, 0, value.length)) {
        return true;
      }
    }
    return false;
  }

  /** True if these bytes, small letters, stand anywhere in the column in whatever case. */
  public boolean containsAnyCase(int column, byte[] small) {
    if (length(column) < small.length) {
      return false;
    }
    int last = to[column] - small.length;
    for (int at = from(column); at <= last; at++) {
      int same = 0;
      while (same < small.length && small(buffer[at + same]) == small[same]) {
        same++;
      }
      if (same == small.length) {
        return true;
      }
    }
    return false;
  }

  private static byte small(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
  }

  /** A small number such as an HTTP status, or -1. */
  public int number(int column) {
    int length = length(column);
    if (length == 0 || length > 9) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < length; i++) {
      int digit = at(column, i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The moment in a column such as {@code 2021-03-03T06:49:01.123Z}, or null. */
  public @Nullable Instant instant(int column) {
    return Timestamps.parse(
        buffer, column < columns && column >= 0 ? from(column) : 0, length(column));
  }

  /** The moment in a W3C date and time column, or null. */
  public @Nullable Instant instant(int date, int time) {
    return length(date) == 10 && length(time) >= 8
        ? Timestamps.parse(text(date) + " " + text(time))
        : null;
  }
}
