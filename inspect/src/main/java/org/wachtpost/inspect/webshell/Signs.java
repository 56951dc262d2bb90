package org.wachtpost.inspect.webshell;

import java.util.List;

/** Signs among the tokens of a page. */
final class Signs {
  private final List<Token> tokens;

  Signs(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Whether a sign stands at a place, which may lie outside. */
  boolean at(int i, char sign) {
    return i >= 0 && i < tokens.size() && tokens.get(i).isSymbol(sign);
  }

  /**
   * The place before {@code to} of what closes the parenthesis at {@code open}; -1 if none does.
   */
  int closing(int open, int to) {
    int depth = 0;
    for (int i = open; i < to; i++) {
      depth += at(i, '(') ? 1 : at(i, ')') ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
