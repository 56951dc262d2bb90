package org.wachtpost.inspect.webshell;

import static org.wachtpost.inspect.webshell.Folder.isSign;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names that hold one constant for the whole page, pieces added one after the other included. */
final class Constants {
  static final Set<String> DECLARES =
      Set.of("dim", "const", "var", "string", "set", "let", "static", "public", "private");

  /** Words before the one that declares a function. */
  private static final int MAX_MODIFIERS = 4;

  private static final String DICTIONARY = "scripting.dictionary";

  /** Pages that change names so are short; four passes read and copy so much each. */
  private static final long MAX_CHANGED_CHARS = 2L << 20;

  private final Map<String, StringBuilder> values = new HashMap<>();
  private final Set<String> decoded = new HashSet<>();
  private final Set<String> variable = new HashSet<>();

  /** Names of dictionaries, whose elements have a text for their number. */
  private final Set<String> dictionaries = new HashSet<>();

  /** Characters that may still be read or copied to change what a name holds by what it held. */
  private long changes = MAX_CHANGED_CHARS;

  static Map<String, Token> of(List<Token> tokens) {
    Constants constants = new Constants();
    int start = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == Token.Kind.END) {
        constants.statement(tokens, start, i);
        start = i + 1;
      }
    }
    Map<String, Token> found = new HashMap<>();
    constants.values.forEach((name, value) -> {
      if (!constants.variable.contains(name)) {
        found.put(name, Folder.text(value.toString(), constants.decoded.contains(name)));
      }
    });
    return found;
  }

  private void statement(List<Token> tokens, int from, int to) {
    int equals = from;
    while (equals < to && !isSign(tokens.get(equals), '=')) {
      equals++;
    }
    if (equals == to || tokens.get(from).isName("for") || declares(tokens, from, equals)) {
      forget(tokens, from, to);
      put(tokens, from, to);
      return;
    }
    int typed = typed(tokens, from, equals);
    if (typed >= 0) {
      forgetTyped(tokens, equals, to);
      assign(tokens.get(typed).text(), false, tokens.subList(equals + 1, to));
      return;
    }
    boolean adds =
        equals > from
            && (isSign(tokens.get(equals - 1), '+') || isSign(tokens.get(equals - 1), '&'));
    int name = adds ? equals - 2 : equals - 1;
    if (name == from + 3 && isSign(tokens.get(name), ')') && isSign(tokens.get(from + 1), '(')) {
      element(tokens.get(from), tokens.get(from + 2), adds, tokens.subList(equals + 1, to));
      return;
    }
    if (name < from || tokens.get(name).kind() != Token.Kind.NAME) {
      return;
    }
    boolean plain =
        name == from
            || (name == from + 1 && tokens.get(from).kind() == Token.Kind.NAME)
            || (name == from + 2 && tokens.get(from + 1).kind() == Token.Kind.NAME);
    String target = tokens.get(name).text();
    if (!plain) {
      variable.add(target);
      return;
    }
    assign(target, adds, tokens.subList(equals + 1, to));
  }

  /** {@code Dim name As String =}, {@code var name : String =}: where the name stands, or -1. */
  private static int typed(List<Token> tokens, int from, int equals) {
    boolean script = tokens.get(from).isName("var");
    for (int i = from + 1; i < equals; i++) {
      boolean type = tokens.get(i).isName("as") || script && isSign(tokens.get(i), ':');
      if (type && tokens.get(i - 1).kind() == Token.Kind.NAME) {
        return i - 1;
      }
    }
    return -1;
  }

  /** {@code Dim a As String = "x", b As String = y}: of the others what they hold is not known. */
  private void forgetTyped(List<Token> tokens, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (tokens.get(i).isName("as") && tokens.get(i - 1).kind() == Token.Kind.NAME) {
        variable.add(tokens.get(i - 1).text());
      }
    }
  }

  /** {@code name(1) = "text"}: an element is one name, whatever else its array holds. */
  private void element(Token array, Token index, boolean adds, List<Token> value) {
    boolean known = index.kind() == Token.Kind.NUMBER || dictionaries.contains(array.text());
    if (array.kind() == Token.Kind.NAME && known) {
      assign(element(array, index), adds, value);
    }
  }

  /** {@code name.Add "key", "text"} of a dictionary. */
  private void put(List<Token> tokens, int from, int to) {
    int key = from + 3;
    if (to < from + 6
        || !tokens.get(from + 2).isName("add")
        || !isSign(tokens.get(from + 1), '.')) {
      return;
    }
    key += isSign(tokens.get(key), '(') ? 1 : 0;
    int end = isSign(tokens.get(to - 1), ')') ? to - 1 : to;
    if (tokens.get(key).isText() && isSign(tokens.get(key + 1), ',')) {
      element(tokens.get(from), tokens.get(key), false, tokens.subList(key + 2, end));
    }
  }

  /** The name of an element: by its number, or by the text that a dictionary has it under. */
  static String element(Token array, Token index) {
    return index.isText()
        ? array.text() + "(\"" + index.text()
        : array.text() + "(" + Folder.value(index);
  }

  private void assign(String target, boolean adds, List<Token> value) {
    if (value.size() == 1 && value.get(0).isText()) {
      add(target, value.get(0), adds);
    } else if (!adds && value.size() == 3 && value.get(0).isName(target) && value.get(2).isText()) {
      add(target, value.get(2), true);
    } else if (adds || !changes(target, value)) {
      variable.add(target);
      int last = value.size() - 2;
      if (last > 0 && value.get(last).text().equalsIgnoreCase(DICTIONARY)) {
        dictionaries.add(target);
      }
    }
  }

  /** {@code name = Replace(name, "#", "")}: what it held before, changed in a known way. */
  private boolean changes(String target, List<Token> value) {
    StringBuilder before = values.get(target);
    boolean named = value.stream().anyMatch(token -> token.isName(target));
    if (before == null || before.isEmpty() || !named) {
      return false;
    }
    changes -= before.length() + (long) value.size();
    if (changes < 0 || variable.contains(target)) {
      return false;
    }
    Token held = Folder.text(before.toString(), decoded.contains(target));
    Folder.Evaluated evaluated = Folder.evaluate(value, target, held, changes);
    changes -= evaluated.copied();
    Token after = evaluated.text();
    if (after == null || changes < 0) {
      return false;
    }
    before.setLength(0);
    add(target, after, false);
    return true;
  }

  private void add(String target, Token value, boolean adds) {
    StringBuilder text = values.computeIfAbsent(target, name -> new StringBuilder());
    boolean first = text.isEmpty();
    if ((!first && !adds) || text.length() + value.text().length() > Folder.MAX_TEXT_CHARS) {
      variable.add(target);
      return;
    }
    text.append(value.text());
    if (value.kind() == Token.Kind.DECODED) {
      decoded.add(target);
    }
  }

  /**
   * {@code for each name in}, {@code function f(name)}, {@code void F(string name)}: the name takes
   * other values there.
   */
  private void forget(List<Token> tokens, int from, int to) {
    boolean all = from < to && (tokens.get(from).isName("for") || declares(tokens, from, to));
    for (int i = from + 1; i < to; i++) {
      boolean name = tokens.get(i).kind() == Token.Kind.NAME;
      if (name && (all || i > from + 1 && isParameter(tokens, i, to))) {
        variable.add(tokens.get(i).text());
      }
    }
  }

  /** {@code sub}, {@code public function}. */
  private static boolean declares(List<Token> tokens, int from, int to) {
    for (int i = from; i < Math.min(to, from + MAX_MODIFIERS); i++) {
      if (tokens.get(i).isName("function") || tokens.get(i).isName("sub")) {
        return true;
      }
    }
    return false;
  }

  /** {@code (string name,}, {@code , byte[] name)}, {@code is string name)}. */
  private static boolean isParameter(List<Token> tokens, int i, int to) {
    Token type = tokens.get(i - 1);
    Token before = tokens.get(i - 2);
    boolean starts = isSign(before, '(') || isSign(before, ',') || isSign(before, '[');
    boolean typed = starts && (type.kind() == Token.Kind.NAME || isSign(type, ']'));
    boolean ends = i + 1 < to && (isSign(tokens.get(i + 1), ',') || isSign(tokens.get(i + 1), ')'));
    boolean given = before.isName("is") || before.isName("out") || before.isName("in");
    return ends && (typed || given && type.kind() == Token.Kind.NAME);
  }
}
