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
  private final DeadCode dead;

  /** Names that hold endings. */
  private final Set<String> lists = new HashSet<>();

  /** The name that is given what stands in braces behind it. */
  private String holder = "";

  /** Whether a list of endings, or an ending, is looked at. */
  final boolean endings;

  Checks(List<Token> tokens, Flow flow, DeadCode dead) {
    this.tokens = tokens;
    this.dead = dead;
    boolean found = false;
    for (int[] statement : flow.statements()) {
      found |= lists(statement[0], statement[1]);
    }
    for (int[] statement : flow.statements()) {
      found |= !lists.isEmpty() && usesList(statement[0], statement[1]);
    }
    endings = found;
  }

  /** Whether endings are looked at where they stand; if they are given to a name, it is kept. */
  private boolean lists(int from, int to) {
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
    return names && looks;
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
    return looks && named;
  }
}
