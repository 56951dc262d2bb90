package org.wachtpost.inspect.webshell;

/** The form of what stands between the sign of a directive and the end of its block. */
final class Directive {
  private final byte[] octets;
  private final int to;

  private Directive(byte[] octets, int to) {
    this.octets = octets;
    this.to = to;
  }

  /**
   * Whether there is nothing but names of letters, digits, {@code _} and {@code :}, each with a
   * value or without: what else a block holds, the server runs. Values are in quotes of either kind
   * or bare.
   *
   * @param from first octet behind the sign
   * @param to end of the block
   */
  static boolean isOne(byte[] octets, int from, int to) {
    Directive directive = new Directive(octets, to);
    int i = directive.afterSpaces(from);
    while (i >= 0 && i < to) {
      i = directive.afterAttribute(i);
    }
    return i >= 0;
  }

  /** The place behind a name, its value and spaces; -1 if it is none. */
  private int afterAttribute(int name) {
    int i = name;
    while (i < to && (isWord(octets[i]) || octets[i] == ':' && i > name)) {
      i++;
    }
    if (i == name) {
      return -1;
    }
    i = afterSpaces(i);
    if (i < to && octets[i] == '=') {
      i = afterValue(afterSpaces(i + 1));
    }
    return i < 0 ? -1 : afterSpaces(i);
  }

  private static boolean isWord(byte c) {
    boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    return letter || c >= '0' && c <= '9' || c == '_';
  }

  private static boolean isSpace(byte c) {
    return c >= 0 && c <= ' ';
  }

  private int afterSpaces(int from) {
    int i = from;
    while (i < to && isSpace(octets[i])) {
      i++;
    }
    return i;
  }

  /** The place behind a value; -1 if its quote is not closed. */
  private int afterValue(int from) {
    byte quote = from < to ? octets[from] : (byte) ' ';
    if (quote == '"' || quote == '\'') {
      int close = Octets.indexOf(octets, quote, from + 1, to);
      return close < to ? close + 1 : -1;
    }
    int i = from;
    while (i < to && isBare(octets[i])) {
      i++;
    }
    return i;
  }

  private static boolean isBare(byte c) {
    return !isSpace(c) && c != '"' && c != '\'' && c != '%' && c != '>';
  }
}
