package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Library functions whose result is known when their arguments are constants. */
final class Calls {
  /** Between the pieces of an array, which is kept as one text. */
  private static final char PIECE_END = '\u0001';

  private Calls() {}

  /**
   * @param receiver the text on which a method is called, if it is one
   * @return null if the function is not known or the arguments do not fit
   */
  static @Nullable Token evaluate(String name, @Nullable Token receiver, List<Token> arguments) {
    if (receiver != null) {
      return method(name, receiver, arguments);
    }
    if (arguments.isEmpty()) {
      return null;
    }
    Token first = arguments.get(0);
    if (first.kind() == Token.Kind.NUMBER) {
      return ofNumbers(name, arguments);
    }
    String text = first.text();
    boolean decoded = first.kind() == Token.Kind.DECODED;
    return switch (name) {
      case "strreverse" -> Folder.text(reversed(text), true);
      case "replace" -> replace(text, arguments, 1);
      case "lcase",
          "ucase",
          "trim",
          "ltrim",
          "rtrim",
          "cstr",
          "tostring",
          "getstring",
          "getbytes" ->
          arguments.size() == 1 ? Folder.text(text, decoded) : null;
      case "unescape", "decodeuri", "decodeuricomponent", "urldecode" ->
          Folder.text(unescape(text), true);
      case "frombase64string" -> base64(text);
      case "concat" -> concat(arguments);
      case "array" -> array(arguments);
      case "split" -> split(text, arguments);
      case "join" -> joined(first, arguments);
      case "mid", "left", "right" -> part(name, text, arguments);
      case "cint", "clng", "chr", "chrw" -> numeric(name, text);
      default -> null;
    };
  }

  /** {@code Array("a", "b")}: two pieces or more, all of them text. */
  private static @Nullable Token array(List<Token> arguments) {
    StringBuilder pieces = new StringBuilder();
    for (Token argument : arguments) {
      if (!argument.isText() || argument.text().indexOf(PIECE_END) >= 0) {
        return null;
      }
      pieces.append(argument.text()).append(PIECE_END);
    }
    return arguments.size() < 2 ? null : Folder.text(pieces.toString(), false);
  }

  private static @Nullable Token split(String text, List<Token> arguments) {
    String separator = arguments.size() > 1 ? arguments.get(1).text() : " ";
    if (separator.isEmpty() || !text.contains(separator) || text.indexOf(PIECE_END) >= 0) {
      return null;
    }
    return Folder.text(text.replace(separator, String.valueOf(PIECE_END)) + PIECE_END, false);
  }

  private static @Nullable Token joined(Token pieces, List<Token> arguments) {
    String text = pieces.text();
    if (text.isEmpty() || text.charAt(text.length() - 1) != PIECE_END) {
      return null;
    }
    String separator = arguments.size() > 1 ? arguments.get(1).text() : " ";
    String whole = text.substring(0, text.length() - 1);
    return Folder.text(whole.replace(String.valueOf(PIECE_END), separator), true);
  }

  /** The piece of that number, from 0; null if the text is no array or has not so many. */
  static @Nullable Token piece(Token pieces, long index) {
    String text = pieces.text();
    if (text.isEmpty() || text.charAt(text.length() - 1) != PIECE_END) {
      return null;
    }
    int from = 0;
    int end = text.indexOf(PIECE_END);
    for (long i = 0; i < index && end >= 0; i++) {
      from = end + 1;
      end = text.indexOf(PIECE_END, from);
    }
    return index < 0 || end < 0 ? null : Folder.text(text.substring(from, end), true);
  }

  private static @Nullable Token ofNumbers(String name, List<Token> arguments) {
    boolean single = arguments.size() == 1;
    return switch (name) {
      case "chr", "chrw", "chrb", "tochar" ->
          single ? character(Folder.value(arguments.get(0))) : null;
      case "fromcharcode" -> characters(arguments);
      case "cint", "clng", "cbyte", "int", "abs" -> single ? arguments.get(0) : null;
      default -> null;
    };
  }

  private static @Nullable Token characters(List<Token> codes) {
    StringBuilder text = new StringBuilder();
    for (Token code : codes) {
      Token character = character(Folder.value(code));
      if (character == null) {
        return null;
      }
      text.append(character.text());
    }
    return Folder.text(text.toString(), true);
  }

  private static @Nullable Token numeric(String name, String text) {
    long value = Folder.value(new Token(Token.Kind.NUMBER, text.strip()));
    if (value < 0) {
      return null;
    }
    return name.startsWith("chr") ? character(value) : Folder.number(value);
  }

  private static @Nullable Token method(String name, Token receiver, List<Token> arguments) {
    String text = receiver.text();
    return switch (name) {
      case "replace" -> replace(text, arguments, 0);
      case "tostring", "trim", "tolower", "toupper", "tolowercase", "touppercase" ->
          arguments.isEmpty() ? receiver : null;
      default -> null;
    };
  }

  /** A character; hiding a letter behind its number is what counts as decoded, a quote is not. */
  static @Nullable Token character(long code) {
    if (code < 0 || code > 0xFFFF) {
      return null;
    }
    boolean letter = code < 128 && Character.isLetterOrDigit((int) code);
    return Folder.text(String.valueOf((char) code), letter);
  }

  private static @Nullable Token replace(String text, List<Token> arguments, int from) {
    if (arguments.size() < from + 2 || !arguments.get(from + 1).isText()) {
      return null;
    }
    String what = arguments.get(from).text();
    String with = arguments.get(from + 1).text();
    if (what.isEmpty()) {
      return null;
    }
    int growth = Math.max(1, with.length() / what.length());
    if ((long) text.length() * growth > Folder.MAX_TEXT_CHARS) {
      return null;
    }
    String result = text.replace(what, with);
    return Folder.text(result, !result.equals(text));
  }

  private static Token concat(List<Token> arguments) {
    StringBuilder text = new StringBuilder();
    boolean decoded = false;
    for (Token argument : arguments) {
      decoded |= argument.kind() == Token.Kind.DECODED;
      if (text.length() + argument.text().length() <= Folder.MAX_TEXT_CHARS) {
        text.append(argument.text());
      }
    }
    return Folder.text(text.toString(), decoded);
  }

  private static @Nullable Token part(String name, String text, List<Token> arguments) {
    if (arguments.size() < 2) {
      return null;
    }
    int first = (int) Math.clamp(Folder.value(arguments.get(1)), 0L, (long) text.length());
    return switch (name) {
      case "left" -> Folder.text(text.substring(0, first), false);
      case "right" -> Folder.text(text.substring(text.length() - first), false);
      default -> {
        int start = Math.max(0, first - 1);
        long count = arguments.size() > 2 ? Folder.value(arguments.get(2)) : text.length();
        int end = (int) Math.clamp(start + count, (long) start, (long) text.length());
        yield Folder.text(text.substring(start, end), false);
      }
    };
  }

  static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  /** {@code %XX} and {@code %uXXXX}. */
  static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        boolean wide = text.charAt(i + 1) == 'u' || text.charAt(i + 1) == 'U';
        int from = i + (wide ? 2 : 1);
        int to = from + (wide ? 4 : 2);
        int value = to <= text.length() ? hex(text, from, to) : -1;
        if (value >= 0) {
          plain.append((char) value);
          i = to;
          continue;
        }
      }
      plain.append(c);
      i++;
    }
    return plain.toString();
  }

  private static int hex(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /** Null if it is not base64. */
  static @Nullable Token base64(String text) {
    StringBuilder digits = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c != '=') {
        boolean digit = c < 128 && (Character.isLetterOrDigit(c) || c == '+' || c == '/');
        if (!digit) {
          return null;
        }
        digits.append(c);
      }
    }
    if (digits.length() % 4 == 1) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(digits.toString());
      return Folder.text(readable(bytes), true);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static String readable(byte[] bytes) {
    if (bytes.length >= 4 && bytes[1] == 0 && bytes[3] == 0) {
      return new String(bytes, StandardCharsets.UTF_16LE);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
