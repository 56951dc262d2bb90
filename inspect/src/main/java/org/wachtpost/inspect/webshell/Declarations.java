package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions and fields that a page declares, as far as text can pass through them. */
final class Declarations {
  private static final Set<String> MODIFIERS =
      Set.of("dim", "public", "private", "protected", "internal", "static");

  /** What makes a declaration one of something else than a field. */
  private static final Set<String> NO_FIELD =
      Set.of("class", "function", "sub", "property", "enum", "interface", "struct", "delegate");

  /** Attributes of methods that clients call. */
  private static final Set<String> WEB_METHODS =
      Set.of("webmethod", "webmethodattribute", "operationcontract", "operationcontractattribute");

  private final List<Token> tokens;
  private final Signs signs;
  private final List<int[]> statements;
  private final Map<String, List<String>> functions = new HashMap<>();
  private final Map<Integer, String> functionAt = new HashMap<>();
  private final Set<String> fields = new HashSet<>();
  private final Set<String> fromClient = new HashSet<>();
  private final Set<String> filled = new HashSet<>();

  /** Where names stand that are given a function. */
  private final Set<Integer> arrows = new HashSet<>();

  private Declarations(List<Token> tokens, List<int[]> statements) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.statements = statements;
  }

  /**
   * @param statements first token and the one behind the last of each statement
   */
  static Declarations of(List<Token> tokens, List<int[]> statements) {
    Declarations declared = new Declarations(tokens, statements);
    boolean classes = tokens.stream().anyMatch(token -> token.isName("class"));
    for (int s = 0; s < statements.size(); s++) {
      declared.declare(s);
      if (classes) {
        declared.field(statements.get(s)[0], statements.get(s)[1]);
      }
    }
    declared.findFilled();
    declared.findReferences();
    return declared;
  }

  boolean isFunction(String name) {
    return functions.containsKey(name);
  }

  @Nullable List<String> parameters(String function) {
    return functions.get(function);
  }

  /** The function whose body starts at a statement, or the one before. */
  String functionAt(int statement, String before) {
    return functionAt.getOrDefault(statement, before);
  }

  /** A variable of a class of the page: text put to it by its object is read by its methods. */
  boolean isField(String name) {
    return fields.contains(name);
  }

  /** A parameter into which its function puts what the client sent, for its caller to use. */
  boolean isFilled(String parameter) {
    return filled.contains(parameter);
  }

  /** Parameters that the server fills with what the client sent. */
  Set<String> fromClient() {
    return fromClient;
  }

  /** Notes functions and their parameters: Basic and JScript by keyword, C# by its body's brace. */
  private void declare(int s) {
    int from = statements.get(s)[0];
    int to = statements.get(s)[1];
    for (int i = from; i + 1 < to; i++) {
      Token token = tokens.get(i);
      boolean keyword = token.isName("function") || token.isName("sub");
      boolean unnamed = keyword || token.isName("delegate");
      if (unnamed && i > from && signs.at(i + 1, '(') && signs.at(to - 1, ')')) {
        declareUnnamed(s, from, i);
        return;
      }
      if (keyword && tokens.get(i + 1).kind() == Token.Kind.NAME) {
        boolean has = i + 2 < to && signs.at(i + 2, '(');
        declare(s, tokens.get(i + 1).text(), has ? i + 2 : -1, false);
        if (isWebMethod(s > 0 ? statements.get(s - 1)[0] : from, i)) {
          fromClient.addAll(functions.getOrDefault(tokens.get(i + 1).text(), List.of()));
        }
        return;
      }
      if (token.isName("property") && i + 3 < to && signs.at(i + 3, '(')) {
        declareProperty(s, i);
        return;
      }
      if (token.isName("property") && tokens.get(i + 1).kind() == Token.Kind.NAME) {
        boolean get = tokens.get(i + 1).isName("get") && i + 2 < to;
        functionAt.put(s, tokens.get(get ? i + 2 : i + 1).text());
        return;
      }
    }
    declareArrow(s, from, to);
    boolean braced = s + 1 < statements.size() && signs.at(statements.get(s + 1)[0], '{');
    boolean named = to - from > 1 && tokens.get(to - 1).kind() == Token.Kind.NAME;
    if (braced && named && opensGetter(s + 2)) {
      functionAt.put(s, tokens.get(to - 1).text());
    }
    if (!braced || !signs.at(to - 1, ')')) {
      return;
    }
    for (int i = afterAttributes(from, to) + 1; i + 1 < to; i++) {
      if (signs.at(i + 1, '(')) {
        boolean typed =
            tokens.get(i - 1).kind() == Token.Kind.NAME
                || signs.at(i - 1, ']')
                || signs.at(i - 1, '>');
        boolean call = tokens.get(from).isName("new") || tokens.get(i - 1).isName("new");
        if (typed && !call && tokens.get(i).kind() == Token.Kind.NAME) {
          declare(s, tokens.get(i).text(), i + 1, true);
          if (isWebMethod(from, i)) {
            fromClient.addAll(functions.getOrDefault(tokens.get(i).text(), List.of()));
          }
        }
        return;
      }
    }
  }

  /** {@code run = (text) => x}, {@code run = text => x}, {@code string Run(string text) => x}. */
  private void declareArrow(int s, int from, int to) {
    int arrow = from;
    while (arrow < to && !(signs.at(arrow, '=') && signs.at(arrow + 1, '>'))) {
      arrow++;
    }
    if (arrow >= to || arrow < from + 3) {
      return;
    }
    int open = signs.at(arrow - 1, ')') ? opening(arrow - 1, from) : arrow - 2;
    boolean given = signs.at(arrow - 1, ')') ? signs.at(open - 1, '=') : signs.at(open, '=');
    int name = given && signs.at(arrow - 1, ')') ? open - 2 : open - 1;
    if (name < from || tokens.get(name).kind() != Token.Kind.NAME) {
      return;
    }
    arrows.add(name);
    functions.put(tokens.get(name).text(), parameters(open, true));
    if (arrow + 2 == to) {
      functionAt.put(s, tokens.get(name).text()); // its body stands in braces
    }
  }

  /** The place of the parenthesis that the one at {@code close} closes. */
  private int opening(int close, int from) {
    int depth = 0;
    int i = close;
    while (i > from) {
      depth += signs.at(i, ')') ? 1 : signs.at(i, '(') ? -1 : 0;
      if (depth == 0) {
        break;
      }
      i--;
    }
    return i;
  }

  /** Whether the name at a place is given a function there, instead of called. */
  boolean isArrowAt(int token) {
    return arrows.contains(token);
  }

  /** {@code run = function (text)}, {@code o["run"] = function (text)}, {@code run: function}. */
  private void declareUnnamed(int s, int from, int at) {
    int target = at - 2;
    if (target > from && signs.at(target, ']') && tokens.get(target - 1).isText()) {
      target--;
    }
    boolean given = signs.at(at - 1, '=') || signs.at(at - 1, ':');
    if (given && target >= from && tokens.get(target).kind() != Token.Kind.SYMBOL) {
      boolean nameLast = tokens.get(at).isName("delegate");
      declare(s, tokens.get(target).text().toLowerCase(Locale.ROOT), at + 1, nameLast);
    }
  }

  /** {@code Property Let Command(text)}: what is assigned to the property is the parameter. */
  private void declareProperty(int s, int at) {
    Token kind = tokens.get(at + 1);
    String name = tokens.get(at + 2).text();
    functionAt.put(s, name);
    if (kind.isName("let") || kind.isName("set")) {
      int end = closing(at + 3);
      for (int i = at + 4; i < end; i++) {
        boolean modifier = tokens.get(i).isName("byval") || tokens.get(i).isName("byref");
        if (tokens.get(i).kind() == Token.Kind.NAME && !modifier && !signs.at(i + 1, ',')) {
          functions.put(name, List.of(tokens.get(i).text()));
        }
      }
    }
  }

  /** {@code string Folder { get { return …; } }}: what is returned is what the name holds. */
  private boolean opensGetter(int s) {
    return s < statements.size() && tokens.get(statements.get(s)[0]).isName("get");
  }

  /** {@code [WebMethod(EnableSession = true)] string F(}: where the declaration itself starts. */
  private int afterAttributes(int from, int to) {
    int start = from;
    while (signs.at(start, '[')) {
      int close = start;
      while (close < to && !signs.at(close, ']')) {
        close++;
      }
      start = close + 1;
    }
    return start < to ? start : from;
  }

  /** {@code [WebMethod]}: what the parameters hold comes from the client. */
  private boolean isWebMethod(int from, int to) {
    for (int i = from; i < to; i++) {
      String name = tokens.get(i).text();
      if (tokens.get(i).kind() == Token.Kind.NAME && WEB_METHODS.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private void declare(int s, String name, int open, boolean nameLast) {
    functions.put(name, open < 0 ? List.of() : parameters(open, nameLast));
    functionAt.put(s, name);
  }

  /** The names between two parentheses: the last word of each, or the first. */
  private List<String> parameters(int open, boolean nameLast) {
    List<String> parameters = new ArrayList<>();
    int close = signs.at(open, '(') ? closing(open) : open + 2;
    String parameter = "";
    for (int i = open + 1; i <= close; i++) {
      Token token = tokens.get(i);
      if (i == close || signs.at(i, ',')) {
        if (!parameter.isEmpty()) {
          parameters.add(parameter);
        }
        parameter = "";
      } else if (token.kind() == Token.Kind.NAME && (nameLast || parameter.isEmpty())) {
        boolean modifier = token.isName("byval") || token.isName("byref");
        parameter = modifier || token.isName("optional") ? parameter : token.text();
      }
    }
    return parameters;
  }

  /** {@code Dim a, b}, {@code public string Name}, {@code private string name = "x"}. */
  private void field(int from, int to) {
    if (!MODIFIERS.contains(tokens.get(from).text())) {
      return;
    }
    String name = "";
    for (int i = from + 1; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME && NO_FIELD.contains(token.text()) || signs.at(i, '(')) {
        return;
      }
      if (signs.at(i, '=') || token.isName("as")) {
        break;
      }
      if (signs.at(i, ',')) {
        fields.add(name);
      }
      name = token.kind() == Token.Kind.NAME ? token.text() : name;
    }
    fields.add(name);
  }

  /** {@code Set f = GetRef("Name")}, {@code f = Name}: the function has another name. */
  private void findReferences() {
    for (int i = 2; i + 2 < tokens.size(); i++) {
      boolean lone = signs.at(i - 1, '=') && tokens.get(i + 1).kind() == Token.Kind.END;
      List<String> given = lone ? functions.get(tokens.get(i).text()) : null;
      if (given != null && !given.isEmpty() && tokens.get(i - 2).kind() == Token.Kind.NAME) {
        functions.putIfAbsent(tokens.get(i - 2).text(), given);
      }
      boolean takes =
          tokens.get(i).isName("getref") && signs.at(i - 1, '=') && signs.at(i + 1, '(');
      if (takes && tokens.get(i + 2).isText()) {
        String name = tokens.get(i + 2).text().toLowerCase(Locale.ROOT);
        functions.put(tokens.get(i - 2).text(), functions.getOrDefault(name, List.of()));
      }
    }
  }

  /** Parameters to which their function assigns something of the request. */
  private void findFilled() {
    Set<String> parameters = Set.of();
    for (int s = 0; s < statements.size(); s++) {
      String function = functionAt.get(s);
      if (function != null) {
        parameters = new HashSet<>(functions.getOrDefault(function, List.of()));
      }
      int from = statements.get(s)[0];
      int to = statements.get(s)[1];
      boolean assigns = to > from + 2 && signs.at(from + 1, '=') && !signs.at(from + 2, '=');
      if (assigns && parameters.contains(tokens.get(from).text())) {
        for (int i = from + 2; i < to; i++) {
          if (tokens.get(i).isName("request")) {
            filled.add(tokens.get(from).text());
          }
        }
      }
    }
  }

  /** Place of the parenthesis that closes the one at {@code open}, or where the statement ends. */
  private int closing(int open) {
    int end = open;
    while (end < tokens.size() - 1 && tokens.get(end).kind() != Token.Kind.END) {
      end++;
    }
    int close = signs.closing(open, end);
    return close < 0 ? end : close;
  }
}
