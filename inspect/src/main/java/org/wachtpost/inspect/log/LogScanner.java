package org.wachtpost.inspect.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a log into rows and columns without making objects.
 *
 * <p>The speed comes from three things. Separators are looked for eight bytes at a time, and only
 * as far as the last column the handler asked for; the rest of a row is passed over by looking for
 * its end alone. The buffer is small enough to stay in the processor's cache. And nothing is turned
 * into text until a handler asks for it, which for ordinary rows it never does.
 *
 * <p>A row ends with its line. A quoted column may hold line ends if the next line does not begin
 * like a row; a quote that is never closed therefore costs one row and not the file. One thread.
 */
public final class LogScanner {
  /** Columns cut at most; further ones are passed over. */
  public static final int MAX_COLUMNS = 256;

  /** Bytes read at a time. */
  public static final int CHUNK_BYTES = 256 * 1024;

  /** Longer rows are passed over and reported: memory stays bounded whatever the file holds. */
  public static final int MAX_ROW_BYTES = 1024 * 1024;

  /** Lines in one quoted column; with more its quote counts as never closed. */
  public static final int MAX_QUOTED_LINES = 200;

  private static final long NEWLINE = Swar.spread('\n');
  private static final long QUOTE = Swar.spread('"');

  /** First columns by which a header row without {@code #Fields:} is known. */
  private static final Set<String> HEADS =
      Set.of("datetime", "timestamp", "date-time", "date", "starttime", "time", "eventtime");

  private static final int HEAD_MAX = 12;

  private final Row row = new Row();
  private final int maxRowBytes;
  private byte[] buffer;
  private int limit;
  private long line;
  private int[] wanted = {0};
  private boolean hasFields;
  private boolean skipping;
  private boolean multiline;
  private boolean quotes;
  private long spread;

  /** A scanner with the ordinary limits. */
  public LogScanner() {
    this(MAX_ROW_BYTES);
  }

  /** A scanner that passes over rows of more than {@code maxRowBytes}. */
  public LogScanner(int maxRowBytes) {
    this.maxRowBytes = maxRowBytes;
    this.buffer = new byte[Math.min(CHUNK_BYTES, maxRowBytes) + Swar.PADDING];
  }

  /**
   * Reads a whole file.
   *
   * @throws IOException if the stream fails; what came before it has been handed over
   */
  public void scan(InputStream stream, RowHandler handler) throws IOException {
    limit = 0;
    line = 1;
    wanted = new int[] {0};
    quotes = handler.format().quotes();
    hasFields = false;
    skipping = false;
    spread = Swar.spread(handler.format().separator());
    boolean first = true;
    while (true) {
      if (limit == capacity()) {
        makeRoom(handler);
      }
      int read = stream.read(buffer, limit, capacity() - limit);
      boolean ended = read < 0;
      if (!ended) {
        limit += read;
      }
      if (first && (limit >= 3 || ended)) {
        first = false;
        if (limit >= 3 && buffer[0] == (byte) 0xef && buffer[1] == (byte) 0xbb) {
          System.arraycopy(buffer, 3, buffer, 0, limit -= 3);
        }
      }
      if (ended) {
        finish(handler);
        return;
      }
      if (!first) {
        int used = rows(handler, false);
        System.arraycopy(buffer, used, buffer, 0, limit - used);
        limit -= used;
      }
    }
  }

  private int capacity() {
    return buffer.length - Swar.PADDING;
  }

  /** The buffer holds no complete row: let it grow, or give the row up. */
  private void makeRoom(RowHandler handler) {
    if (capacity() < maxRowBytes) {
      buffer = Arrays.copyOf(buffer, Math.min(capacity() * 2, maxRowBytes) + Swar.PADDING);
      return;
    }
    if (!skipping) {
      handler.damage(line, "row longer than " + maxRowBytes + " bytes passed over");
      skipping = true;
    }
    // A quoted column that swallowed line ends: give up its first line only.
    int end = lastNewline();
    if (end >= 0) {
      int newline = Swar.newline(buffer, 0);
      System.arraycopy(buffer, newline + 1, buffer, 0, limit - newline - 1);
      limit -= newline + 1;
      line++;
      skipping = false;
    } else {
      limit = 0;
    }
  }

  private int lastNewline() {
    int at = limit - 1;
    while (at >= 0 && buffer[at] != '\n') {
      at--;
    }
    return at;
  }

  private void finish(RowHandler handler) {
    if (limit == 0) {
      return;
    }
    if (skipping && lastNewline() < 0) {
      return;
    }
    if (buffer[limit - 1] != '\n') {
      if (limit == capacity()) {
        buffer = Arrays.copyOf(buffer, buffer.length + 1);
      }
      buffer[limit++] = '\n';
    }
    int used = rows(handler, true);
    limit -= used;
  }

  /** Hands over the complete rows in the buffer; returns how many bytes they took. */
  private int rows(RowHandler handler, boolean last) {
    int end = lastNewline() + 1;
    int at = 0;
    if (skipping && end > 0) {
      at = Swar.newline(buffer, 0) + 1;
      skipping = false;
      line++;
    }
    while (at < end) {
      byte head = buffer[at];
      if (head < '0' || head > '9' || !hasFields) {
        at = oddLine(at, end, handler, last);
      } else {
        int next = cut(at, end, last);
        if (next < 0) {
          return at;
        }
        at = hand(next, handler);
      }
      if (at < 0) {
        return ~at;
      }
    }
    return at;
  }

  private int hand(int next, RowHandler handler) {
    row.line = line;
    row.end = next - 1;
    int lastColumn = row.columns - 1;
    if (lastColumn >= 0 && row.to[lastColumn] == row.end) {
      if (row.end > row.from[lastColumn] && buffer[row.end - 1] == '\r') {
        row.to[lastColumn]--;
      }
    }
    if (row.unclosedQuote) {
      handler.damage(line, "quote not closed");
    }
    handler.row(row);
    if (!multiline) {
      line++;
    } else {
      for (int i = row.start; i < next; i++) {
        if (buffer[i] == '\n') {
          line++;
        }
      }
    }
    return next;
  }

  /**
   * Cuts a row; returns the next row's start, -1 if more must be read to know where it ends.
   *
   * <p>Eight bytes without a line end, a quote or an end of a wanted column are passed over by
   * counting their separators.
   */
  private int cut(int start, int end, boolean last) {
    byte[] bytes = buffer;
    int[] from = row.from;
    int[] to = row.to;
    int[] want = wanted;
    long separators = spread;
    long quoteWord = quotes ? QUOTE : NEWLINE;
    row.buffer = bytes;
    row.start = start;
    row.unclosedQuote = false;
    multiline = false;
    int column = 0;
    int next = 0;
    int edge = want[0];
    if (edge == 0) {
      from[0] = start;
    }
    int at = start;
    while (true) {
      long word = Swar.word(bytes, at);
      long hits = Swar.equal(word, separators);
      long stops = Swar.equal(word, NEWLINE) | Swar.equal(word, quoteWord);
      if (stops == 0) {
        int count = Long.bitCount(hits);
        if (count == 0 || column + count < edge) {
          column += count;
          at += 8;
          continue;
        }
      } else {
        hits |= stops;
      }
      at += 8;
      while (hits != 0) {
        int place = at - 8 + (Long.numberOfTrailingZeros(hits) >>> 3);
        hits &= hits - 1;
        byte hit = bytes[place];
        if (hit == '\n') {
          if (column == edge) {
            to[column] = place;
          }
          row.columns = column == edge ? column + 1 : Math.min(column + 1, lastCut(next));
          return place + 1;
        }
        if (hit == '"' && quotes) {
          if (place != start && bytes[place - 1] != (byte) separators) {
            continue;
          }
          return cutQuoted(place, column, next, end, last);
        }
        if (column == edge) {
          to[column] = place;
          if (++next == want.length) {
            row.columns = column + 1;
            return Swar.newline(bytes, place + 1) + 1;
          }
          edge = want[next];
        }
        if (++column == edge) {
          from[column] = place + 1;
        }
      }
    }
  }

  private int lastCut(int next) {
    return next == 0 ? 0 : wanted[next - 1] + 1;
  }

  /** Goes on with a row, column by column, from its first quote on. */
  private int cutQuoted(int quote, int firstColumn, int firstNext, int end, boolean last) {
    byte[] bytes = buffer;
    byte separator = (byte) spread;
    int column = firstColumn;
    int next = firstNext;
    int at = quote;
    while (true) {
      int stop;
      int begin = at;
      int finish;
      if (bytes[at] == '"') {
        int close = closeQuote(at + 1, end, last);
        if (close < 0) {
          return -1;
        }
        begin = at + 1;
        finish = close;
        stop = afterQuoted(close);
      } else {
        stop = at;
        while (bytes[stop] != separator && bytes[stop] != '\n') {
          stop++;
        }
        finish = stop;
      }
      if (column == wanted[next]) {
        row.from[column] = begin;
        row.to[column] = finish;
        next++;
      }
      if (bytes[stop] == '\n') {
        row.columns = lastCut(next);
        return stop + 1;
      }
      if (next == wanted.length) {
        row.columns = lastCut(next);
        return Swar.newline(bytes, stop + 1) + 1;
      }
      column++;
      at = stop + 1;
    }
  }

  /** The separator or line end after a closing quote; anything between them is passed over. */
  private int afterQuoted(int close) {
    int at = row.unclosedQuote ? close : close + 1;
    byte separator = (byte) spread;
    while (buffer[at] != separator && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  /**
   * The place of the closing quote. Without one before the next thing that looks like a row, the
   * end of the line stands for it and the row is marked. -1 if more must be read to know.
   */
  private int closeQuote(int from, int end, boolean last) {
    int firstNewline = -1;
    int lines = 0;
    int at = from;
    while (at < end) {
      byte hit = buffer[at];
      if (hit == '"') {
        if (buffer[at + 1] == '"' && at + 1 < limit) {
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
        if (++lines > MAX_QUOTED_LINES || (at + 1 < end && looksLikeRow(at + 1))) {
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
    return -1;
  }

  private boolean looksLikeRow(int at) {
    if (buffer[at] == '#') {
      return true;
    }
    return at + 10 < limit
        && digit(at)
        && digit(at + 1)
        && digit(at + 2)
        && digit(at + 3)
        && buffer[at + 4] == '-'
        && buffer[at + 7] == '-';
  }

  private boolean digit(int at) {
    return buffer[at] >= '0' && buffer[at] <= '9';
  }

  /** A line that is not a row: directives, headers, empty lines, damage. */
  private int oddLine(int at, int end, RowHandler handler, boolean last) {
    int newline = Swar.newline(buffer, at);
    int stop = newline > at && buffer[newline - 1] == '\r' ? newline - 1 : newline;
    String text = new String(buffer, at, stop - at, StandardCharsets.UTF_8);
    if (text.startsWith("#")) {
      String fields = fieldsOf(text);
      if (fields != null) {
        take(Fields.parse(fields, (char) handler.format().separator()), handler);
      } else {
        handler.directive(text.substring(1), line);
      }
    } else if (isHeader(text, handler.format())) {
      take(Fields.parse(text, (char) handler.format().separator()), handler);
    } else if (!text.isBlank()) {
      if (hasFields && buffer[at] == '"' && quotes) {
        int next = cut(at, end, last);
        return next < 0 ? ~at : hand(next, handler);
      }
      handler.damage(line, hasFields ? "not a row" : "row before any column header");
    }
    line++;
    return newline + 1;
  }

  private void take(Fields fields, RowHandler handler) {
    int[] columns =
        Arrays.stream(handler.fields(fields))
            .filter(column -> column >= 0 && column < MAX_COLUMNS)
            .distinct()
            .sorted()
            .toArray();
    wanted = columns.length == 0 ? new int[] {0} : columns;
    // What a row does not have, and what an earlier header asked for, reads as empty.
    Arrays.fill(row.from, 0);
    Arrays.fill(row.to, 0);
    hasFields = true;
  }

  private static @Nullable String fieldsOf(String text) {
    return text.regionMatches(true, 0, "#Fields:", 0, 8) ? text.substring(8) : null;
  }

  private static boolean isHeader(String text, LogFormat format) {
    int end = text.indexOf((char) format.separator());
    if (end < 0 || end > HEAD_MAX) {
      return false;
    }
    String head = text.substring(0, end).replace("\"", "").strip();
    return HEADS.contains(head.toLowerCase(Locale.ROOT));
  }
}
