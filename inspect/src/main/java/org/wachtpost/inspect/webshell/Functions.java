package org.wachtpost.inspect.webshell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of a page, and which of them no code that runs comes to. */
final class Functions {
  /** Functions that the server calls of itself. */
  private static final Set<String> ENTRIES =
      Set.of("processrequest", "beginprocessrequest", "gethandler", "init", "new", "get", "set");

  /** What stands before the {@code _} in the name of an event of the server or of a class. */
  private static final Set<String> SENDERS = Set.of("page", "application", "session", "class");

  /** So the events of a class begin, which come about when a function makes one. */
  private static final String OF_CLASS = "class_";

  /** Words before a function that somebody else calls. */
  private static final Set<String> CALLED_ELSEWHERE =
      Set.of("override", "overrides", "implements", "handles", "webmethod");

  /** Words before the parentheses of a head that is no function's. */
  private static final Set<String> HEADS =
      Set.of("if", "while", "for", "foreach", "switch", "using", "lock", "catch", "fixed", "with");

  private static final Set<String> MODIFIERS =
      Set.of(
          "public",
          "private",
          "protected",
          "friend",
          "shared",
          "default",
          "static",
          "async",
          "overrides",
          "overridable",
          "shadows",
          "partial");

  /**
   * Bodies nested in each other are gone through so often in all; what is left counts as unused.
   */
  private static final int MAX_ROUNDS = 8;

  /**
   * @param name in lower case
   * @param from its head
   * @param body what stands in it, up to {@code end}
   * @param entry whether somebody else calls it
   */
  private record Function(String name, int from, int body, int end, boolean entry) {}

  private final List<Token> tokens;
  private final Signs signs;
  private final List<int[]> statements;
  private final int[] closing;
  private final Map<String, List<Function>> named = new HashMap<>();
  private final Deque<Function> reached = new ArrayDeque<>();
  private final List<Function> all = new ArrayList<>();

  private Functions(List<Token> tokens, List<int[]> statements, int[] closing) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.statements = statements;
    this.closing = closing;
  }

  /**
   * @param closing for the place of each brace that opens, the one that closes it
   */
  static Functions of(List<Token> tokens, List<int[]> statements, int[] closing) {
    Functions functions = new Functions(tokens, statements, closing);
    functions.find();
    return functions;
  }

  private void find() {
    int[] ends = endsOfProcedures();
    for (int s = 0; s < statements.size(); s++) {
      int from = statements.get(s)[0];
      int to = statements.get(s)[1];
      boolean brace = s + 1 < statements.size() && signs.at(statements.get(s + 1)[0], '{');
      int end = brace ? closing[statements.get(s + 1)[0]] : ends[s];
      int word = procedure(from, to);
      if (word >= 0) {
        add(word + 1, from, to, end);
      } else if (brace && signs.at(to - 1, ')')) {
        add(beforeParentheses(from, to), from, to, end);
      }
    }
  }

  /** For each statement where the next procedure of Basic ends. */
  private int[] endsOfProcedures() {
    int[] ends = new int[statements.size()];
    int next = tokens.size();
    for (int s = ends.length - 1; s >= 0; s--) {
      int from = statements.get(s)[0];
      boolean end = tokens.get(from).isName("end") && from + 1 < tokens.size();
      next = end && isProcedure(from + 1) ? from : next;
      ends[s] = next;
    }
    return ends;
  }

  /** The place of {@code sub} or {@code function} in a head; -1 if it is none. */
  private int procedure(int from, int to) {
    int i = from;
    while (i < to && MODIFIERS.contains(tokens.get(i).text())) {
      i++;
    }
    return i + 1 < to && isProcedure(i) ? i : -1;
  }

  private boolean isProcedure(int i) {
    return tokens.get(i).isName("sub") || tokens.get(i).isName("function");
  }

  /** The name before the parentheses of {@code bool Check(string n)}; -1 if it is none. */
  private int beforeParentheses(int from, int to) {
    for (int i = from + 1; i + 1 < to; i++) {
      if (signs.at(i + 1, '(')) {
        boolean name = !HEADS.contains(tokens.get(i).text());
        boolean typed = tokens.get(i - 1).kind() == Token.Kind.NAME || signs.at(i - 1, ']');
        return name && typed && !tokens.get(from).isName("new") ? i : -1;
      }
    }
    return -1;
  }

  private void add(int name, int from, int to, int end) {
    if (name >= 0 && tokens.get(name).kind() == Token.Kind.NAME) {
      String text = tokens.get(name).text();
      Function function = new Function(text, from, to, end, isEntry(text, from, to));
      all.add(function);
      named.computeIfAbsent(text, _ -> new ArrayList<>()).add(function);
    }
  }

  private boolean isEntry(String name, int from, int to) {
    boolean event = false;
    boolean several = false;
    for (int i = from; i < to; i++) {
      String word = tokens.get(i).text();
      if (CALLED_ELSEWHERE.contains(word)) {
        return true;
      }
      event |= word.endsWith("eventargs"); // of a control, whose tag names the function
      several |= signs.at(i, ',');
    }
    int line = name.indexOf('_');
    boolean sender = line > 0 && SENDERS.contains(name.substring(0, line));
    return event && several || sender || ENTRIES.contains(name);
  }

  /**
   * Marks the bodies of functions to which nothing comes that is not marked before. Where nothing
   * runs of itself, it is other pages that call them.
   */
  void markUnused(BitSet dead) {
    BitSet inside = new BitSet();
    boolean called = false;
    for (Function function : all) {
      inside.set(function.from(), Math.max(function.body(), function.end()));
      if (function.entry()) {
        reached.add(function);
        called |= !function.name().startsWith(OF_CLASS);
      }
    }
    int entries = reached.size();
    for (int i = 0; i < tokens.size(); i++) {
      if (!inside.get(i) && !dead.get(i)) {
        reach(i);
        called |= signs.at(i, '(');
      }
    }
    if (!called && reached.size() == entries) {
      return;
    }
    BitSet live = new BitSet();
    long left = (long) MAX_ROUNDS * tokens.size();
    while (!reached.isEmpty() && left > 0) {
      Function function = reached.remove();
      if (!live.get(function.from())) {
        live.set(function.from());
        left -= function.end() - function.body();
        for (int i = function.body(); i < function.end(); i++) {
          if (!dead.get(i)) {
            reach(i);
          }
        }
      }
    }
    for (Function function : all) {
      if (!live.get(function.from()) && function.end() > function.body()) {
        dead.set(function.body(), function.end());
      }
    }
  }

  /** Functions are named, or their names stand in a text: {@code GetRef("check")}. */
  private void reach(int i) {
    Token token = tokens.get(i);
    if (token.kind() == Token.Kind.NAME || token.isText()) {
      List<Function> functions = named.remove(token.text());
      if (functions != null) {
        reached.addAll(functions);
      }
    }
  }
}
