package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a page puts a path below the site in one branch of a condition and takes it as it is in the
 * other: {@code If a Then p = MapPath(b) Else p = b}.
 */
final class Branches {
  /** A branch is gone through so far. */
  private static final int MAX_STATEMENTS = 12;

  /** A longer statement only puts a path together that is the page's. */
  private static final int MAX_TOKENS = 40;

  /** A name that is given a value by the statement that starts at a token. */
  private record Given(String name, int from, boolean maps) {}

  private final List<Token> tokens;
  private final Signs signs;
  private final List<int[]> statements;
  private final Set<Integer> asItIs = new HashSet<>();

  /**
   * @param statements first token and the one behind the last of each statement
   */
  Branches(List<Token> tokens, List<int[]> statements) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.statements = statements;
    for (int s = 1; s < statements.size(); s++) {
      // In one line of Basic it stands behind the statement before it.
      if (first(s).isName("else") || tokens.get(statements.get(s - 1)[1] - 1).isName("else")) {
        otherwise(s);
      }
    }
  }

  /** Whether the statement that starts at a token gives a name what the other branch maps. */
  boolean takeAsItIs(int token) {
    return asItIs.contains(token);
  }

  private void otherwise(int s) {
    for (int k = s - 1; k >= Math.max(0, s - MAX_STATEMENTS); k--) {
      Given one = given(k);
      Given other = one == null ? null : inElse(s, one.name());
      if (one != null && other != null && one.maps() != other.maps()) {
        asItIs.add(one.maps() ? other.from() : one.from());
        return;
      }
      if (first(k).text().endsWith("if")) {
        return;
      }
    }
  }

  private @Nullable Given inElse(int s, String name) {
    for (int k = s; k < Math.min(statements.size(), s + MAX_STATEMENTS); k++) {
      boolean ends = first(k).isName("end") || signs.at(statements.get(k)[0], '}');
      if (ends || k > s && first(k).isName("else")) {
        return null;
      }
      Given given = given(k);
      if (given != null && given.name().equals(name)) {
        return given;
      }
    }
    return null;
  }

  /** {@code name = …}, behind {@code else} or {@code if (…)} too. */
  private @Nullable Given given(int s) {
    int from = statements.get(s)[0];
    int to = statements.get(s)[1];
    if (to - from > MAX_TOKENS) {
      return null;
    }
    if (tokens.get(from).isName("else")) {
      from++;
    } else if (tokens.get(from).isName("if") && signs.at(from + 1, '(')) {
      int close = signs.closing(from + 1, to);
      if (close < 0) {
        return null;
      }
      from = close + 1;
    }
    boolean assigns = from + 2 < to && signs.at(from + 1, '=') && !signs.at(from + 2, '=');
    if (!assigns || tokens.get(from).kind() != Token.Kind.NAME) {
      return null;
    }
    boolean maps = false;
    for (int i = from + 2; i < to; i++) {
      maps |= tokens.get(i).isName("mappath");
    }
    return new Given(tokens.get(from).text(), from, maps);
  }

  private Token first(int s) {
    return tokens.get(statements.get(s)[0]);
  }
}
