package org.wachtpost.inspect.log;

/**
 * Finds the columns of one row in a buffer, as far as the last one that is looked at, and the row's
 * end. One thread.
 *
 * <p>A group of bytes is looked at together ({@link Marks}). The places of its separators are
 * written down without asking how many there are, so that the processor has nothing to guess: three
 * always, more in a loop that rows seldom need.
 */
class RowCutter {
  /** Returned if more must be read to know where a row ends. */
  static final int MORE = -1;

  final Row row = new Row();
  private final Marks marks = new Marks();
  final int maxRowBytes;
  boolean quotes;
  byte separator;
  int columns = 1;
  private boolean multiline;

  RowCutter(int maxRowBytes) {
    this.maxRowBytes = maxRowBytes;
  }

  /** The file's separator and quoting; columns are not known yet. */
  final void format(LogFormat format) {
    separator = format.separator();
    quotes = format.quotes();
    columns = 1;
  }

  /** Columns before this one are cut; the others read as empty. */
  final void columns(int end) {
    columns = end;
  }

  /** Looks at a buffer's complete lines, before the first of their rows is cut. */
  final void take(byte[] bytes, int limit) {
    marks.take(bytes, limit, separator);
  }

  /** True if the row just cut has line ends in it. */
  final boolean multiline() {
    return multiline;
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
    begin(bytes, start);
    int[] ends = row.to;
    int need = columns;
    int count = 0;
    int at = start;
    while (true) {
      int separators = marks.separators(at);
      int bits = separators;
      int to = count + Integer.bitCount(separators);
      int next = count;
      do {
        ends[next] = at + Integer.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        ends[next + 1] = at + Integer.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        ends[next + 2] = at + Integer.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        next += 3;
      } while (next < to);
      if (marks.ending(at)) {
        int stop = stop(at, to < need ? at + Marks.GROUP : ends[need - 1]);
        if (stop >= 0) {
          count += Integer.bitCount(separators & ((1 << stop - at) - 1));
          if (bytes[stop] == '"') {
            return cutQuoted(stop, count, end, limit, last);
          }
          ends[count] = stop;
          row.columns = count + 1;
          return stop + 1;
        }
      }
      count = to;
      at += Marks.GROUP;
      if (count >= need) {
        row.columns = need;
        return marks.newline(bytes, ends[need - 1] + 1) + 1;
      }
    }
  }

  /** The row that begins there is the one that is cut now. */
  final void begin(byte[] bytes, int start) {
    row.buffer = bytes;
    row.start = start;
    row.quoted = false;
    row.unclosedQuote = false;
    multiline = false;
  }

  /** The first line end, or quote that begins a column, from {@code from} on; -1 without any. */
  private int stop(int from, int to) {
    byte[] bytes = row.buffer;
    int at = marks.nextEnding(from);
    while (at < to) {
      if (bytes[at] == '\n' || opens(at)) {
        return at;
      }
      at = marks.nextEnding(at + 1);
    }
    return -1;
  }

  /** True for a quote that begins a column; one within an unquoted column is text. */
  final boolean opens(int place) {
    byte[] bytes = row.buffer;
    return quotes && bytes[place] == '"' && (place == row.start || bytes[place - 1] == separator);
  }

  /** Goes on with a row, column by column, from its first quote on. */
  final int cutQuoted(int quote, int firstColumn, int end, int limit, boolean last) {
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
