package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a page looks at the ending of a name before it takes a file: endings that just stand in
 * it, or in code that never runs, are no check.
 */
final class Checks {
  /** Words with which something is looked at or looked for. */
  private static final Set<String> LOOKS =
      Set.of(
          "if",
          "elseif",
          "case",
          "switch",
          "select",
          "while",
          "until",
          "each",
          "foreach",
          "in",
          "return",
          "iif",
          "indexof",
          "contains",
          "endswith",
          "equals",
          "instr",
          "instrrev",
          "strcomp",
          "compare",
          "ismatch",
          "match",
          "test",
          "pattern",
          "like",
          "exists",
          "any",
          "filter",
          "split",
          "tolower",
          "lcase");

  private final List<Token> tokens;
  private final Flow flow;
  private final DeadCode dead;

  /** Names that hold endings. */
  private final Set<String> lists = new HashSet<>();

  /** The name that is given what stands in braces behind it. */
  private String holder = "";

  /** Whether the cases that follow are of something that the client sends. */
  private boolean clientsCases;

  /** Whether a list of endings, or an ending, is looked at. */
  final boolean endings;

  Checks(List<Token> tokens, Flow flow, DeadCode dead) {
    this.tokens = tokens;
    this.flow = flow;
    this.dead = dead;
    boolean found = false;
    for (int[] statement : flow.statements()) {
      found |= lists(statement[0], statement[1]);
    }
    if (!found && !lists.isEmpty()) {
      flow.statements().forEach(statement -> each(statement[0], statement[1]));
      found = flow.statements().stream().anyMatch(s -> usesList(s[0], s[1]));
    }
    endings = found;
  }

  /** What a page says to itself is no check: something that the client sends is looked at. */
  private boolean isClients(int from, int to) {
    int mask = flow.mask(from, to);
    for (int i = from; i < to; i++) {
      mask |= flow.held(i); // name.EndsWith(".jpg") is not the client's text, name is
    }
    boolean given = (mask & (Flow.CLIENT | Flow.UPLOAD)) != 0;
    if (tokens.get(from).isName("case")) {
      return given || clientsCases;
    }
    for (int i = from; i < to; i++) {
      if (tokens.get(i).isName("switch") || tokens.get(i).isName("select")) {
        clientsCases = given;
      }
    }
    return given;
  }

  /** Whether endings are looked at where they stand; if they are given to a name, it is kept. */
  private boolean lists(int from, int to) {
    boolean client = isClients(from, to);
    boolean names = false;
    boolean looks = false;
    int target = -1;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      names |= token.isText() && Literals.namesPicture(token.text()) && !dead.holds(i);
      looks |= token.kind() == Token.Kind.NAME && LOOKS.contains(token.text());
      looks |= token.isSymbol('?') || compares(i);
      boolean gives = target < 0 && i > from && token.isSymbol('=');
      target = gives ? lastName(from, i) : target;
      target = target < 0 && addsTo(from, i) ? i - 2 : target;
    }
    boolean brace = tokens.get(from).isSymbol('{');
    String initialised = brace ? holder : target < 0 ? holder : tokens.get(target).text();
    holder = brace || tokens.get(to - 1).isSymbol('=') ? initialised : "";
    if (names && !initialised.isEmpty()) {
      lists.add(initialised);
    }
    if (names && target > from + 1 && tokens.get(target - 1).isSymbol('.')) {
      lists.add(tokens.get(target - 2).text()); // pattern.Pattern = "jpg|gif"
    }
    return names && looks && client;
  }

  /** {@code foreach (var ending in endings)}: it holds one of them. */
  private void each(int from, int to) {
    boolean loops = tokens.get(from).text().startsWith("for");
    for (int i = from + 2; loops && i + 1 < to; i++) {
      if (tokens.get(i).isName("in") && lists.contains(tokens.get(i + 1).text())) {
        lists.add(tokens.get(i - 1).text());
      }
    }
  }

  /** {@code types.Add(".jpg", "image/jpeg")}. */
  private boolean addsTo(int from, int i) {
    boolean member = i - 2 >= from && tokens.get(i - 1).isSymbol('.');
    return member && tokens.get(i).isName("add") && tokens.get(i - 2).kind() == Token.Kind.NAME;
  }

  private boolean compares(int i) {
    boolean equals = tokens.get(i).isSymbol('=') && i > 0;
    return equals && (tokens.get(i - 1).isSymbol('=') || tokens.get(i - 1).isSymbol('!'));
  }

  /** {@code string[] a =}, {@code a[2] =}: the last name before an index. */
  private int lastName(int from, int equals) {
    int found = -1;
    for (int i = from; i < equals; i++) {
      if (tokens.get(i).isSymbol('[') && !tokens.get(i + 1).isSymbol(']')) {
        return found;
      }
      found = tokens.get(i).kind() == Token.Kind.NAME ? i : found;
    }
    return found;
  }

  /** A name that holds endings is looked at, or given to a function that may look. */
  private boolean usesList(int from, int to) {
    boolean looks = false;
    boolean named = false;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      boolean name = token.kind() == Token.Kind.NAME;
      looks |= name && LOOKS.contains(token.text()) || compares(i);
      looks |= name && i + 1 < to && tokens.get(i + 1).isSymbol('(');
      boolean given =
          i + 1 < to && tokens.get(i + 1).isSymbol('=') || i + 2 < to && addsTo(from, i + 2);
      named |= name && lists.contains(token.text()) && !given && !dead.holds(i);
    }
    return looks && named && isClients(from, to);
  }
}
