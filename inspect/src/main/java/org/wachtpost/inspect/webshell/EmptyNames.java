package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names that nothing is ever given to. Basic takes them for empty text, so that {@code "Wsc" & q &
 * "ript"} is one word.
 */
final class EmptyNames {
  /** What may be a piece of a name or a path. */
  private static final Pattern PIECE = Pattern.compile("[\\w.:\\\\-]{1,40}");

  private final List<Token> tokens;

  private EmptyNames(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The tokens without such names between two pieces of a word. */
  static List<Token> leftOut(List<Token> tokens) {
    EmptyNames names = new EmptyNames(tokens);
    Set<String> empty = names.between();
    if (empty.isEmpty()) {
      return tokens;
    }
    names.keepEmpty(empty);
    List<Token> out = new ArrayList<>(tokens.size());
    int i = 0;
    while (i < tokens.size()) {
      if (empty.contains(tokens.get(i).text()) && names.isBetween(i)) {
        i += 2; // the sign behind it goes too, the sign before it joins
      } else {
        out.add(tokens.get(i));
        i++;
      }
    }
    return out;
  }

  /** The names that stand at least once between two pieces. */
  private Set<String> between() {
    Set<String> found = new HashSet<>();
    for (int i = 2; i + 2 < tokens.size(); i++) {
      if (isBetween(i)) {
        found.add(tokens.get(i).text());
      }
    }
    return found;
  }

  private boolean isBetween(int i) {
    return i > 1
        && i + 2 < tokens.size()
        && tokens.get(i).kind() == Token.Kind.NAME
        && tokens.get(i - 1).isSymbol('&')
        && tokens.get(i + 1).isSymbol('&')
        && isPiece(tokens.get(i - 2))
        && isPiece(tokens.get(i + 2));
  }

  private static boolean isPiece(Token token) {
    return token.isText() && PIECE.matcher(token.text()).matches();
  }

  /** {@code Dim q = "x"}: what is declared in this statement holds something. */
  private boolean gives(int from) {
    int i = from;
    while (i < tokens.size() && tokens.get(i).kind() != Token.Kind.END) {
      if (tokens.get(i).isSymbol('=')) {
        return true;
      }
      i++;
    }
    return false;
  }

  /** Takes out the names that stand elsewhere too, but for their declaration. */
  private void keepEmpty(Set<String> names) {
    boolean starts = true;
    boolean declares = false;
    for (int i = 0; i < tokens.size() && !names.isEmpty(); i++) {
      Token token = tokens.get(i);
      declares = starts ? token.isName("dim") && !gives(i) : declares;
      starts = token.kind() == Token.Kind.END;
      if (token.kind() == Token.Kind.NAME && !declares && !isBetween(i)) {
        names.remove(token.text());
      }
    }
  }
}
