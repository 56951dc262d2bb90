package org.wachtpost.inspect.webshell;

/** The form of what stands between the sign of a directive and the end of its block. */
final class Directive {
  private Directive() {}

  /**
   * Whether there is nothing but names, each with a value or without: what else a block holds, the
   * server runs. Values are in quotes of either kind or bare.
   */
  static boolean isOne(String body) {
    int i = afterSpaces(body, 0);
    while (i < body.length()) {
      int name = i;
      while (i < body.length() && isNameChar(body.charAt(i))) {
        i++;
      }
      if (i == name) {
        return false;
      }
      i = afterSpaces(body, i);
      if (i < body.length() && body.charAt(i) == '=') {
        i = afterValue(body, afterSpaces(body, i + 1));
      }
      if (i < 0) {
        return false;
      }
      i = afterSpaces(body, i);
    }
    return true;
  }

  private static boolean isNameChar(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == ':' || c == '-' || c == '.';
  }

  private static int afterSpaces(String body, int from) {
    int i = from;
    while (i < body.length() && (Character.isWhitespace(body.charAt(i)) || body.charAt(i) == 0)) {
      i++;
    }
    return i;
  }

  /** The place behind a value; -1 if its quote is not closed. */
  private static int afterValue(String body, int from) {
    char quote = from < body.length() ? body.charAt(from) : ' ';
    if (quote == '"' || quote == '\'') {
      int close = body.indexOf(quote, from + 1);
      return close < 0 ? -1 : close + 1;
    }
    int i = from;
    while (i < body.length() && isBare(body.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isBare(char c) {
    return !Character.isWhitespace(c) && c != '"' && c != '\'' && c != '%' && c != '>';
  }
}
