package org.wachtpost.inspect.log;

/**
 * Finds the columns of one row in a buffer, as far as the last one that is looked at, and the row's
 * end. One thread.
 *
 * <p>Eight bytes are looked at together. The places of their separators are written down without
 * asking how many there are, so that the processor has nothing to guess: two always, more in a loop
 * that rows seldom need.
 */
final class RowCutter {
  /** Returned if more must be read to know where a row ends. */
  static final int MORE = -1;

  private static final long NEWLINE = Swar.spread('\n');
  private static final long QUOTE = Swar.spread('"');
  private static final long TOP = 0x8080808080808080L;

  private final Row row;
  private final int maxRowBytes;
  private boolean quotes;
  private byte separator;
  private int columns = 1;
  private boolean multiline;

  RowCutter(Row row, int maxRowBytes) {
    this.row = row;
    this.maxRowBytes = maxRowBytes;
  }

  /** The file's separator and quoting; columns are not known yet. */
  void format(LogFormat format) {
    separator = format.separator();
    quotes = format.quotes();
    columns = 1;
  }

  /** Columns before this one are cut; the others read as empty. */
  void columns(int end) {
    columns = end;
  }

  /** True if the row just cut has line ends in it. */
  boolean multiline() {
    return multiline;
  }

  /**
   * Cuts a row in which no quote stands.
   *
   * @return the start of the next row
   */
  int cutPlain(byte[] bytes, int start, int newline, Marks marks) {
    row.buffer = bytes;
    row.start = start;
    row.quoted = false;
    row.unclosedQuote = false;
    multiline = false;
    row.columns = marks.cut(start, newline, columns, row.to);
    return newline + 1;
  }

  /**
   * Cuts the row that begins at {@code start}.
   *
   * @param end end of the last complete line in the buffer
   * @param limit end of what was read; {@link Swar#PADDING} bytes after it may be looked at
   * @param last true if nothing follows {@code limit}
   * @return the start of the next row, or {@link #MORE}
   */
  int cut(byte[] bytes, int start, int end, int limit, boolean last) {
    row.buffer = bytes;
    row.start = start;
    row.quoted = false;
    row.unclosedQuote = false;
    multiline = false;
    int[] ends = row.to;
    int need = columns;
    long separators = Swar.spread(separator);
    int count = 0;
    int at = start;
    while (true) {
      long word = Swar.word(bytes, at);
      long hits = Swar.equal(word, separators);
      long stops = quotes ? stops(word) : Swar.zero(word ^ NEWLINE);
      if (stops != 0) {
        int bit = Long.numberOfTrailingZeros(stops);
        hits &= (1L << bit) - 1;
        count = write(ends, count, at, hits);
        int place = at + (bit >>> 3);
        if (count >= need) {
          break;
        }
        if (bytes[place] == '\n') {
          ends[count] = place;
          row.columns = count + 1;
          return place + 1;
        }
        if (place == start || bytes[place - 1] == separator) {
          return cutQuoted(place, count, end, limit, last);
        }
        at = place + 1; // a quote within an unquoted column is text
        continue;
      }
      ends[count] = at + (Long.numberOfTrailingZeros(hits) >>> 3);
      long further = hits & (hits - 1);
      ends[count + 1] = at + (Long.numberOfTrailingZeros(further) >>> 3);
      long rest = further & (further - 1);
      if (rest != 0) {
        write(ends, count + 2, at, rest);
      }
      count += Long.bitCount(hits);
      at += 8;
      if (count >= need) {
        break;
      }
    }
    row.columns = need;
    return Swar.newline(bytes, ends[need - 1] + 1) + 1;
  }

  /** Not zero if a line end or a quote is in the word; the lowest bit is the first of them. */
  private static long stops(long word) {
    return Swar.zero(word ^ NEWLINE) | Swar.zero(word ^ QUOTE);
  }

  private static int write(int[] ends, int from, int at, long hits) {
    int count = from;
    for (long left = hits & TOP; left != 0; left &= left - 1) {
      ends[count++] = at + (Long.numberOfTrailingZeros(left) >>> 3);
    }
    return count;
  }

  /** Goes on with a row, column by column, from its first quote on. */
  private int cutQuoted(int quote, int firstColumn, int end, int limit, boolean last) {
    byte[] bytes = row.buffer;
    row.columns = firstColumn;
    row.quoted();
    int column = firstColumn;
    int at = quote;
    while (true) {
      int stop;
      if (bytes[at] == '"') {
        int close = closeQuote(at + 1, end, limit, last);
        if (close < 0) {
          return MORE;
        }
        row.from[column] = at + 1;
        row.to[column] = close;
        stop = unquotedEnd(row.unclosedQuote ? close : close + 1);
      } else {
        stop = unquotedEnd(at);
        row.from[column] = at;
        row.to[column] = stop;
      }
      column++;
      row.columns = column;
      if (bytes[stop] == '\n') {
        return stop + 1;
      }
      if (column == columns) {
        return Swar.newline(bytes, stop + 1) + 1;
      }
      at = stop + 1;
    }
  }

  /** The next separator or line end; after a closing quote, what is before it is passed over. */
  private int unquotedEnd(int from) {
    byte[] bytes = row.buffer;
    int at = from;
    while (bytes[at] != separator && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /**
   * The place of the closing quote. Without one before the next thing that looks like a row, the
   * end of the line stands for it and the row is marked.
   */
  private int closeQuote(int from, int end, int limit, boolean last) {
    byte[] bytes = row.buffer;
    int firstNewline = -1;
    int lines = 0;
    int at = from;
    while (at < end) {
      byte hit = bytes[at];
      if (hit == '"') {
        if (bytes[at + 1] == '"' && at + 1 < limit) {
          at += 2;
          continue;
        }
        multiline |= firstNewline >= 0;
        return at;
      }
      if (hit == '\n') {
        if (firstNewline < 0) {
          firstNewline = at;
        }
        if (++lines > LogScanner.MAX_QUOTED_LINES
            || (at + 1 < end && looksLikeRow(bytes, at + 1, limit))) {
          row.unclosedQuote = true;
          return firstNewline;
        }
      }
      at++;
    }
    if (last || end - row.start >= maxRowBytes / 2) {
      row.unclosedQuote = true;
      return firstNewline;
    }
    return MORE;
  }

  /** True for a directive, and for what begins with a date: no quoted column goes on there. */
  static boolean looksLikeRow(byte[] bytes, int at, int limit) {
    if (bytes[at] == '#') {
      return true;
    }
    return at + 10 < limit
        && digit(bytes[at])
        && digit(bytes[at + 1])
        && digit(bytes[at + 2])
        && digit(bytes[at + 3])
        && bytes[at + 4] == '-'
        && bytes[at + 7] == '-';
  }

  private static boolean digit(byte value) {
    return value >= '0' && value <= '9';
  }
}
