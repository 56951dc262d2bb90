package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;

/**
 * Splits server code into tokens: comments dropped, escapes resolved, names in lower case and rid
 * of characters that compilers ignore inside them.
 */
final class Lexer {
  private final String code;
  private final Dialect dialect;
  private final List<Token> out;
  private final int limit;
  private int at;

  /** Parentheses open in C-like code: braces inside them hold values, not statements. */
  private int depth;

  private Lexer(String code, Dialect dialect, List<Token> out, int limit) {
    this.code = code;
    this.dialect = dialect;
    this.out = out;
    this.limit = limit;
  }

  /** Appends the tokens of {@code code}; stops when {@code out} holds {@code limit} tokens. */
  static void read(String code, Dialect dialect, List<Token> out, int limit) {
    new Lexer(code, dialect, out, limit).run();
  }

  private void run() {
    while (at < code.length() && out.size() < limit) {
      char c = code.charAt(at);
      if (c == '\n' || c == '\r') {
        at++;
        if (dialect == Dialect.VB) {
          end();
        }
      } else if (c <= ' ' || c == 0xA0 || c == 0x3000 || isIgnorable(c)) {
        at++;
      } else if (!comment(c)) {
        word(c);
      }
    }
    end();
  }

  /** Skips a comment if one starts here. */
  private boolean comment(char c) {
    if (code.startsWith("<!--", at)) {
      skipLine();
      return true;
    }
    if (dialect == Dialect.VB) {
      if (c == '\'' || c == '\u2018' || c == '\u2019' || isRemark()) {
        skipLine();
        return true;
      }
      return false;
    }
    if (code.startsWith("//", at)) {
      skipLine();
      return true;
    }
    if (code.startsWith("/*", at)) {
      int close = code.indexOf("*/", at + 2);
      at = close < 0 ? code.length() : close + 2;
      return true;
    }
    return false;
  }

  private boolean isRemark() {
    boolean starts = out.isEmpty() || out.getLast().kind() == Token.Kind.END;
    return starts
        && code.regionMatches(true, at, "rem", 0, 3)
        && (at + 3 >= code.length() || code.charAt(at + 3) <= ' ');
  }

  private void word(char c) {
    if (isNameStart(c) || (c == '@' && at + 1 < code.length() && isNameStart(peek(1)))) {
      name();
    } else if (c == '\\' && dialect != Dialect.VB && (peek(1) == 'u' || peek(1) == 'U')) {
      name();
    } else if (c >= '0' && c <= '9') {
      number();
    } else if (dialect == Dialect.VB) {
      basicSign(c);
    } else {
      sign(c);
    }
  }

  private void basicSign(char c) {
    if (c == '"' || c == '\u201C' || c == '\u201D') {
      basicString();
    } else if (c == '&' && (peek(1) == 'h' || peek(1) == 'H') && isHex(peek(2))) {
      at += 2;
      radix(16);
    } else if (c == '&' && (peek(1) == 'o' || peek(1) == 'O') && isOctal(peek(2))) {
      at += 2;
      radix(8);
    } else if (c == '&' && isOctal(peek(1)) && !joinsTexts()) {
      at++;
      radix(8);
    } else if (c == '_' && restOfLineIsBlank(at + 1)) {
      skipContinuedLine();
    } else if (c == '[') {
      bracketed();
    } else if (c == '$' && peek(1) == '"') {
      at++;
      interpolated(true);
    } else if (c == ':' && peek(1) != '=') {
      at++;
      end();
    } else {
      symbol(c);
    }
  }

  /** {@code x &1}: after a value the ampersand joins; elsewhere it starts an octal number. */
  private boolean joinsTexts() {
    if (out.isEmpty()) {
      return false;
    }
    Token before = out.getLast();
    return before.kind() != Token.Kind.END
        && (before.kind() != Token.Kind.SYMBOL || before.isSymbol(')'));
  }

  private void sign(char c) {
    switch (c) {
      case '"', '\'', '`' -> escapedString(c);
      case '@', '$' -> {
        if (peek(1) == '"') {
          at++;
          if (c == '@') {
            basicString();
          } else {
            interpolated(false);
          }
        } else if ((peek(1) == '@' || peek(1) == '$') && peek(2) == '"') {
          at += 2;
          interpolated(true);
        } else {
          symbol(c);
        }
      }
      case '(' -> {
        depth++;
        symbol(c);
      }
      case ')' -> {
        depth = Math.max(0, depth - 1);
        symbol(c);
      }
      case ';' -> {
        at++;
        depth = 0;
        end();
      }
      case '{', '}' -> {
        if (depth == 0) {
          end();
          symbol(c);
          end();
        } else {
          symbol(c);
        }
      }
      default -> symbol(c);
    }
  }

  private void symbol(char c) {
    out.add(new Token(Token.Kind.SYMBOL, String.valueOf(c)));
    at++;
  }

  private void end() {
    if (!out.isEmpty() && out.getLast().kind() != Token.Kind.END) {
      out.add(Token.STATEMENT_END);
    }
  }

  private void name() {
    StringBuilder name = new StringBuilder(16);
    if (code.charAt(at) == '@') {
      at++;
    }
    while (at < code.length()) {
      char c = code.charAt(at);
      if (isNamePart(c)) {
        name.append(c);
        at++;
      } else if (c == '\\' && dialect != Dialect.VB && (peek(1) == 'u' || peek(1) == 'U')) {
        int digits = peek(1) == 'u' ? 4 : 8;
        int value = hex(at + 2, digits);
        if (value < 0) {
          at += 2;
          break;
        }
        if (Character.getType(value) != Character.FORMAT) {
          name.appendCodePoint(Character.isValidCodePoint(value) ? value : '?');
        }
        at += 2 + digits;
      } else if (isIgnorable(c)) {
        at++;
      } else {
        break;
      }
    }
    if (dialect == Dialect.VB && name.length() > 1 && name.charAt(name.length() - 1) == '$') {
      name.setLength(name.length() - 1); // marks a text
    }
    String text = name.toString().toLowerCase(Locale.ROOT);
    out.add(new Token(Token.Kind.NAME, text));
    if (dialect == Dialect.VB && (text.equals("then") || text.equals("else"))) {
      end();
    }
  }

  /** VBScript allows {@code [any name]}; Visual Basic uses it around keywords. */
  private void bracketed() {
    int close = code.indexOf(']', at);
    if (close < 0 || close - at > 200 || code.substring(at, close).indexOf('\n') >= 0) {
      symbol('[');
      return;
    }
    String name = code.substring(at + 1, close).toLowerCase(Locale.ROOT);
    out.add(new Token(Token.Kind.NAME, name));
    at = close + 1;
  }

  private void number() {
    if (code.charAt(at) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at += 2;
      radix(16);
      return;
    }
    int start = at;
    while (at < code.length() && (isDigit(code.charAt(at)) || isFraction())) {
      at++;
    }
    out.add(new Token(Token.Kind.NUMBER, code.substring(start, Math.min(at, start + 20))));
    while (at < code.length()
        && "lLuUmMdDfF".indexOf(code.charAt(at)) >= 0
        && !isNamePart(peek(1))) {
      at++;
    }
  }

  private boolean isFraction() {
    return code.charAt(at) == '.' && isDigit(peek(1));
  }

  private void radix(int radix) {
    long value = 0;
    while (at < code.length() && Character.digit(code.charAt(at), radix) >= 0) {
      value = (value * radix + Character.digit(code.charAt(at), radix)) & 0xFFFF_FFFFL;
      at++;
    }
    out.add(new Token(Token.Kind.NUMBER, Long.toString(value)));
    if (at < code.length() && code.charAt(at) == '&' && dialect == Dialect.VB && !isSpaceNext()) {
      // &H41& : the closing ampersand is a type mark only when no operand follows it
      char next = peek(1);
      if (next == ')' || next == ',' || next == 0) {
        at++;
      }
    }
  }

  private boolean isSpaceNext() {
    return peek(1) == ' ';
  }

  /** A string in which a doubled quote stands for one; ends with its line. */
  private void basicString() {
    StringBuilder value = new StringBuilder();
    at++;
    while (at < code.length()) {
      char c = code.charAt(at);
      if (c == '"' || c == '\u201C' || c == '\u201D') {
        if (peek(1) != '"') {
          at++;
          break;
        }
        at++;
      } else if ((c == '\n' || c == '\r') && dialect == Dialect.VB) {
        break;
      }
      value.append(c);
      at++;
    }
    out.add(new Token(Token.Kind.STRING, value.toString()));
  }

  /** {@code $"text {name} text"}: pieces that are put together; quotes are doubled or escaped. */
  private void interpolated(boolean doubled) {
    int first = out.size();
    StringBuilder text = new StringBuilder();
    boolean escaped = false;
    at++;
    while (at < code.length() && out.size() < limit && !(code.charAt(at) == '\n' && !doubled)) {
      char c = code.charAt(at);
      boolean twice = peek(1) == c;
      int close = c == '{' && !twice ? Interpolation.end(code, at) : -1;
      if (c == '"' && !(doubled && twice)) {
        at++;
        break;
      } else if (close > 0) {
        piece(text, escaped, first);
        escaped = false;
        hole(Interpolation.code(code, at, close, doubled), first);
        at = close + 1;
      } else if (c == '\\' && !doubled) {
        escaped |= escape(text);
      } else {
        text.append(c);
        at += twice && (c == '{' || c == '}' || c == '"') ? 2 : 1;
      }
    }
    if (out.size() == first) {
      out.add(literal(text, escaped));
    } else {
      piece(text, escaped, first);
    }
  }

  private static Token literal(StringBuilder text, boolean escaped) {
    return new Token(escaped ? Token.Kind.DECODED : Token.Kind.STRING, text.toString());
  }

  private void piece(StringBuilder text, boolean escaped, int first) {
    if (!text.isEmpty()) {
      join(first);
      out.add(literal(text, escaped));
      text.setLength(0);
    }
  }

  private void hole(String inner, int first) {
    join(first);
    out.add(new Token(Token.Kind.SYMBOL, "("));
    int start = out.size();
    read(inner, dialect, out, Math.min(limit, start + inner.length()));
    out.subList(start, out.size()).removeIf(token -> token.kind() == Token.Kind.END);
    out.add(new Token(Token.Kind.SYMBOL, ")"));
  }

  private void join(int first) {
    if (out.size() > first) {
      out.add(new Token(Token.Kind.SYMBOL, "+"));
    }
  }

  private void escapedString(char quote) {
    StringBuilder value = new StringBuilder();
    at++;
    boolean escaped = false;
    while (at < code.length()) {
      char c = code.charAt(at);
      if (c == quote) {
        at++;
        break;
      }
      if (c == '\n' && quote != '`') {
        break;
      }
      if (c == '\\') {
        escaped |= escape(value);
      } else {
        value.append(c);
        at++;
      }
    }
    out.add(literal(value, escaped));
  }

  /** Appends what the escape at this place stands for; true if it hid a character by its number. */
  private boolean escape(StringBuilder value) {
    char c = peek(1);
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      int number = hex(at + 2, digits);
      if (number >= 0 && Character.isValidCodePoint(number)) {
        value.appendCodePoint(number);
        at += 2 + digits;
        return number < 128;
      }
    }
    if (isOctal(c)) {
      int number = 0;
      int read = 0;
      while (read < 3 && isOctal(peek(1 + read))) {
        number = number * 8 + (peek(1 + read) - '0');
        read++;
      }
      value.append((char) number);
      at += 1 + read;
      return read > 1;
    }
    switch (c) {
      case 'n' -> value.append('\n');
      case 'r', '\r', '\n' -> {}
      case 't' -> value.append('\t');
      case 0 -> {}
      default -> value.append(c);
    }
    at += 2;
    return false;
  }

  private int hex(int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < code.length() ? Character.digit(code.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private void skipLine() {
    while (at < code.length() && code.charAt(at) != '\n' && code.charAt(at) != '\r') {
      at++;
    }
  }

  private boolean restOfLineIsBlank(int from) {
    int i = from;
    while (i < code.length() && (code.charAt(i) == ' ' || code.charAt(i) == '\t')) {
      i++;
    }
    return i >= code.length() || code.charAt(i) == '\r' || code.charAt(i) == '\n';
  }

  private void skipContinuedLine() {
    skipLine();
    if (at < code.length() && code.charAt(at) == '\r') {
      at++;
    }
    if (at < code.length() && code.charAt(at) == '\n') {
      at++;
    }
  }

  private char peek(int ahead) {
    return at + ahead < code.length() ? code.charAt(at + ahead) : 0;
  }

  private boolean isNameStart(char c) {
    return isAsciiLetter(c)
        || (c == '_' && !(dialect == Dialect.VB && restOfLineIsBlank(at + 1)))
        || (c == '$' && dialect == Dialect.JSCRIPT)
        || (c >= 0x80 && Character.isLetter(c));
  }

  private static boolean isNamePart(char c) {
    return isAsciiLetter(c)
        || isDigit(c)
        || c == '_'
        || c == '$'
        || (c >= 0x80 && Character.isLetterOrDigit(c));
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isIgnorable(char c) {
    return c >= 0x80 && Character.getType(c) == Character.FORMAT;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return Character.digit(c, 16) >= 0;
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }
}
