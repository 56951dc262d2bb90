package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out what a page's constant expressions amount to: joined literals, character codes,
 * reversed and replaced text, base64, and names that only ever hold such a constant. Each pass is a
 * shift-and-reduce over the tokens, so the time is linear in their number.
 */
final class Folder {
  /** Passes: constants found in one are put in place in the next. */
  private static final int MAX_PASSES = 4;

  /** Longest text that joining may build. */
  static final int MAX_TEXT_CHARS = 1 << 20;

  /** Characters that one pass may copy while joining and decoding: bounds hostile chains. */
  static final long MAX_COPIED_CHARS = 16L << 20;

  private static final Set<String> LINE_BREAKS = Set.of("vbcrlf", "vbnewline", "vblf", "vbcr");

  private final Map<String, Token> constants;
  private final ArrayList<Token> stack;
  private final ArrayList<Integer> open = new ArrayList<>();
  private long copied;

  private Folder(Map<String, Token> constants, int size) {
    this.constants = constants;
    this.stack = new ArrayList<>(size);
  }

  static List<Token> fold(List<Token> tokens) {
    List<Token> folded = tokens;
    Map<String, Token> constants = Map.of();
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      folded = new Folder(constants, folded.size()).run(folded);
      Map<String, Token> found = Constants.of(folded);
      if (found.equals(constants)) {
        break;
      }
      constants = found;
    }
    return folded;
  }

  /**
   * An expression that was worked out.
   *
   * @param text what it amounts to; null if that is not known
   * @param copied characters that were copied for it
   */
  record Evaluated(@Nullable Token text, long copied) {}

  /**
   * What an expression amounts to while one name holds a text.
   *
   * @param budget characters that may be copied for it, at most {@link #MAX_COPIED_CHARS}
   */
  static Evaluated evaluate(List<Token> expression, String name, Token held, long budget) {
    Folder folder = new Folder(Map.of(name, held), expression.size());
    long spent = MAX_COPIED_CHARS - budget;
    folder.copied = spent;
    List<Token> folded = folder.run(expression);
    boolean known = folded.size() == 1 && folded.get(0).isText();
    return new Evaluated(known ? folded.get(0) : null, folder.copied - spent);
  }

  private List<Token> run(List<Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME) {
        token = constant(token, i + 1 < tokens.size() ? tokens.get(i + 1) : Token.STATEMENT_END);
      }
      push(token);
    }
    return stack;
  }

  private Token constant(Token name, Token next) {
    if (LINE_BREAKS.contains(name.text())) {
      return new Token(Token.Kind.STRING, "\n");
    }
    Token value = constants.get(name.text());
    boolean member = top(0) != null && isSign(top(0), '.');
    if (value == null || member || isSign(next, '=') || isSign(next, '(')) {
      return name;
    }
    return isSign(next, '&') || isSign(next, '+') || !isAssigned() ? value : name;
  }

  /** Whether the name about to be pushed stands where a declaration names it. */
  private boolean isAssigned() {
    Token before = top(0);
    return before == null
        || before.kind() == Token.Kind.END
        || (before.kind() == Token.Kind.NAME && Constants.DECLARES.contains(before.text()));
  }

  private void push(Token token) {
    if (token.kind() == Token.Kind.END) {
      open.clear();
    }
    stack.add(token);
    if (isSign(token, '(')) {
      named();
      open.add(stack.size() - 1);
    } else if (isSign(token, ')')) {
      close();
    } else if (token.isText()) {
      join();
    } else if (token.kind() == Token.Kind.NUMBER) {
      number();
    }
  }

  /** {@code object["name"](}: the member of that name is called, as {@code object.name(} would. */
  private void named() {
    Token name = top(2);
    Token owner = top(4);
    boolean indexed = isSign(top(1), ']') && isSign(top(3), '[');
    if (!indexed || name == null || owner == null || !isName(name)) {
      return;
    }
    boolean global = owner.isName("this") || owner.isName("window");
    if (!global && owner.kind() != Token.Kind.NAME && !isSign(owner, ')')) {
      return;
    }
    Token paren = stack.removeLast();
    drop(global ? 4 : 3);
    if (!global) {
      stack.add(new Token(Token.Kind.SYMBOL, "."));
    }
    stack.add(new Token(Token.Kind.NAME, name.text().toLowerCase(Locale.ROOT)));
    stack.add(paren);
  }

  private static boolean isName(Token token) {
    return token.isText() && token.text().length() < 64 && token.text().matches("[A-Za-z_]\\w*");
  }

  /** {@code text + text} and {@code text & text}. */
  private void join() {
    while (true) {
      Token right = top(0);
      Token sign = top(1);
      Token left = top(2);
      if (right == null || sign == null || left == null || !right.isText() || !left.isText()) {
        return;
      }
      boolean joins = isSign(sign, '&') || isSign(sign, '+');
      int length = left.text().length() + right.text().length();
      if (!joins || length > MAX_TEXT_CHARS || copied > MAX_COPIED_CHARS) {
        return;
      }
      copied += length;
      boolean decoded = left.kind() == Token.Kind.DECODED || right.kind() == Token.Kind.DECODED;
      drop(3);
      stack.add(text(left.text() + right.text(), decoded));
    }
  }

  private void number() {
    Token right = top(0);
    Token sign = top(1);
    if (right == null || sign == null) {
      return;
    }
    if (isSign(sign, ')') && isCastToCharacter()) {
      drop(4);
      pushCharacter(value(right));
      return;
    }
    Token left = top(2);
    if (left == null) {
      return;
    }
    Token before = top(3);
    boolean first = before != null && (isSign(before, '(') || isSign(before, ','));
    if (isSign(sign, '-') && (isSign(left, '(') || isSign(left, ','))) {
      drop(2);
      stack.add(number(-value(right)));
    } else if (first && left.kind() == Token.Kind.NUMBER) {
      Long result = arithmetic(value(left), sign, value(right));
      if (result != null) {
        drop(3);
        stack.add(number(result));
      }
    }
  }

  private static @Nullable Long arithmetic(long left, Token sign, long right) {
    if (sign.isName("xor") || isSign(sign, '^')) {
      return left ^ right;
    }
    if (isSign(sign, '+')) {
      return left + right;
    }
    if (isSign(sign, '-')) {
      return left - right;
    }
    if (isSign(sign, '*')) {
      return left * right;
    }
    return isSign(sign, '/') && right != 0 ? left / right : null;
  }

  private boolean isCastToCharacter() {
    Token type = top(2);
    Token start = top(3);
    return type != null && start != null && type.isName("char") && isSign(start, '(');
  }

  private void close() {
    if (open.isEmpty()) {
      return;
    }
    int start = open.removeLast();
    List<Token> arguments = arguments(start);
    Token before = start > 0 ? stack.get(start - 1) : Token.STATEMENT_END;
    if (before.kind() != Token.Kind.NAME) {
      boolean value = before.isText() || isSign(before, ')') || isSign(before, ']');
      if (arguments.size() == 1 && !value && isConstant(arguments.get(0))) {
        dropTo(start);
        push(arguments.get(0));
      }
      return;
    }
    if (indexes(before, start, arguments)) {
      return;
    }
    Token characters = before.isName("string") ? Characters.joined(stack, start) : null;
    if (characters != null) {
      int name = chainStart(start - 1);
      dropTo(name > 0 && stack.get(name - 1).isName("new") ? name - 1 : name);
      push(characters);
      return;
    }
    Token receiver = receiver(start);
    Token result = Calls.evaluate(before.text(), receiver, arguments);
    if (result != null && copied <= MAX_COPIED_CHARS) {
      copied += result.text().length();
      dropTo(receiver == null ? chainStart(start - 1) : start - 3);
      push(result);
    }
  }

  /** {@code name(1)} where the name holds pieces of text: puts that piece in its place. */
  private boolean indexes(Token name, int start, List<Token> arguments) {
    if (arguments.size() != 1) {
      return false;
    }
    Token index = arguments.get(0);
    boolean member = start > 1 && isSign(stack.get(start - 2), '.');
    if (member) {
      boolean item = index.isText() && name.isName("item") && start > 2;
      Token text = item ? constants.get(Constants.element(stack.get(start - 3), index)) : null;
      return text != null && putInPlace(start - 3, text);
    }
    boolean assigned = start < 2 || stack.get(start - 2).kind() == Token.Kind.END;
    Token element = assigned ? null : constants.get(Constants.element(name, index));
    Token pieces = index.isText() ? null : constants.get(name.text());
    Token piece = pieces == null ? element : Calls.piece(pieces, value(index));
    return piece != null && putInPlace(start - 1, piece);
  }

  private boolean putInPlace(int from, Token text) {
    dropTo(from);
    push(text);
    return true;
  }

  private static boolean isConstant(Token token) {
    return token.isText() || token.kind() == Token.Kind.NUMBER;
  }

  /** The text on which a method is called: {@code "…".Replace(}. */
  private @Nullable Token receiver(int start) {
    if (start < 3 || !isSign(stack.get(start - 2), '.')) {
      return null;
    }
    Token receiver = stack.get(start - 3);
    return receiver.isText() ? receiver : null;
  }

  /** Constant arguments between the parentheses; empty if any of them is not constant. */
  private List<Token> arguments(int start) {
    List<Token> arguments = new ArrayList<>();
    for (int i = start + 1; i < stack.size() - 1; i++) {
      Token token = stack.get(i);
      boolean even = (i - start) % 2 == 0;
      if (even != isSign(token, ',') || (!even && !isConstant(token))) {
        return List.of();
      }
      if (!even) {
        arguments.add(token);
      }
    }
    return arguments;
  }

  /** Start of {@code System.Text.Encoding.GetEncoding(65001).GetString}, given its last name. */
  private int chainStart(int name) {
    int start = name;
    while (start >= 2 && isSign(stack.get(start - 1), '.')) {
      int before = start - 2;
      if (isSign(stack.get(before), ')')) {
        before = matchingOpen(before) - 1;
      }
      if (before < 0 || stack.get(before).kind() != Token.Kind.NAME) {
        return start;
      }
      start = before;
    }
    return start;
  }

  private int matchingOpen(int close) {
    int depth = 0;
    for (int i = close; i >= 0 && close - i < 200; i--) {
      if (isSign(stack.get(i), ')')) {
        depth++;
      } else if (isSign(stack.get(i), '(')) {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return 0;
  }

  private void pushCharacter(long code) {
    Token character = Calls.character(code);
    push(character == null ? number(code) : character);
  }

  private @Nullable Token top(int depth) {
    int at = stack.size() - 1 - depth;
    return at < 0 ? null : stack.get(at);
  }

  private void drop(int count) {
    dropTo(stack.size() - count);
  }

  private void dropTo(int size) {
    stack.subList(Math.max(0, size), stack.size()).clear();
  }

  static boolean isSign(@Nullable Token token, char sign) {
    return token != null && token.isSymbol(sign);
  }

  /** The whole part of a number; -1 if the text is none. */
  static long value(Token number) {
    String text = number.text();
    int i = text.startsWith("-") ? 1 : 0;
    long value = 0;
    boolean any = false;
    while (i < text.length() && value < Integer.MAX_VALUE) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        break;
      }
      value = value * 10 + (c - '0');
      any = true;
      i++;
    }
    boolean whole = i == text.length() || text.charAt(i) == '.';
    if (!any || !whole) {
      return -1;
    }
    return text.startsWith("-") ? -value : value;
  }

  static Token number(long value) {
    return new Token(Token.Kind.NUMBER, Long.toString(value));
  }

  static Token text(String value, boolean decoded) {
    return new Token(decoded ? Token.Kind.DECODED : Token.Kind.STRING, value);
  }
}
