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
 * <p>The speed comes from three things. A row is cut many bytes at a time ({@link RowCutter}), as
 * far as the last column the handler asked for; of the rest only the line end is looked for. The
 * buffer and its {@link Marks} are small enough to stay in the processor's cache. And nothing is
 * turned into text until a handler asks for it, which for ordinary rows it never does.
 *
 * <p>A row ends with its line. A quoted column may hold line ends if the next line does not begin
 * like a row; a quote that is never closed therefore costs one row and not the file. One thread.
 */
public final class LogScanner {
  /** Columns cut at most; further ones are passed over. */
  public static final int MAX_COLUMNS = 256;

  /** Bytes read at a time. */
  public static final int CHUNK_BYTES = 128 * 1024;

  /** Longer rows are passed over and reported: memory stays bounded whatever the file holds. */
  public static final int MAX_ROW_BYTES = 1024 * 1024;

  /** Lines in one quoted column; with more its quote counts as never closed. */
  public static final int MAX_QUOTED_LINES = 200;

  /** First columns by which a header row without {@code #Fields:} is known. */
  private static final Set<String> HEADS =
      Set.of("datetime", "timestamp", "date-time", "date", "starttime", "time", "eventtime");

  private static final int HEAD_MAX = 12;

  private final Row row;
  private final RowCutter cutter;
  private final int maxRowBytes;
  private byte[] buffer;
  private int limit;
  private long line;
  private boolean hasFields;
  private boolean skipping;
  private boolean quotes;
  private boolean openTail;
  private int tailLines;
  private @Nullable Fields lastFields;
  private @Nullable LogFormat lastFormat;
  private String lastHeader = "";

  /** A scanner with the ordinary limits. */
  public LogScanner() {
    this(MAX_ROW_BYTES);
  }

  /** A scanner that passes over rows of more than {@code maxRowBytes}. */
  LogScanner(int maxRowBytes) {
    this(new RowCutter(maxRowBytes));
  }

  /** A scanner that cuts rows with this. */
  LogScanner(RowCutter cutter) {
    this.cutter = cutter;
    this.row = cutter.row;
    this.maxRowBytes = cutter.maxRowBytes;
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
    cutter.format(handler.format());
    quotes = handler.format().quotes();
    hasFields = false;
    skipping = false;
    openTail = false;
    row.end = -1;
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
        // The row's bytes go away now: whether it ends within quotes must be known before.
        openTail = tailIsOpen(used);
        row.end = -1;
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
      if (buffer[limit - 1] == 0 && buffer[0] != 0) {
        // Room was set aside for what a power failure then kept from being written.
        handler.damage(line, "the file ends in zeros within a row");
      }
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
    if (end > 0) {
      cutter.take(buffer, end);
    }
    while (at < end) {
      byte head = buffer[at];
      if (head < '0' || head > '9' || !hasFields) {
        at = oddLine(at, end, handler, last);
      } else {
        int next = cutter.cut(buffer, at, end, limit, last);
        if (next == RowCutter.MORE) {
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
      if (row.end > row.from(lastColumn) && buffer[row.end - 1] == '\r') {
        row.to[lastColumn]--;
      }
    }
    if (row.unclosedQuote) {
      handler.damage(line, "quote not closed");
    }
    handler.row(row);
    if (!cutter.multiline()) {
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

  /** A line that is not a row: directives, headers, empty lines, damage. */
  private int oddLine(int at, int end, RowHandler handler, boolean last) {
    int newline = Swar.newline(buffer, at);
    int stop = newline > at && buffer[newline - 1] == '\r' ? newline - 1 : newline;
    String text = new String(buffer, at, stop - at, StandardCharsets.UTF_8);
    if (text.startsWith("#")) {
      String fields = fieldsOf(text);
      if (fields != null) {
        take(parsed(fields.strip(), handler), handler);
      } else {
        handler.directive(text.substring(1), line);
      }
    } else if (isHeader(text, handler.format())) {
      take(parsed(text.strip(), handler), handler);
    } else if (tailIsOpen(at) && tailLines < MAX_QUOTED_LINES) {
      // A quoted column that nobody asked for goes on here: nothing is lost with its line end.
      tailLines++;
      openTail = odd(at, stop) == 0;
      row.end = -1;
      line++;
      return newline + 1;
    } else if (!text.isBlank()) {
      if (hasFields && buffer[at] == '"' && quotes) {
        int next = cutter.cut(buffer, at, end, limit, last);
        return next == RowCutter.MORE ? ~at : hand(next, handler);
      }
      handler.damage(line, hasFields ? "not a row" : "row before any column header");
    }
    line++;
    return newline + 1;
  }

  /** True if the row that ends before {@code at} did so in a quoted column that was not cut. */
  private boolean tailIsOpen(int at) {
    if (row.end >= 0) {
      tailLines = 0;
      openTail = row.end == at - 1 && quotes && !row.unclosedQuote && odd(row.start, row.end) != 0;
      row.end = -1;
    }
    return openTail;
  }

  /** 1 if there is an odd number of quotes from {@code from} to {@code to}. */
  private int odd(int from, int to) {
    int odd = 0;
    for (int at = from; at < to; at++) {
      odd ^= buffer[at] == '"' ? 1 : 0;
    }
    return odd;
  }

  /** The columns of a header: a server's files mostly have the same, which is read once. */
  private Fields parsed(String header, RowHandler handler) {
    Fields known = lastFields;
    if (known == null || !header.equals(lastHeader) || handler.format() != lastFormat) {
      known = Fields.parse(header, (char) handler.format().separator());
      lastFields = known;
      lastHeader = header;
      lastFormat = handler.format();
    }
    return known;
  }

  private void take(Fields fields, RowHandler handler) {
    int last = 0;
    for (int column : handler.fields(fields)) {
      if (column < MAX_COLUMNS) {
        last = Math.max(last, column);
      }
    }
    cutter.columns(last + 1);
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
