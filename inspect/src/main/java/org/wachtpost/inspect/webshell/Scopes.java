package org.wachtpost.inspect.webshell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives the parameters of a page's functions names of their own, where paths are put below the
 * site: what one function puts there is not what the client gives to another under the same name.
 */
final class Scopes {
  /** Functions within functions; what stands deeper keeps its names. */
  private static final int MAX_DEPTH = 8;

  private static final Set<String> MODIFIERS = Set.of("byval", "byref", "optional", "paramarray");

  /** Names that mean something of themselves. */
  private static final Set<String> KNOWN =
      Set.of("request", "response", "server", "context", "session", "application", "page", "me");

  /** Words before the parentheses of a head that is no function's. */
  private static final Set<String> HEADS =
      Set.of("if", "while", "for", "foreach", "switch", "using", "lock", "catch", "fixed", "with");

  /** Words before a call. */
  private static final Set<String> BEFORE_CALLS =
      Set.of("new", "return", "await", "else", "throw", "yield", "case", "call", "in");

  /**
   * @param end the place where it ends
   * @param names what its parameters are called in it
   */
  private record Function(int end, Map<String, String> names) {}

  private final List<Token> tokens;
  private final Signs signs;

  /**
   * For the place of each brace that opens, the one that closes it, or the end; for parentheses the
   * one that closes it in its statement, or -1.
   */
  private final int[] closing;

  /** For each place where the next procedure of Basic ends. */
  private final int[] ends;

  /** Names before a dot, where upper and lower case may make two names of it. */
  private final Set<String> owners = new HashSet<>();

  private Scopes(List<Token> tokens) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.closing = new int[tokens.size()];
    this.ends = new int[tokens.size()];
  }

  /** The code of a page with its parameters told apart. */
  static List<Token> apart(List<Token> tokens) {
    boolean maps = tokens.stream().anyMatch(token -> token.isName("mappath"));
    return maps ? new Scopes(tokens).renamed() : tokens;
  }

  private List<Token> renamed() {
    look();
    List<Token> out = new ArrayList<>(tokens.size());
    Deque<Function> around = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      while (!around.isEmpty() && around.peek().end() <= i) {
        around.pop();
      }
      if (around.size() < MAX_DEPTH && signs.at(i, '(') && isNamed(i - 1)) {
        enter(i, around);
      }
      out.add(named(i, around));
    }
    return out;
  }

  private void look() {
    Deque<Integer> braces = new ArrayDeque<>();
    Deque<Integer> parentheses = new ArrayDeque<>();
    int end = tokens.size();
    for (int i = tokens.size() - 1; i >= 0; i--) {
      Token token = tokens.get(i);
      end = token.isName("end") && isProcedure(i + 1) ? i : end;
      ends[i] = end;
      closing[i] = tokens.size();
      if (token.kind() == Token.Kind.END) {
        parentheses.clear();
      } else if (token.isSymbol(')')) {
        parentheses.push(i);
      } else if (token.isSymbol('(')) {
        closing[i] = parentheses.isEmpty() ? -1 : parentheses.pop();
      } else if (token.isSymbol('}')) {
        braces.push(i);
      } else if (token.isSymbol('{') && !braces.isEmpty()) {
        closing[i] = braces.pop();
      } else if (token.kind() == Token.Kind.NAME && signs.at(i + 1, '.')) {
        owners.add(token.text());
      }
    }
  }

  private boolean isProcedure(int i) {
    return i < tokens.size() && (tokens.get(i).isName("sub") || tokens.get(i).isName("function"));
  }

  /** {@code Sub Name(}, {@code string Name(}: two words before a parenthesis. */
  private boolean isNamed(int i) {
    return i > 0
        && tokens.get(i).kind() == Token.Kind.NAME
        && !HEADS.contains(tokens.get(i).text())
        && !BEFORE_CALLS.contains(tokens.get(i - 1).text())
        && (tokens.get(i - 1).kind() == Token.Kind.NAME || signs.at(i - 1, ']'));
  }

  private void enter(int open, Deque<Function> around) {
    int close = closing[open];
    if (close < 0) {
      return;
    }
    boolean keyword = isProcedure(open - 2);
    int brace = signs.at(close + 1, '{') ? close + 1 : close + 2;
    boolean braced = signs.at(brace, '{') && (brace == close + 1 || isEnd(close + 1));
    if (braced || keyword) {
      boolean nameLast = !keyword;
      Map<String, String> names = new HashMap<>();
      String function = tokens.get(open - 1).text();
      for (String parameter : parameters(open, close, nameLast)) {
        if (!KNOWN.contains(parameter) && !(braced && owners.contains(parameter))) {
          names.put(parameter, parameter + " of " + function);
        }
      }
      around.push(new Function(braced ? closing[brace] : ends[close], names));
    }
  }

  private boolean isEnd(int i) {
    return i < tokens.size() && tokens.get(i).kind() == Token.Kind.END;
  }

  /** The last word of each, or the first that is no modifier. */
  private List<String> parameters(int open, int close, boolean nameLast) {
    List<String> parameters = new ArrayList<>();
    String parameter = "";
    for (int i = open + 1; i <= close; i++) {
      Token token = tokens.get(i);
      if (i == close || signs.at(i, ',')) {
        parameters.add(parameter);
        parameter = "";
      } else if (token.kind() == Token.Kind.NAME && !MODIFIERS.contains(token.text())) {
        parameter = nameLast || parameter.isEmpty() ? token.text() : parameter;
      }
    }
    return parameters;
  }

  private Token named(int i, Deque<Function> around) {
    Token token = tokens.get(i);
    if (token.kind() == Token.Kind.NAME && !signs.at(i - 1, '.')) {
      for (Function function : around) {
        String name = function.names().get(token.text());
        if (name != null) {
          return new Token(Token.Kind.NAME, name);
        }
      }
    }
    return token;
  }
}
