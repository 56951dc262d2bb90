package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A macro-string (RFC 7208 §7): literal text and macros to expand.
 *
 * @param parts in order
 */
record SpfMacroString(List<Part> parts) {

  /** The value of a macro letter, given in lower case, before transformation. */
  interface Values {
    String value(char letter) throws SpfFailure;
  }

  sealed interface Part {}

  record Literal(String text) implements Part {}

  /**
   * @param letter in lower case
   * @param escaped whether the letter was upper case: the value is URL-escaped
   * @param keep how many right-hand parts are kept; 0 for all
   */
  record Macro(char letter, boolean escaped, int keep, boolean reverse, String delimiters)
      implements Part {}

  private static final Pattern MACRO =
      Pattern.compile("%\\{([A-Za-z])([0-9]{0,3})([rR]?)([-.+,/_=]*)\\}");
  private static final Pattern TOP_LABEL =
      Pattern.compile(
          ".*\\.([A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])\\.?",
          Pattern.DOTALL);
  private static final String LETTERS = "slodiphv";
  private static final String EXPLANATION_LETTERS = LETTERS + "crt";

  SpfMacroString {
    parts = List.copyOf(parts);
  }

  /** RFC 7208 §7.1 domain-spec: ends in a macro or in a top-level label. */
  static SpfMacroString domainSpec(String text) throws SpfFailure {
    SpfMacroString parsed = parse(text, false);
    boolean endsInMacro =
        !parsed.parts.isEmpty() && parsed.parts.getLast() instanceof Macro && text.endsWith("}");
    if (!endsInMacro && !TOP_LABEL.matcher(text).matches()) {
      throw SpfFailure.permanent("not a domain: " + text);
    }
    return parsed;
  }

  /**
   * RFC 7208 §7.1.
   *
   * @param explanation whether this is the text of an explanation, which may have spaces and the
   *     letters c, r and t
   */
  static SpfMacroString parse(String text, boolean explanation) throws SpfFailure {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    Matcher macro = MACRO.matcher(text);
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '%') {
        if (c < 0x21 ? !(explanation && c == ' ') : c > 0x7e) {
          throw SpfFailure.permanent("a character that is not allowed");
        }
        literal.append(c);
        at++;
        continue;
      }
      if (macro.region(at, text.length()).lookingAt()) {
        parts.add(new Literal(literal.toString()));
        literal.setLength(0);
        parts.add(macro(macro, explanation));
        at = macro.end();
        continue;
      }
      literal.append(escape(text, at));
      at += 2;
    }
    parts.add(new Literal(literal.toString()));
    parts.removeIf(part -> part instanceof Literal(String empty) && empty.isEmpty());
    return new SpfMacroString(parts);
  }

  private static String escape(String text, int at) throws SpfFailure {
    char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    return switch (next) {
      case '%' -> "%";
      case '_' -> " ";
      case '-' -> "%20";
      default -> throw SpfFailure.permanent("a macro that is not one");
    };
  }

  private static Macro macro(Matcher macro, boolean explanation) throws SpfFailure {
    char written = macro.group(1).charAt(0);
    char letter = Character.toLowerCase(written);
    if ((explanation ? EXPLANATION_LETTERS : LETTERS).indexOf(letter) < 0) {
      throw SpfFailure.permanent("no such macro: " + written);
    }
    String digits = macro.group(2);
    int keep = digits.isEmpty() ? 0 : Integer.parseInt(digits);
    if (!digits.isEmpty() && keep == 0) {
      throw SpfFailure.permanent("a macro that keeps nothing");
    }
    String delimiters = macro.group(4).isEmpty() ? "." : macro.group(4);
    return new Macro(letter, written != letter, keep, !macro.group(3).isEmpty(), delimiters);
  }

  String expand(Values values) throws SpfFailure {
    StringBuilder expanded = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Literal(String text) -> expanded.append(text);
        case Macro macro -> expanded.append(expand(macro, values.value(macro.letter())));
      }
    }
    return expanded.toString();
  }

  private static String expand(Macro macro, String value) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (macro.delimiters().indexOf(c) >= 0) {
        pieces.add(piece.toString());
        piece.setLength(0);
      } else {
        piece.append(c);
      }
    }
    pieces.add(piece.toString());
    if (macro.reverse()) {
      Collections.reverse(pieces);
    }
    int from = macro.keep() == 0 ? 0 : Math.max(0, pieces.size() - macro.keep());
    String joined = String.join(".", pieces.subList(from, pieces.size()));
    return macro.escaped() ? urlEscape(joined) : joined;
  }

  private static String urlEscape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          c < 0x80
              && (Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~');
      if (unreserved) {
        escaped.append(c);
      } else {
        escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return escaped.toString();
  }
}
