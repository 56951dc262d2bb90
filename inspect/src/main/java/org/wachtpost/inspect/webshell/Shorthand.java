package org.wachtpost.inspect.webshell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes out what a page has shortened: the owner that a {@code With} block leaves away, and the
 * other name that a script gives to {@code eval}.
 */
final class Shorthand {
  /** Blocks within each other that are kept in mind; hostile pages nest deeper. */
  private static final int MAX_BLOCKS = 32;

  /** Longest owner of a block, in tokens. */
  private static final int MAX_OWNER_TOKENS = 24;

  /** Words of Basic after which a name cannot go on: a dot behind them starts a member. */
  private static final Set<String> BEFORE_MEMBER =
      Set.of(
          "execute",
          "executeglobal",
          "eval",
          "call",
          "if",
          "elseif",
          "while",
          "until",
          "case",
          "and",
          "or",
          "not",
          "xor",
          "mod",
          "is",
          "set",
          "let",
          "return",
          "to",
          "step",
          "in",
          "then",
          "else");

  private final List<Token> tokens;
  private final List<Token> out;
  private final Deque<List<Token>> blocks = new ArrayDeque<>();
  private final Set<String> aliases = new HashSet<>();

  /** Members that hold {@code eval}. */
  private final Set<String> members = new HashSet<>();

  private Shorthand(List<Token> tokens) {
    this.tokens = tokens;
    this.out = new ArrayList<>(tokens.size());
  }

  static List<Token> writtenOut(List<Token> tokens) {
    Shorthand shorthand = new Shorthand(tokens);
    shorthand.findAliases();
    return shorthand.run();
  }

  /** {@code var e = eval}, {@code {'e': eval}}: nothing is called behind the name. */
  private void findAliases() {
    for (int i = 2; i < tokens.size(); i++) {
      Token next = i + 1 < tokens.size() ? tokens.get(i + 1) : Token.STATEMENT_END;
      if (!tokens.get(i).isName("eval") || next.isSymbol('(')) {
        continue;
      }
      Token target = tokens.get(i - 2);
      boolean name = target.kind() == Token.Kind.NAME;
      if (tokens.get(i - 1).isSymbol(':') && (name || target.isText())) {
        members.add(target.text().toLowerCase(Locale.ROOT));
      } else if (tokens.get(i - 1).isSymbol('=') && name && next.kind() == Token.Kind.END) {
        boolean member = i > 2 && tokens.get(i - 3).isSymbol('.');
        (member ? members : aliases).add(target.text());
      }
    }
  }

  private List<Token> run() {
    int start = 0;
    for (int i = 0; i <= tokens.size(); i++) {
      if (i == tokens.size() || tokens.get(i).kind() == Token.Kind.END) {
        statement(start, i);
        if (i < tokens.size()) {
          out.add(tokens.get(i));
        }
        start = i + 1;
      }
    }
    return out;
  }

  private void statement(int from, int to) {
    int length = to - from;
    if (length > 1 && tokens.get(from).isName("with") && !tokens.get(from + 1).isSymbol('(')) {
      if (blocks.size() < MAX_BLOCKS && length <= MAX_OWNER_TOKENS) {
        blocks.push(List.copyOf(tokens.subList(from + 1, to)));
      }
    } else if (length == 2
        && tokens.get(from).isName("end")
        && tokens.get(from + 1).isName("with")) {
      blocks.poll();
    }
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.isSymbol('.') && !blocks.isEmpty() && startsMember(i, from)) {
        out.addAll(blocks.element());
      }
      boolean calls = i + 1 < to && tokens.get(i + 1).isSymbol('(');
      boolean member = i > from && tokens.get(i - 1).isSymbol('.');
      boolean held = calls && member && members.contains(token.text());
      if (held && out.size() > 1) {
        out.removeLast(); // the dot and its owner: what is called is the same function
        out.removeLast();
      }
      boolean alias = held || calls && !member && aliases.contains(token.text());
      out.add(alias ? new Token(Token.Kind.NAME, "eval") : token);
    }
  }

  private boolean startsMember(int i, int from) {
    if (i == from) {
      return true;
    }
    Token before = tokens.get(i - 1);
    return switch (before.kind()) {
      case NAME -> BEFORE_MEMBER.contains(before.text());
      case SYMBOL -> !before.isSymbol(')') && !before.isSymbol(']');
      case STRING, DECODED, NUMBER, END -> false;
    };
  }
}
