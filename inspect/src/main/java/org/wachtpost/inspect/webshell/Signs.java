package org.wachtpost.inspect.webshell;

import java.util.List;

/** Signs among the tokens of a page. */
final class Signs {
  private Signs() {}

  /** Whether a sign stands at a place, which may lie outside. */
  static boolean isAt(List<Token> tokens, int i, char sign) {
    return i >= 0 && i < tokens.size() && tokens.get(i).isSymbol(sign);
  }

  /** The place up to {@code to} of what closes the parenthesis at {@code open}; -1 if none does. */
  static int closing(List<Token> tokens, int open, int to) {
    int depth = 0;
    for (int i = open; i < to; i++) {
      depth += isAt(tokens, i, '(') ? 1 : isAt(tokens, i, ')') ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
