package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds code inside literals: plain in the argument of something that runs it, or disguised. */
final class Unpacker {
  /** A literal shorter than this holds no code worth unpacking. */
  private static final int MIN_CHARS = 10;

  /** A literal longer than this is judged by its first part only. */
  private static final int MAX_CHARS = 512 << 10;

  /** How a statement for a database holds a text that starts a block of a page. */
  private static final String PAGE_IN_HEX = "0x3c25";

  /** Arguments before the one that is code. */
  private static final int MAX_ARGUMENTS = 4;

  private static final List<String> GIVE_AWAYS =
      List.of(
          "request",
          "execute",
          "eval(",
          "eval ",
          "createobject",
          "process.start",
          "assembly.load",
          "processstartinfo",
          "wscript.shell");

  private Unpacker() {}

  static List<String> hiddenCode(List<Token> tokens) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isText() && token.text().length() >= MIN_CHARS) {
        String text = token.text();
        unpack(
            text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text,
            found,
            run(tokens, i) || token.kind() == Token.Kind.DECODED);
      }
    }
    return found;
  }

  /** Whether the literal stands right behind something that runs text. */
  private static boolean run(List<Token> tokens, int i) {
    int at = i - 1;
    for (int k = 0; k < MAX_ARGUMENTS && at > 1 && tokens.get(at).isSymbol(','); k++) {
      at -= 2; // new Function("a", "code")
    }
    while (at >= 0 && tokens.get(at).isSymbol('(')) {
      at--;
    }
    if (at < 0 || tokens.get(at).kind() != Token.Kind.NAME) {
      return false;
    }
    return switch (tokens.get(at).text()) {
      case "execute", "executeglobal", "eval", "executestatement", "addcode", "execscript" -> true;
      case "function" -> at > 0 && tokens.get(at - 1).isName("new");
      default -> false;
    };
  }

  private static void unpack(String text, List<String> found, boolean plain) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (plain && givesAway(lower)) {
      found.add(text);
    }
    if (!plain && (lower.contains("msxsl:script") || lower.contains("<%"))) {
      found.add(text);
    }
    String reversed = Calls.reversed(text);
    if (lower.contains("tseuqer") || lower.contains("tcejboetaerc") || lower.contains("lave")) {
      found.add(reversed);
    }
    if (text.length() >= 16 && text.indexOf(' ') < 0) {
      Token decoded = Calls.base64(text);
      if (decoded != null && givesAway(decoded.text().toLowerCase(Locale.ROOT))) {
        found.add(decoded.text());
      }
      String hex = hex(text);
      if (givesAway(hex.toLowerCase(Locale.ROOT))) {
        found.add(hex);
      }
    }
    String marked = marked(text);
    if (givesAway(marked.toLowerCase(Locale.ROOT))) {
      found.add(marked);
    }
    int page = lower.indexOf(PAGE_IN_HEX);
    if (page >= 0) {
      found.add(hex(digits(text, page + 2)));
    }
    if (text.indexOf('%') >= 0) {
      String unescaped = Calls.unescape(text);
      if (!unescaped.equals(text) && givesAway(unescaped.toLowerCase(Locale.ROOT))) {
        found.add(unescaped);
      }
    }
  }

  private static boolean givesAway(String lower) {
    for (String word : GIVE_AWAYS) {
      if (lower.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** {@code H65H76H61}: a mark before each pair of digits; empty if the text is built otherwise. */
  private static String marked(String text) {
    char mark = text.charAt(0);
    if (text.length() < 3 * MIN_CHARS || Character.digit(mark, 16) >= 0) {
      return "";
    }
    StringBuilder plain = new StringBuilder(text.length() / 3);
    for (int i = 0; i + 2 < text.length(); i += 3) {
      int high = Character.digit(text.charAt(i + 1), 16);
      int low = Character.digit(text.charAt(i + 2), 16);
      if (text.charAt(i) != mark || high < 0 || low < 0) {
        return "";
      }
      plain.append((char) (high * 16 + low));
    }
    return plain.toString();
  }

  /** The pairs of hexadecimal digits from a place on. */
  private static String digits(String text, int from) {
    int to = from;
    while (to < text.length() && Character.digit(text.charAt(to), 16) >= 0) {
      to++;
    }
    return text.substring(from, to - (to - from) % 2);
  }

  /** Pairs of hexadecimal digits as text; empty if the text is not only such pairs. */
  private static String hex(String text) {
    if (text.length() % 2 != 0) {
      return "";
    }
    StringBuilder plain = new StringBuilder(text.length() / 2);
    for (int i = 0; i < text.length(); i += 2) {
      int high = Character.digit(text.charAt(i), 16);
      int low = Character.digit(text.charAt(i + 1), 16);
      if (high < 0 || low < 0) {
        return "";
      }
      plain.append((char) (high * 16 + low));
    }
    return plain.toString();
  }
}
