package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the order of a page's tokens tells, without following what the client sends. */
final class Habits {
  /** Three years: nothing that an administrator waits for. */
  private static final long ENDLESS_SECONDS = 99_999_999;

  /** More than a week. */
  private static final long DAYS_SECONDS = 700_000;

  /** Fewer roots of the registry than this are named by pages that look one thing up. */
  private static final int MANY_ROOTS = 3;

  private static final Set<String> ROOTS =
      Set.of("classesroot", "currentconfig", "currentuser", "localmachine", "users");

  private static final Set<String> SCHEMAS = Set.of("openschema", "getoledbschematable");

  private final List<Token> tokens;
  private final Flow flow;

  /** Names that hold the global object of JScript. */
  private final Set<String> globals = new HashSet<>();

  private boolean renamesEval;
  private boolean looksUpEval;
  private boolean passesEval;
  private boolean namesColumns;
  private boolean listsTables;
  private boolean endless;
  private boolean days;
  private final boolean walksRegistry;

  Habits(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
    Set<String> roots = new HashSet<>();
    boolean walks = false;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME) {
        name(token.text(), i);
        if (ROOTS.contains(token.text())) {
          roots.add(token.text());
        }
        walks |= token.isName("getsubkeynames");
      } else if (token.isText()) {
        looksUpEval |= isIndex(i) && token.text().toLowerCase(Locale.ROOT).equals("eval");
      }
    }
    walksRegistry = walks && roots.size() >= MANY_ROOTS;
  }

  private void name(String name, int i) {
    if (name.equals("eval")) {
      boolean given = flow.sign(i - 1, ':') || flow.sign(i - 1, '=');
      renamesEval |= given && !flow.sign(i + 1, '(') && !takesBareArgument(i);
      passesEval |= isPassed(i);
    } else if (name.equals("this") && flow.sign(i - 1, '=') && i > 1 && isEnd(i + 1)) {
      globals.add(tokens.get(i - 2).text());
    } else if (name.equals("scripttimeout") && flow.sign(i + 1, '=')) {
      endless |= isLonger(i + 2, ENDLESS_SECONDS);
      days |= isLonger(i + 2, DAYS_SECONDS);
    } else if (flow.sign(i - 1, '.')) {
      namesColumns |= namesColumn(name, i);
      listsTables |= SCHEMAS.contains(name);
    }
  }

  /** {@code return eval}, {@code [eval]}, {@code f(eval, x)}: a value among others, not called. */
  private boolean isPassed(int i) {
    boolean asks = flow.sign(i - 1, '(') && i > 1 && tokens.get(i - 2).isName("typeof");
    boolean called = flow.sign(i + 1, ')') && flow.sign(i + 2, '(');
    boolean first = i > 0 && (isAnyOf("[,(?:", i - 1) || tokens.get(i - 1).isName("return"));
    return first && !asks && !called && (isEnd(i + 1) || isAnyOf("],):}", i + 1));
  }

  private boolean isAnyOf(String signs, int i) {
    Token token = tokens.get(i);
    return token.kind() == Token.Kind.SYMBOL && signs.contains(token.text());
  }

  private boolean isEnd(int i) {
    return i >= tokens.size() || tokens.get(i).kind() == Token.Kind.END;
  }

  /** {@code owner["name"]}: not assigned, and not called, which reads as {@code owner.name}. */
  private boolean isIndex(int i) {
    boolean owned = i > 1 && tokens.get(i - 2).kind() == Token.Kind.NAME;
    return owned && flow.sign(i - 1, '[') && flow.sign(i + 1, ']') && !flow.sign(i + 2, '=');
  }

  private boolean takesBareArgument(int i) {
    return i + 1 < tokens.size()
        && (tokens.get(i + 1).kind() == Token.Kind.NAME || tokens.get(i + 1).isText());
  }

  private boolean isLonger(int i, long seconds) {
    boolean number = i < tokens.size() && tokens.get(i).kind() == Token.Kind.NUMBER;
    return number && Folder.value(tokens.get(i)) >= seconds;
  }

  /** {@code table.Columns[i].ColumnName}, {@code records.Fields(i).Name}. */
  private boolean namesColumn(String name, int i) {
    int close = name.equals("fields") && flow.sign(i + 1, '(') ? flow.closing(i + 1) : -1;
    boolean field = close > 0 && flow.sign(close + 1, '.') && close + 2 < tokens.size();
    return name.equals("columnname")
        || name.equals("fieldcount")
        || field && tokens.get(close + 2).isName("name");
  }

  /** The page does nothing but hand text to a component that nobody can read. */
  boolean handOver() {
    return HandedOver.isAll(tokens);
  }

  /** Whether a name holds the global object. */
  boolean holdsGlobal(String name) {
    return globals.contains(name);
  }

  /** Whether the member at a place is one of the global object: {@code g = this; g.eval(}. */
  boolean isGlobal(int member) {
    return flow.sign(member - 1, '.') && globals.contains(tokens.get(member - 2).text());
  }

  /** The page keeps {@code eval} under another name. */
  boolean renameEval() {
    return renamesEval;
  }

  /** {@code eval} is handed on as a value. */
  boolean passEval() {
    return passesEval;
  }

  /** {@code eval} is looked up by its name, to be kept under another. */
  boolean lookUpEval() {
    return looksUpEval;
  }

  /** Columns are shown by whatever name they have. */
  boolean nameColumns() {
    return namesColumns;
  }

  /** The tables of a database are asked for. */
  boolean listTables() {
    return listsTables;
  }

  /** The page may run for years. */
  boolean areEndless() {
    return endless;
  }

  /** The page may run for more than a week. */
  boolean runForDays() {
    return days;
  }

  /** Everything in the registry is gone through, from its roots down. */
  boolean walkRegistry() {
    return walksRegistry;
  }
}
