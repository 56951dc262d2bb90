package org.wachtpost.inspect.webshell;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Code that never runs: behind a condition that no value changes, or in a function that nothing
 * names. What makes a page look harmless does not count in it.
 */
final class DeadCode {
  /** Words and signs of a condition that are no names. */
  private static final Set<String> CONSTANT_WORDS = Set.of("true", "false", "not", "and", "or");

  /** Functions that the server calls of itself. */
  private static final Set<String> ENTRIES = Set.of("processrequest", "main", "new", "get", "set");

  /** Words before a function that somebody else calls. */
  private static final Set<String> CALLED_ELSEWHERE =
      Set.of("override", "overrides", "implements", "handles", "webmethod");

  /** The end of a block is looked for this far. */
  private static final int MAX_BLOCK_STATEMENTS = 1000;

  private final List<Token> tokens;
  private final List<int[]> statements;
  private final BitSet dead = new BitSet();

  /** How often each name stands anywhere, also in a literal. */
  private final Map<String, Integer> uses = new HashMap<>();

  /** How often each name is given something, as a function of Basic is that returns it. */
  private final Map<String, Integer> given = new HashMap<>();

  /**
   * @param statements first token and the one behind the last of each statement
   */
  DeadCode(List<Token> tokens, List<int[]> statements) {
    this.tokens = tokens;
    this.statements = statements;
    for (Token token : tokens) {
      if (token.kind() == Token.Kind.NAME || token.isText()) {
        uses.merge(token.text(), 1, Integer::sum);
      }
    }
    for (int[] statement : statements) {
      if (sign(statement[0] + 1, '=')) {
        given.merge(tokens.get(statement[0]).text(), 1, Integer::sum);
      }
    }
    for (int s = 0; s < statements.size(); s++) {
      if (!dead.get(statements.get(s)[0])) {
        statement(s);
      }
    }
  }

  /** Whether the token at a place never runs. */
  boolean holds(int i) {
    return dead.get(i);
  }

  private void statement(int s) {
    int from = statements.get(s)[0];
    int to = statements.get(s)[1];
    Token first = tokens.get(from);
    if (first.isName("if") || first.isName("elseif") || first.isName("while")) {
      condition(s, from, to);
    } else if (isBasicFunction(from, to)) {
      int name = isProcedure(from) ? from + 1 : from + 2;
      if (isUnused(name, from, to, true)) {
        dead.set(to, endOfProcedure(s));
      }
    } else if (opensBrace(s + 1) && tokens.get(to - 1).isSymbol(')')) {
      int name = bracedFunction(from, to);
      if (name > from && isUnused(name, from, to, false)) {
        dead.set(to, closingBrace(statements.get(s + 1)[0]));
      }
    }
  }

  private void condition(int s, int from, int to) {
    boolean braced = sign(from + 1, '(') && !tokens.get(to - 1).isName("then");
    int end = braced ? closing(from + 1, to) : to - 1;
    if (end >= to || !isNever(from + 1, end)) {
      return;
    }
    if (!braced) {
      dead.set(to, endOfBlock(s));
    } else if (end + 1 < to) {
      dead.set(end + 1, to);
    } else if (opensBrace(s + 1)) {
      dead.set(to, closingBrace(statements.get(s + 1)[0]));
    } else if (s + 1 < statements.size()) {
      dead.set(to, statements.get(s + 1)[1]);
    }
  }

  /** {@code false}, {@code 0}, {@code not true}, {@code 1 > 2}: no name is in it. */
  private boolean isNever(int from, int to) {
    boolean never = false;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME && !CONSTANT_WORDS.contains(token.text())) {
        return false;
      }
      boolean turned = i > from && (tokens.get(i - 1).isName("not") || sign(i - 1, '!'));
      never |= token.isName(turned ? "true" : "false");
      never |= token.text().equals("0") && to - from <= 3 && !compares(i + 1) && !compares(i - 1);
      never |= i > from && i + 1 < to && compares(i) && !holdsBetween(i);
      if (token.isName("or") || sign(i, '|')) {
        return false;
      }
    }
    return never;
  }

  private boolean compares(int i) {
    return sign(i, '=') || sign(i, '<') || sign(i, '>');
  }

  /** Whether what two literals are compared for is so; true where it cannot be told. */
  private boolean holdsBetween(int i) {
    int right = compares(i + 1) ? i + 2 : i + 1;
    if (compares(i - 1) || right >= tokens.size()) {
      return true;
    }
    Token one = tokens.get(i - 1);
    Token other = tokens.get(right);
    if (one.isText() && other.isText()) {
      return !sign(i, '=') || one.text().equals(other.text());
    }
    if (one.kind() != Token.Kind.NUMBER || other.kind() != Token.Kind.NUMBER) {
      return true;
    }
    long left = Folder.value(one);
    long value = Folder.value(other);
    boolean same = left == value;
    boolean orSame = right == i + 2 && sign(i + 1, '=');
    return switch (tokens.get(i).text().charAt(0)) {
      case '<' -> sign(i + 1, '>') ? !same : left < value || orSame && same;
      case '>' -> left > value || orSame && same;
      default -> same;
    };
  }

  private boolean isBasicFunction(int from, int to) {
    boolean ends = tokens.get(from).isName("end") || tokens.get(from).isName("exit");
    return !ends && to - from > 1 && (isProcedure(from) || to - from > 2 && isProcedure(from + 1));
  }

  /** The name before the parentheses of {@code bool Check(string n)}; -1 if it is none. */
  private int bracedFunction(int from, int to) {
    for (int i = from + 1; i + 1 < to; i++) {
      if (sign(i + 1, '(')) {
        boolean name = tokens.get(i).kind() == Token.Kind.NAME;
        boolean typed = tokens.get(i - 1).kind() == Token.Kind.NAME || sign(i - 1, ']');
        return name && typed && !tokens.get(from).isName("new") ? i : -1;
      }
    }
    return -1;
  }

  /** Whether nothing names a function but its declaration and, in Basic, what it returns. */
  private boolean isUnused(int name, int from, int to, boolean basic) {
    if (name < 0 || tokens.get(name).kind() != Token.Kind.NAME) {
      return false;
    }
    String function = tokens.get(name).text();
    if (ENTRIES.contains(function) || function.indexOf('_') > 0) {
      return false; // an event of the server or of a control
    }
    for (int i = from; i < to; i++) {
      String word = tokens.get(i).text();
      if (CALLED_ELSEWHERE.contains(word) || word.endsWith("eventargs")) {
        return false; // CommandEventArgs and the like: the tag of a control names it
      }
    }
    int own = basic ? 1 + given.getOrDefault(function, 0) : 1;
    return uses.getOrDefault(function, 0) <= own;
  }

  /** The end of a procedure of Basic, or of one of JScript in braces. */
  private int endOfProcedure(int s) {
    if (opensBrace(s + 1)) {
      return closingBrace(statements.get(s + 1)[0]);
    }
    for (int k = s + 1; k < statements.size(); k++) {
      int from = statements.get(k)[0];
      if (tokens.get(from).isName("end") && isProcedure(from + 1)) {
        return from;
      }
    }
    return tokens.size();
  }

  private boolean isProcedure(int i) {
    return i < tokens.size() && (tokens.get(i).isName("sub") || tokens.get(i).isName("function"));
  }

  /**
   * The end of what stands behind {@code then}. Conditions of one line have no end of their own: if
   * none is left for this one, it ends at the first.
   */
  private int endOfBlock(int s) {
    int depth = 1;
    int first = -1;
    int last = Math.min(statements.size(), s + MAX_BLOCK_STATEMENTS);
    for (int k = s + 1; k < last; k++) {
      int from = statements.get(k)[0];
      Token token = tokens.get(from);
      boolean ends = token.isName("end") && from + 1 < tokens.size();
      if (ends && isProcedure(from + 1)) {
        break;
      }
      boolean closes = ends && tokens.get(from + 1).isName("if");
      boolean turns = token.isName("else") || token.isName("elseif");
      depth += token.isName("if") ? 1 : closes ? -1 : 0;
      first = first < 0 && (closes || turns) ? from : first;
      if (depth == 0 || depth == 1 && turns) {
        return from;
      }
    }
    return first < 0 ? statements.get(Math.min(s + 1, statements.size() - 1))[1] : first;
  }

  private boolean opensBrace(int s) {
    return s < statements.size() && sign(statements.get(s)[0], '{');
  }

  private int closingBrace(int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += sign(i, '{') ? 1 : sign(i, '}') ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return tokens.size();
  }

  private int closing(int open, int to) {
    int depth = 0;
    for (int i = open; i < to; i++) {
      depth += sign(i, '(') ? 1 : sign(i, ')') ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return to;
  }

  private boolean sign(int i, char sign) {
    return i >= 0 && i < tokens.size() && tokens.get(i).isSymbol(sign);
  }
}
