package org.wachtpost.inspect.webshell;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a page as text, in the encoding that the web server would most likely read them: UTF-8
 * and UTF-16 with and without mark, EBCDIC (IBM037), UTF-7, GB 18030, else ISO 8859-1; blocks of
 * the Script Encoder decoded.
 */
final class SourceText {
  private static final int SNIFF_BYTES = 1024;
  private static final int MARK_BYTES = 3;
  private static final Charset EBCDIC =
      Charset.isSupported("IBM037") ? Charset.forName("IBM037") : StandardCharsets.ISO_8859_1;
  private static final Charset CHINESE =
      Charset.isSupported("GB18030") ? Charset.forName("GB18030") : StandardCharsets.ISO_8859_1;

  /** Typographic quotes of GB 2312, read as ISO 8859-1. */
  private static final String MISREAD_OPENING = "\u00A1\u00B0";

  private static final String MISREAD_CLOSING = "\u00A1\u00B1";

  private static final String TYPOGRAPHIC = "\u2018\u2019\u201C\u201D";

  /** Means nothing in code. */
  private static final char NO_QUOTE = '\u00B7';

  /** Stands for a character that is not ASCII. */
  private static final byte OTHER = -1;

  private final byte[] octets;
  private final int from;
  private final int to;

  /** Null if the octets are the text, each of them a character of ASCII. */
  private final @Nullable String text;

  private final boolean damagedScript;
  private final boolean rewritten;

  private SourceText(
      byte[] octets, int from, int to, @Nullable String text, boolean damaged, boolean rewritten) {
    this.octets = octets;
    this.from = from;
    this.to = to;
    this.text = text;
    this.damagedScript = damaged;
    this.rewritten = rewritten;
  }

  /** A text that was decoded. */
  static SourceText of(String text) {
    return of(text, false, false);
  }

  private static SourceText of(String text, boolean damagedScript, boolean rewritten) {
    byte[] octets = new byte[text.length()];
    for (int i = 0; i < octets.length; i++) {
      char c = text.charAt(i);
      octets[i] = c < 128 ? (byte) c : OTHER;
    }
    return new SourceText(octets, 0, octets.length, text, damagedScript, rewritten);
  }

  /** Reads a piece of a file. A page in ASCII, as most are, is looked at where it lies. */
  static SourceText read(byte[] content, int from, int to) {
    boolean marked = hasMark(content, from, to);
    int start = marked ? from + MARK_BYTES : from;
    boolean ascii = isPlain(content, start, to) && (marked || !isWide(content, from, to));
    if (ascii && !declaresUtf7(latin1(content, start, Math.min(to, start + SNIFF_BYTES)))) {
      return new SourceText(content, start, to, null, false, false);
    }
    String written = decode(content, from, to);
    String text = declaresUtf7(written) ? fromUtf7(written) : written;
    boolean damaged = EncodedScript.isDamaged(text);
    text = EncodedScript.decodeAll(text);
    text = isTypeset(text) ? plainQuotes(text) : text;
    return of(text, damaged, !text.equals(written));
  }

  /** A piece of a file whose characters mean themselves, whatever they look like. */
  static SourceText readAsIs(byte[] content, int from, int to) {
    return of(decode(content, from, to));
  }

  /**
   * A piece of a file in which typographic quotes, which Basic of the script host has not, are
   * none.
   */
  static SourceText readWithoutQuotes(byte[] content, int from, int to) {
    String text = decode(content, from, to);
    text = EncodedScript.decodeAll(declaresUtf7(text) ? fromUtf7(text) : text);
    for (int i = 0; i < TYPOGRAPHIC.length(); i++) {
      text = text.replace(TYPOGRAPHIC.charAt(i), NO_QUOTE);
    }
    return of(text);
  }

  /** Whether typographic quotes are in it. */
  static boolean hasTypographic(String text) {
    return text.chars().anyMatch(c -> TYPOGRAPHIC.indexOf(c) >= 0);
  }

  /** The characters one by one, those that are not ASCII as a byte that no other one has. */
  byte[] octets() {
    return octets;
  }

  /** Where in {@link #octets} it begins. */
  int from() {
    return from;
  }

  /** Where in {@link #octets} it ends. */
  int to() {
    return to;
  }

  /** Whether its octets are all there is to it. */
  boolean isPlain() {
    return text == null;
  }

  /** How many characters it has. */
  int length() {
    return to - from;
  }

  /** An encoded script is in it whose length is not the one that it names. */
  boolean isDamagedScript() {
    return damagedScript;
  }

  /** Whether it is another text than the one that is written there. */
  boolean isRewritten() {
    return rewritten;
  }

  /** All of it. */
  String text() {
    return part(from, to);
  }

  /** The characters from one place in {@link #octets} up to another. */
  String part(int start, int end) {
    return text == null ? latin1(octets, start, end) : text.substring(start, end);
  }

  /**
   * The place of the word from {@code start} on, its letters in either case; -1 if there is none.
   */
  int indexOfIgnoreCase(String word, int start) {
    int last = to - word.length();
    byte first = (byte) word.charAt(0);
    int at = Octets.indexOf(octets, first, start, to);
    while (at <= last) {
      if (part(at, at + word.length()).equalsIgnoreCase(word)) {
        return at;
      }
      at = Octets.indexOf(octets, first, at + 1, to);
    }
    return -1;
  }

  private static String latin1(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The mark of UTF-8. */
  private static boolean hasMark(byte[] b, int from, int to) {
    return to - from >= MARK_BYTES && b[from] == (byte) 0xEF && b[from + 1] == (byte) 0xBB;
  }

  /** UTF-16 without a mark, or EBCDIC: bytes that are ASCII and mean something else. */
  private static boolean isWide(byte[] b, int from, int to) {
    return wideCharset(b, from, to) != null || looksEbcdic(b, from, to);
  }

  /** ASCII, and no encoded script in it. */
  private static boolean isPlain(byte[] b, int from, int to) {
    int at = Octets.indexOfMarked(b, '~', from, to);
    while (at < to) {
      boolean tilde = b[at] == '~';
      if (!tilde || EncodedScript.startsAround(b, at, from, to)) {
        return false;
      }
      at = Octets.indexOfMarked(b, '~', at + 1, to);
    }
    return true;
  }

  /** Attributes or joined texts stand in typographic quotes. */
  private static boolean isTypeset(String text) {
    for (int i = 1; i < text.length(); i++) {
      char before = text.charAt(i - 1);
      if ((before == '=' || before == '+') && isTypographic(text, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTypographic(String text, int i) {
    char c = text.charAt(i);
    boolean plain = c == '\u201C' || c == '\u201D';
    return plain || text.startsWith(MISREAD_CLOSING, i) || text.startsWith(MISREAD_OPENING, i);
  }

  /**
   * Pages that passed through a word processor, and maybe as GB 2312 through a program that took
   * them for ISO 8859-1.
   */
  private static String plainQuotes(String text) {
    return text.replace(MISREAD_OPENING, "\"")
        .replace(MISREAD_CLOSING, "\"")
        .replace('\u201C', '"')
        .replace('\u201D', '"')
        .replace('\u2033', '"');
  }

  private static String decode(byte[] b, int from, int to) {
    int length = to - from;
    if (hasMark(b, from, to)) {
      return new String(b, from + MARK_BYTES, length - MARK_BYTES, StandardCharsets.UTF_8);
    }
    if (length >= 2 && b[from] == (byte) 0xFF && b[from + 1] == (byte) 0xFE) {
      return new String(b, from + 2, length - 2, StandardCharsets.UTF_16LE);
    }
    if (length >= 2 && b[from] == (byte) 0xFE && b[from + 1] == (byte) 0xFF) {
      return new String(b, from + 2, length - 2, StandardCharsets.UTF_16BE);
    }
    Charset wide = wideCharset(b, from, to);
    if (wide != null) {
      return new String(b, from, length, wide);
    }
    if (looksEbcdic(b, from, to)) {
      return new String(b, from, length, EBCDIC);
    }
    return narrow(b, from, to);
  }

  /** UTF-16 without a mark shows as zeros at every other place of mostly ASCII text. */
  private static @Nullable Charset wideCharset(byte[] b, int from, int to) {
    int end = Math.min(to, from + SNIFF_BYTES);
    int[] zeros = new int[2];
    for (int i = from; i < end; i++) {
      if (b[i] == 0) {
        zeros[(i - from) & 1]++;
      }
    }
    int half = (end - from) / 2;
    if (half >= 4 && zeros[1] > half / 2 && zeros[0] <= half / 8) {
      return StandardCharsets.UTF_16LE;
    }
    if (half >= 4 && zeros[0] > half / 2 && zeros[1] <= half / 8) {
      return StandardCharsets.UTF_16BE;
    }
    return null;
  }

  /** {@code <%@} or {@code <?xm} in code page 037. */
  static boolean looksEbcdic(byte[] b, int from, int to) {
    if (to - from < 16 || b[from] != 0x4C) {
      return false;
    }
    int second = b[from + 1] & 0xFF;
    int third = b[from + 2] & 0xFF;
    return (second == 0x6C && third == 0x7C)
        || (second == 0x6F && third == 0xA7 && (b[from + 3] & 0xFF) == 0x94);
  }

  private static String narrow(byte[] b, int from, int to) {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(b, from, to - from));
      return text.toString();
    } catch (CharacterCodingException notUtf8) {
      Charset charset = looksChinese(b, from, to) ? CHINESE : StandardCharsets.ISO_8859_1;
      return new String(b, from, to - from, charset);
    }
  }

  /** Lead and trail bytes of GBK come in pairs; a few accented Western letters stand alone. */
  private static boolean looksChinese(byte[] b, int from, int to) {
    int pairs = 0;
    int alone = 0;
    for (int i = from; i < to; i++) {
      if (b[i] >= 0) {
        continue;
      }
      if (i + 1 < to && b[i + 1] < 0) {
        pairs++;
        i++;
      } else {
        alone++;
      }
    }
    return pairs > 4 * alone;
  }

  private static boolean declaresUtf7(String text) {
    int end = Math.min(text.length(), SNIFF_BYTES);
    String head = text.substring(0, end).toLowerCase(Locale.ROOT);
    return head.contains("65000") && head.contains("codepage") || head.contains("utf-7");
  }

  /** RFC 2152: {@code +BASE64-} is UTF-16 in base64, {@code +-} a plus sign. */
  private static String fromUtf7(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '+') {
        plain.append(c);
        i++;
        continue;
      }
      int end = i + 1;
      while (end < text.length() && isBase64(text.charAt(end))) {
        end++;
      }
      boolean dash = end < text.length() && text.charAt(end) == '-';
      if (end == i + 1) {
        plain.append('+');
      } else {
        plain.append(fromBase64Utf16(text.substring(i + 1, end)));
      }
      i = dash ? end + 1 : end;
    }
    return plain.toString();
  }

  private static String fromBase64Utf16(String digits) {
    int whole = digits.length() - (digits.length() % 4 == 1 ? 1 : 0);
    byte[] bytes = Base64.getDecoder().decode(digits.substring(0, whole));
    return new String(bytes, 0, bytes.length / 2 * 2, StandardCharsets.UTF_16BE);
  }

  private static boolean isBase64(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '+' || c == '/');
  }
}
