package org.wachtpost.inspect.webshell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where names are given what they hold otherwise than by a statement that assigns it. */
final class Bindings {
  /** What a name holds stands from one token up to another. */
  record Binding(String name, int from, int to) {}

  static final Set<String> CONDITIONS =
      Set.of(
          "if", "elseif", "while", "do", "until", "loop", "case", "select", "for", "foreach",
          "return", "switch", "lock", "catch");

  /** More than this many tokens before a name say nothing of it: bounds hostile statements. */
  private static final int MAX_BEFORE = 200;

  /** A longer head than this has none of these. */
  private static final int MAX_HEAD = 500;

  private static final Set<String> HOLDERS = Set.of("using", "fixed");

  /** Words of Basic that may stand where a pattern of C# has its name. */
  private static final Set<String> CONNECT =
      Set.of("then", "and", "or", "andalso", "orelse", "xor", "not", "is", "isnot");

  private final List<Token> tokens;
  private final Signs signs;

  /** For the place of each brace that opens at the level of statements, the one that closes it. */
  private final Map<Integer, Integer> braces = new HashMap<>();

  Bindings(List<Token> tokens) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (signs.at(i, '{')) {
        open.push(i);
      } else if (signs.at(i, '}') && !open.isEmpty()) {
        braces.put(open.pop(), i);
      }
    }
  }

  /** All in one statement. */
  List<Binding> of(int first, int to) {
    List<Binding> found = new ArrayList<>();
    holder(first, to, found);
    several(first, to, found);
    declarators(first, to, found);
    for (int i = first + 1; i + 1 < to; i++) {
      Token token = tokens.get(i);
      boolean named = tokens.get(i - 1).kind() == Token.Kind.NAME;
      if (signs.at(i, '=') && named) {
        assigned(first, i, to, found);
      } else if (signs.at(i, '=') && signs.at(i + 1, '>') && signs.at(i - 1, ')')) {
        arrow(first, i - 1, found);
      } else if (UNNAMED.contains(token.text()) && (signs.at(i - 1, '(') || signs.at(i - 1, ','))) {
        handed(first, i, to, found);
      } else if (token.isName("as") && named && tokens.get(i + 1).isName("new")) {
        found.add(new Binding(tokens.get(i - 1).text(), i + 2, to)); // Dim a As New T(b)
      } else if (token.isName("in") && named && isQuery(first, i)) {
        found.add(new Binding(tokens.get(i - 1).text(), i + 1, to)); // from a in b
      } else if (token.isName("is") && i + 2 < to && isPattern(i)) {
        found.add(new Binding(tokens.get(i + 2).text(), before(first, i), i)); // b is T a
      }
    }
    return found;
  }

  /** {@code using (T a = b)}. */
  private void holder(int first, int to, List<Binding> found) {
    if (!HOLDERS.contains(tokens.get(first).text()) || !signs.at(first + 1, '(')) {
      return;
    }
    int close = closing(first + 1, to);
    for (int i = first + 3; i < close; i++) {
      if (signs.at(i, '=') && tokens.get(i - 1).kind() == Token.Kind.NAME) {
        found.add(new Binding(tokens.get(i - 1).text(), i + 1, close));
        return;
      }
    }
  }

  /** {@code var (a, b) = c}. */
  private void several(int first, int to, List<Binding> found) {
    int open = tokens.get(first).isName("var") ? first + 1 : first;
    int close = signs.at(open, '(') ? closing(open, to) : -1;
    if (close > 0 && close + 1 < to && signs.at(close + 1, '=') && !signs.at(close + 2, '=')) {
      names(open, close).forEach(name -> found.add(new Binding(name, close + 2, to)));
    }
  }

  /** {@code b.Aggregate((a, c) => …)}. */
  private void arrow(int first, int close, List<Binding> found) {
    int open = close - 1;
    while (open > before(first, close) && !signs.at(open, '(')) {
      open--;
    }
    if (signs.at(open - 1, '(') || signs.at(open - 1, ',')) {
      int from = before(first, open);
      int to = open;
      names(open, close).forEach(name -> found.add(new Binding(name, from, to)));
    }
  }

  private static final Set<String> UNNAMED = Set.of("delegate", "sub", "function");

  /** {@code b.ForEach(delegate (T a) …)}, {@code b.ForEach(Sub(a As T) …)}. */
  private void handed(int first, int i, int to, List<Binding> found) {
    int close = signs.at(i + 1, '(') ? closing(i + 1, to) : -1;
    int depth = 0;
    for (int k = i + 2; k < close; k++) {
      depth += signs.at(k, '(') ? 1 : signs.at(k, ')') ? -1 : 0;
      boolean starts = signs.at(k - 1, '(') || signs.at(k - 1, ',');
      boolean ends = signs.at(k + 1, ',') || k + 1 == close;
      boolean parameter = tokens.get(i).isName("delegate") ? ends : starts;
      if (depth == 0 && parameter && tokens.get(k).kind() == Token.Kind.NAME) {
        found.add(new Binding(tokens.get(k).text(), before(first, i), i));
      }
    }
  }

  /** {@code T c = d, a = b}, {@code Dim c = d, a As T = b}: all but the first. */
  private void declarators(int first, int to, List<Binding> found) {
    int depth = 0;
    int name = -1;
    int equals = -1;
    for (int i = first; i <= to; i++) {
      depth +=
          signs.at(i, '(') || signs.at(i, '[') ? 1 : signs.at(i, ')') || signs.at(i, ']') ? -1 : 0;
      if (i == to || depth == 0 && signs.at(i, ',')) {
        if (name > 0 && equals > name) {
          found.add(new Binding(tokens.get(name).text(), equals + 1, i));
        }
        name = i + 1 < to && tokens.get(i + 1).kind() == Token.Kind.NAME ? i + 1 : -1;
        equals = -1;
      } else if (depth == 0 && equals < 0 && signs.at(i, '=')) {
        equals = signs.at(i + 1, '=') || signs.at(i + 1, '>') ? -1 : i;
      }
    }
  }

  /** The last word of each part of a list in parentheses. */
  private List<String> names(int open, int close) {
    List<String> names = new ArrayList<>();
    for (int i = open + 1; i < close; i++) {
      if (tokens.get(i).kind() == Token.Kind.NAME && (signs.at(i + 1, ',') || i + 1 == close)) {
        names.add(tokens.get(i).text());
      }
    }
    return names;
  }

  /** {@code (a = b) != null}, {@code b.ForEach(a => …)}. */
  private void assigned(int first, int i, int to, List<Binding> found) {
    String name = tokens.get(i - 1).text();
    boolean inside = signs.at(i - 2, '(') || signs.at(i - 2, ',');
    if (inside && signs.at(i + 1, '>')) {
      found.add(new Binding(name, before(first, i), i - 1));
    } else if (signs.at(i - 2, '(') && !signs.at(i + 1, '=')) {
      int close = closing(i - 2, to);
      if (close > 0
          && (signs.at(close + 1, '!') || signs.at(close + 1, '='))
          && signs.at(close + 2, '=')) {
        found.add(new Binding(name, i + 1, close));
      }
    }
  }

  static int before(int first, int i) {
    return Math.max(first, i - MAX_BEFORE);
  }

  /** {@code from a in}, {@code from T a in}. */
  private boolean isQuery(int first, int in) {
    boolean typed = in - 3 >= first && tokens.get(in - 3).isName("from");
    return typed || in - 2 >= first && tokens.get(in - 2).isName("from");
  }

  private boolean isPattern(int is) {
    Token type = tokens.get(is + 1);
    Token name = tokens.get(is + 2);
    boolean both = type.kind() == Token.Kind.NAME && name.kind() == Token.Kind.NAME;
    return both && !CONNECT.contains(type.text()) && !CONNECT.contains(name.text());
  }

  /** {@code b.ForEach(F)}: the function is called with what stands before. */
  boolean isHandedOn(int i) {
    boolean last = signs.at(i + 1, ')') || signs.at(i + 1, ',');
    return last && (signs.at(i - 1, '(') || signs.at(i - 1, ','));
  }

  /** {@code a = new T[] { b }}: what stands in the braces is assigned too; otherwise {@code to}. */
  int end(int equals, int to) {
    int brace = to + 1; // behind the end of the statement
    Integer close = to > equals && signs.at(brace, '{') ? braces.get(brace) : null;
    return close != null && makes(equals + 1, to) ? close : to;
  }

  /** {@code new T(…)}, {@code new T<A, B>}, {@code new[]} or nothing. */
  private boolean makes(int from, int to) {
    if (from < to && !tokens.get(from).isName("new")) {
      return false;
    }
    return to <= from || !tokens.get(to - 1).isName("function");
  }

  /** {@code if (…) a = b}, {@code …; i++) a = b}: where the statement itself starts. */
  int afterHead(int first, int to) {
    int from = afterLabels(first, to);
    int depth = 0;
    String word = tokens.get(from).text();
    boolean head = (CONDITIONS.contains(word) || HOLDERS.contains(word)) && signs.at(from + 1, '(');
    for (int i = from; i + 1 < to; i++) {
      depth += signs.at(i, '(') ? 1 : signs.at(i, ')') ? -1 : 0;
      if (depth < 0 || head && depth == 0 && i > from) {
        return i + 1;
      }
    }
    return from;
  }

  /** {@code case 1: default: start: a = b}: the place behind the labels. */
  private int afterLabels(int first, int to) {
    int from = first;
    while (isLabel(from)) {
      int colon = from + 1;
      while (colon < to && !signs.at(colon, ':')) {
        colon++;
      }
      if (colon + 1 >= to) {
        return from;
      }
      from = colon + 1;
    }
    return from;
  }

  private boolean isLabel(int i) {
    Token token = tokens.get(i);
    boolean named = token.kind() == Token.Kind.NAME && signs.at(i + 1, ':');
    return named || token.isName("case") || token.isName("default");
  }

  /** The place of the parenthesis that closes the one at {@code open} soon; -1 if none does. */
  private int closing(int open, int to) {
    return signs.closing(open, Math.min(to, open + MAX_HEAD));
  }
}
