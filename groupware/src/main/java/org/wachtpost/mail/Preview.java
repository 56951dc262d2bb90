package org.wachtpost.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;

/** Makes the preview (RFC 8970 §3.1) of the first bytes of a text part. */
final class Preview {
  /** Longest preview, characters. */
  static final int CHARACTERS = 256;

  private Preview() {}

  /** From the encoded bytes of a part. */
  static String of(byte[] encoded, String encoding, String charsetName, boolean html) {
    Charset charset = EncodedWords.charset(charsetName);
    byte[] bytes = decode(encoded, encoding);
    String text = new String(bytes, charset == null ? StandardCharsets.UTF_8 : charset);
    return collapse(html ? withoutTags(text) : withoutQuotes(text));
  }

  private static byte[] decode(byte[] encoded, String encoding) {
    InputStream raw = new ByteArrayInputStream(encoded);
    try (InputStream in =
        switch (encoding.toLowerCase(Locale.ROOT)) {
          case "base64" -> new Base64InputStream(raw, DecodeMonitor.SILENT);
          case "quoted-printable" -> new QuotedPrintableInputStream(raw, DecodeMonitor.SILENT);
          default -> raw;
        }) {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[0]; // it cannot be decoded: there is nothing to show
    }
  }

  /** Without quoted lines, unless there are no others. */
  private static String withoutQuotes(String text) {
    if (!text.startsWith(">") && !text.contains("\n>")) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\n")) {
      if (!line.startsWith(">")) {
        out.append(line).append('\n');
      }
    }
    return out.toString().isBlank() ? text : out.toString();
  }

  /** Text outside of tags, comments, styles and scripts; an open tag at the end is left out. */
  private static String withoutTags(String html) {
    StringBuilder out = new StringBuilder();
    String lower = html.toLowerCase(Locale.ROOT);
    int at = 0;
    while (at < html.length()) {
      char c = html.charAt(at);
      if (c == '<') {
        at = behindTag(lower, at);
        out.append(' ');
      } else if (c == '&') {
        at = entity(html, at, out);
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static int behindTag(String lower, int from) {
    for (String hidden : new String[] {"style", "script", "head", "title"}) {
      if (lower.startsWith(hidden, from + 1)) {
        return behind(lower, "</" + hidden + ">", from);
      }
    }
    return lower.startsWith("<!--", from) ? behind(lower, "-->", from) : behind(lower, ">", from);
  }

  private static int behind(String text, String mark, int from) {
    int at = text.indexOf(mark, from);
    return at < 0 ? text.length() : at + mark.length();
  }

  private static int entity(String html, int from, StringBuilder out) {
    int end = html.indexOf(';', from);
    if (end < 0 || end - from > 8) {
      out.append('&');
      return from + 1;
    }
    String name = html.substring(from + 1, end);
    switch (name) {
      case "amp" -> out.append('&');
      case "lt" -> out.append('<');
      case "gt" -> out.append('>');
      case "quot" -> out.append('"');
      case "apos" -> out.append('\'');
      case "nbsp", "zwnj", "shy" -> out.append(' ');
      default -> out.append(numeric(name));
    }
    return end + 1;
  }

  private static String numeric(String name) {
    try {
      int codePoint =
          name.startsWith("#x") || name.startsWith("#X")
              ? Integer.parseInt(name.substring(2), 16)
              : name.startsWith("#") ? Integer.parseInt(name.substring(1)) : -1;
      return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : " ";
    } catch (NumberFormatException e) {
      return " "; // &#xyz; is no character
    }
  }

  private static String collapse(String text) {
    StringBuilder out = new StringBuilder(CHARACTERS);
    boolean space = false;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isSpace(c)) {
        space = !out.isEmpty();
      } else if (isShown(c)) {
        int needed = Character.charCount(c) + (space ? 1 : 0);
        if (out.length() + needed > CHARACTERS) {
          break;
        }
        if (space) {
          out.append(' ');
          space = false;
        }
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  private static boolean isSpace(int c) {
    if (c > ' ' && c < 0x7f) {
      return false; // most are
    }
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isShown(int c) {
    if (c > ' ' && c < 0x7f) {
      return true; // most are
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
      default -> c != 0xfffd;
    };
  }
}
