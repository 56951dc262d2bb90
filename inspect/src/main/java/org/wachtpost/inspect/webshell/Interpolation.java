package org.wachtpost.inspect.webshell;

/** The code in the holes of {@code $"text {code} text"}. */
final class Interpolation {
  /** Longer ones are taken for text. */
  private static final int MAX_HOLE_CHARS = 300;

  private Interpolation() {}

  /** Where the brace at a place is closed, or -1 if it opens no hole. */
  static int end(String code, int open) {
    int depth = 0;
    int to = Math.min(code.length(), open + MAX_HOLE_CHARS);
    for (int i = open; i < to; i++) {
      char c = code.charAt(i);
      if (c == '\n') {
        return -1;
      }
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** What stands between two braces, without its width and format. */
  static String code(String code, int open, int close, boolean doubled) {
    String inner = code.substring(open + 1, close);
    int end = format(inner);
    String plain = inner.substring(0, end);
    return doubled ? plain.replace("\"\"", "\"") : plain;
  }

  /** Where {@code :format} starts; a colon of a condition stands in parentheses. */
  private static int format(String inner) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      quoted ^= c == '"';
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (c == ':' && depth == 0 && !quoted) {
        return i;
      }
    }
    return inner.length();
  }
}
