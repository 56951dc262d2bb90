package org.wachtpost.inspect.webshell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a condition comes to whatever the client sends: literals, put together by the signs and
 * words of logic and comparison. Anything else in it leaves it open, unless the rest decides.
 */
final class Condition {
  /** Parentheses nested deeper, or more signs than this, leave it open. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_TOKENS = 500;

  private final List<Token> tokens;
  private final int to;
  private int at;

  private Condition(List<Token> tokens, int from, int to) {
    this.tokens = tokens;
    this.at = from;
    this.to = to;
  }

  /** Whether the tokens from {@code from} up to {@code to} never hold. */
  static boolean isNever(List<Token> tokens, int from, int to) {
    return Boolean.FALSE.equals(value(tokens, from, to));
  }

  /** Whether the tokens from {@code from} up to {@code to} always hold. */
  static boolean isAlways(List<Token> tokens, int from, int to) {
    return Boolean.TRUE.equals(value(tokens, from, to));
  }

  private static @Nullable Boolean value(List<Token> tokens, int from, int to) {
    return to - from > MAX_TOKENS ? null : truth(new Condition(tokens, from, to).either(0));
  }

  private static @Nullable Boolean truth(@Nullable Object value) {
    return switch (value) {
      case Boolean b -> b;
      case Long number -> number != 0;
      case null, default -> null;
    };
  }

  private @Nullable Object either(int depth) {
    Object left = both(depth);
    while (skipsAnyOf("or", "orelse", '|')) {
      left = joined(truth(left), truth(both(depth)), Boolean.TRUE);
    }
    return left;
  }

  private @Nullable Object both(int depth) {
    Object left = comparison(depth);
    while (skipsAnyOf("and", "andalso", '&')) {
      left = joined(truth(left), truth(comparison(depth)), Boolean.FALSE);
    }
    return left;
  }

  /** What one side alone decides by being that, or else both together; null if it is open. */
  private static @Nullable Boolean joined(
      @Nullable Boolean one, @Nullable Boolean other, Boolean deciding) {
    if (deciding.equals(one) || deciding.equals(other)) {
      return deciding;
    }
    return one == null || other == null ? null : !deciding;
  }

  private boolean skipsAnyOf(String word, String other, char sign) {
    boolean found = false;
    while (at < to
        && (isSign(sign) || tokens.get(at).isName(word) || tokens.get(at).isName(other))) {
      found = true;
      at++;
    }
    return found;
  }

  private @Nullable Object comparison(int depth) {
    Object left = primary(depth);
    StringBuilder signs = new StringBuilder();
    while (at < to && (isSign('=') || isSign('<') || isSign('>') || isSign('!'))) {
      signs.append(tokens.get(at).text());
      at++;
    }
    if (signs.isEmpty()) {
      return left;
    }
    return compared(left, signs.toString(), primary(depth));
  }

  private static @Nullable Boolean compared(@Nullable Object a, String signs, @Nullable Object b) {
    if (a == null || b == null || a.getClass() != b.getClass()) {
      return null;
    }
    if (!(a instanceof Long one) || !(b instanceof Long other)) {
      boolean equal = signs.startsWith("=");
      boolean differ = signs.startsWith("!") || signs.equals("<>");
      return equal ? Boolean.valueOf(a.equals(b)) : differ ? Boolean.valueOf(!a.equals(b)) : null;
    }
    int order = Long.compare(one, other);
    return switch (signs) {
      case "=", "==", "===" -> order == 0;
      case "<>", "!=", "!==" -> order != 0;
      case "<" -> order < 0;
      case "<=", "=<" -> order <= 0;
      case ">" -> order > 0;
      case ">=", "=>" -> order >= 0;
      default -> null;
    };
  }

  private @Nullable Object primary(int depth) {
    if (at >= to || depth > MAX_DEPTH) {
      at = to;
      return null;
    }
    Token token = tokens.get(at);
    if (token.isName("not") || token.isSymbol('!')) {
      at++;
      boolean word = token.isName("not");
      Boolean turned = truth(word ? comparison(depth + 1) : primary(depth + 1));
      return turned == null ? null : Boolean.valueOf(!turned);
    }
    Object value = null;
    if (token.isSymbol('(')) {
      at++;
      value = either(depth + 1);
      skipTo(')');
    } else if (token.kind() == Token.Kind.NUMBER) {
      boolean whole = token.text().chars().allMatch(Character::isDigit);
      value = whole ? Long.valueOf(Folder.value(token)) : null;
    } else if (token.isText()) {
      value = token.text();
    } else if (token.isName("true") || token.isName("false")) {
      value = token.isName("true");
    }
    at++;
    return isOperand() ? rest() : value;
  }

  /** Whether what stands here belongs to the value before it: it is called, added to, a member. */
  private boolean isOperand() {
    if (at >= to) {
      return false;
    }
    Token token = tokens.get(at);
    return token.kind() == Token.Kind.SYMBOL
        ? "=<>!|&)".indexOf(token.text().charAt(0)) < 0
        : !token.isName("or")
            && !token.isName("orelse")
            && !token.isName("and")
            && !token.isName("andalso");
  }

  /** Goes behind a value that is not known. */
  private @Nullable Object rest() {
    while (isOperand()) {
      if (isSign('(')) {
        skipTo(')');
      }
      at++;
    }
    return null;
  }

  /** Goes to the parenthesis that closes the one which is open here or was before. */
  private void skipTo(char close) {
    int depth = isSign('(') ? 0 : 1;
    while (at < to) {
      depth += isSign('(') ? 1 : isSign(close) ? -1 : 0;
      if (depth == 0) {
        return;
      }
      at++;
    }
  }

  private boolean isSign(char sign) {
    return at < to && tokens.get(at).isSymbol(sign);
  }
}
