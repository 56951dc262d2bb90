package org.wachtpost.inspect.webshell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text that is written out as an array of its characters. */
final class Characters {
  /** Fewer characters are no word. */
  private static final int MIN_CHARS = 2;

  private Characters() {}

  /**
   * What stands in {@code string(new char[] {'a', 'b'})}, of which the last token closes the
   * parenthesis at {@code open}; null if it is something else.
   */
  static @Nullable Token joined(List<Token> tokens, int open) {
    int i = open + 1;
    int close = tokens.size() - 2;
    if (i >= close || !tokens.get(i).isName("new") || !tokens.get(close).isSymbol('}')) {
      return null;
    }
    i += tokens.get(i + 1).isName("char") ? 2 : 1;
    boolean array = i + 2 < close && tokens.get(i).isSymbol('[') && tokens.get(i + 1).isSymbol(']');
    if (!array || !tokens.get(i + 2).isSymbol('{')) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int k = i + 3; k < close; k += 2) {
      boolean character = tokens.get(k).isText() && tokens.get(k).text().length() == 1;
      if (!character || k + 1 < close && !tokens.get(k + 1).isSymbol(',')) {
        return null;
      }
      text.append(tokens.get(k).text());
    }
    return text.length() < MIN_CHARS ? null : new Token(Token.Kind.DECODED, text.toString());
  }
}
