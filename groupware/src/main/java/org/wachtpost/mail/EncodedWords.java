package org.wachtpost.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes encoded words (RFC 2047) in one pass; what is not well formed stays as it stands. Bytes
 * of neighbouring words of one charset are joined first: some senders cut a character in two.
 */
public final class EncodedWords {
  private EncodedWords() {}

  /** The text with its encoded words decoded. */
  public static String decode(String text) {
    int mark = text.indexOf("=?");
    if (mark < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    int at = mark;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Charset charset = null;
    while (at >= 0) {
      Word word = word(text, at);
      if (word == null) {
        at = text.indexOf("=?", at + 2);
        continue;
      }
      String between = text.substring(done, at);
      // RFC 2047 §6.2: white space between two encoded words is not shown
      boolean neighbour = charset != null && between.isBlank();
      if (charset != null && !(neighbour && word.charset.equals(charset))) {
        out.append(bytes.toString(charset));
        bytes.reset();
      }
      out.append(neighbour ? "" : between);
      bytes.writeBytes(word.bytes);
      charset = word.charset;
      done = word.end;
      at = text.indexOf("=?", done);
    }
    if (charset != null) {
      out.append(bytes.toString(charset));
    }
    return out.append(text, done, text.length()).toString();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Word(Charset charset, byte[] bytes, int end) {}

  /** The word that starts here, or null. */
  private static @Nullable Word word(String text, int from) {
    int charsetEnd = mark(text, from + 2);
    if (charsetEnd < 0 || charsetEnd + 2 >= text.length() || text.charAt(charsetEnd + 2) != '?') {
      return null;
    }
    char encoding = Character.toUpperCase(text.charAt(charsetEnd + 1));
    int contentEnd = mark(text, charsetEnd + 3);
    if (contentEnd < 0
        || contentEnd + 1 >= text.length()
        || text.charAt(contentEnd + 1) != '='
        || encoding != 'B' && encoding != 'Q') {
      return null;
    }
    String name = text.substring(from + 2, charsetEnd);
    int language = name.indexOf('*'); // RFC 2231 §5
    Charset charset = charset(language < 0 ? name : name.substring(0, language));
    String content = text.substring(charsetEnd + 3, contentEnd);
    byte[] bytes = encoding == 'B' ? base64(content) : quoted(content);
    return charset == null || bytes == null ? null : new Word(charset, bytes, contentEnd + 2);
  }

  /** The next question mark of the same word; an encoded word has no white space. */
  private static int mark(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '?') {
        return i;
      }
      if (c <= ' ' && c != ' ') {
        return -1;
      }
    }
    return -1;
  }

  /** The charset of that name, or null if this Java has none. */
  public static @Nullable Charset charset(String name) {
    String wanted = name.strip().toLowerCase(Locale.ROOT);
    try {
      return switch (wanted) {
        case "", "us-ascii", "ascii", "unknown-8bit", "x-unknown" -> StandardCharsets.ISO_8859_1;
        case "gb2312", "gbk" -> Charset.forName("GB18030"); // what senders mean is the superset
        case "ks_c_5601-1987" -> Charset.forName("x-windows-949");
        default -> Charset.forName(wanted);
      };
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }

  private static byte @Nullable [] base64(String content) {
    StringBuilder clean = new StringBuilder(content.length());
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c == '=') {
        break;
      }
      if (c > ' ') {
        clean.append(c);
      }
    }
    if (clean.length() % 4 == 1) {
      clean.setLength(clean.length() - 1);
    }
    try {
      return Base64.getDecoder().decode(clean.toString());
    } catch (IllegalArgumentException e) {
      return null; // not Base64: the word is shown as it stands
    }
  }

  private static byte[] quoted(String content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length());
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      int high = c == '=' && i + 2 < content.length() ? hex(content.charAt(i + 1)) : -1;
      int low = high < 0 ? -1 : hex(content.charAt(i + 2));
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.writeBytes((c == '_' ? " " : String.valueOf(c)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
