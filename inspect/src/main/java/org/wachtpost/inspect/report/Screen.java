package org.wachtpost.inspect.report;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How much room a report has, and text made to fit it. Text must be harmless already.
 *
 * @param columns characters in a line
 * @param rows lines, or {@link #ENDLESS}
 * @param plain whether it shows the characters of ASCII alone
 */
public record Screen(int columns, int rows, boolean plain) {
  /** Rows of what is no screen: a file or another program. */
  public static final int ENDLESS = Integer.MAX_VALUE;

  /** For a file or another program. */
  public static final Screen PAGE = new Screen(100, ENDLESS, false);

  private static final char ELLIPSIS = '\u2026';
  private static final int LEAST_COLUMNS = 60;
  private static final int LEAST_ROWS = 16;

  /** What takes the place of an ellipsis where there is none. */
  private static final char PLAIN_ELLIPSIS = '~';

  /**
   * A terminal of that size; one that does not know its size is taken for 80 by 24.
   *
   * @param charset the encoding of its characters
   */
  public static Screen of(int columns, int rows, Charset charset) {
    return new Screen(
        columns == 0 ? 80 : Math.max(columns, LEAST_COLUMNS),
        rows == 0 ? 24 : Math.max(rows, LEAST_ROWS),
        !charset.equals(StandardCharsets.UTF_8));
  }

  /** A text made harmless, with escapes for what the screen cannot show. */
  String safe(String text) {
    return plain ? SafeText.plain(text) : SafeText.terminal(text);
  }

  /** A finished line as it is printed: no ellipsis where the screen cannot show one. */
  String shown(String line) {
    return plain ? line.replace(ELLIPSIS, PLAIN_ELLIPSIS) : line;
  }

  boolean endless() {
    return rows == ENDLESS;
  }

  /** Columns that a text takes: two for what East Asian scripts need, none for marks on letters. */
  static int width(String text) {
    return text.codePoints().map(Screen::width).sum();
  }

  private static int width(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        switch (Character.UnicodeScript.of(c)) {
          case HAN, HANGUL, HIRAGANA, KATAKANA, BOPOMOFO, YI, TANGUT -> true;
          default ->
              c >= 0xff01 && c <= 0xff60
                  || c >= 0x3000 && c <= 0x303f
                  || c >= 0x1f300 && c < 0x20000;
        };
    return wide ? 2 : 1;
  }

  /** The beginning of a text that is too long, with an ellipsis. */
  static String head(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    int[] characters = text.codePoints().toArray();
    int used = 0;
    int count = 0;
    while (used + width(characters[count]) < columns) {
      used += width(characters[count++]);
    }
    return new String(characters, 0, count) + ELLIPSIS;
  }

  /** The end of a text that is too long: of a path, what tells it from others. */
  static String tail(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    int[] characters = text.codePoints().toArray();
    int used = 0;
    int from = characters.length;
    while (used + width(characters[from - 1]) < columns) {
      used += width(characters[--from]);
    }
    return ELLIPSIS + new String(characters, from, characters.length - from);
  }

  /** Lines of at most the screen's width, all but the first indented by so many blanks. */
  List<String> wrap(String text, int indent) {
    String body = text.stripLeading();
    StringBuilder line = new StringBuilder(text.substring(0, text.length() - body.length()));
    List<String> lines = new ArrayList<>();
    int used = line.length();
    boolean begun = false;
    for (String word : body.split(" ")) {
      String rest = word;
      if (begun && used + 1 + width(rest) > columns) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        line.append(" ".repeat(indent));
        used = indent;
      } else if (begun) {
        line.append(' ');
        used++;
      }
      while (used + width(rest) > columns) {
        // One word wider than the screen: a path, mostly.
        String part = head(rest, columns - used + 1);
        part = part.substring(0, part.length() - 1);
        lines.add(line + part);
        rest = rest.substring(part.length());
        line.setLength(0);
        line.append(" ".repeat(indent));
        used = indent;
      }
      line.append(rest);
      used += width(rest);
      begun = true;
    }
    lines.add(line.toString());
    return lines;
  }
}
