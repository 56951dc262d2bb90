package org.wachtpost.inspect.webshell;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Code that never runs: behind a condition that no value changes, jumped over, or in a function
 * that no code which runs comes to. What makes a page look harmless does not count in it.
 */
final class DeadCode {
  /** A label is looked for this far. */
  private static final int MAX_JUMP_STATEMENTS = 1000;

  /** So often in all; no page that somebody wrote has so many jumps. */
  private static final int MAX_SEARCHES = 10_000;

  private static final Set<String> CONDITIONS = Set.of("if", "elseif", "while", "until");

  /** What may end a block that a jump stands in. */
  private static final Set<String> BLOCK_ENDS =
      Set.of("end", "else", "elseif", "next", "wend", "loop", "case", "default");

  private final List<Token> tokens;
  private final Signs signs;
  private final Statements statements;
  private final BitSet dead = new BitSet();

  /** For the place of each brace that opens, the one that closes it, or the end. */
  private final int[] closing;

  private @Nullable Blocks blocks;
  private int searches;

  DeadCode(Statements statements) {
    this.tokens = statements.tokens();
    this.signs = new Signs(tokens);
    this.statements = statements;
    this.closing = new int[tokens.size()];
    matchBraces();
    for (int s = 0; s < statements.count(); s++) {
      if (!dead.get(statements.from(s))) {
        statement(s);
      }
    }
    Functions.of(tokens, statements.bounds(), closing).markUnused(dead);
  }

  /** Whether the token at a place never runs. */
  boolean holds(int i) {
    return dead.get(i);
  }

  private void matchBraces() {
    Arrays.fill(closing, tokens.size());
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < closing.length; i++) {
      if (signs.at(i, '{')) {
        open.push(i);
      } else if (signs.at(i, '}') && !open.isEmpty()) {
        closing[open.pop()] = i;
      }
    }
  }

  private void statement(int s) {
    int head = statements.from(s);
    boolean chained = statements.isName(head, "else") && statements.isName(head + 1, "if");
    head += chained || statements.isName(head, "do") ? 1 : 0;
    if (head < statements.to(s) && CONDITIONS.contains(tokens.get(head).text())) {
      condition(s, head);
    } else if (statements.isName(head, "for") && signs.at(head + 1, '(')) {
      loop(s);
    } else if (isJump(s) && !(s > 0 && statements.isName(statements.to(s - 1) - 1, "then"))) {
      jump(s, head + 1);
    }
  }

  private void condition(int s, int head) {
    int to = statements.to(s);
    boolean then = statements.isName(to - 1, "then");
    boolean braced = signs.at(head + 1, '(') && !then;
    int end = braced ? signs.closing(head + 1, to) : then ? to - 1 : to;
    if (end < 0) {
      return;
    }
    boolean until = statements.isName(head, "until");
    if (Condition.isNever(tokens, head + 1, end) && !until
        || Condition.isAlways(tokens, head + 1, end) && until) {
      dead.set(head + 1, end); // what is in it decides nothing
      never(s, head, end);
    } else if (tokens.get(head).text().endsWith("if")
        && Condition.isAlways(tokens, head + 1, end)) {
      dead.set(head + 1, end);
      always(s, end, braced);
    }
  }

  /** What is behind the condition does not run; it ends before {@code end}. */
  private void never(int s, int head, int end) {
    int to = statements.to(s);
    boolean braced = signs.at(end, ')') && signs.at(head + 1, '(');
    if (!braced) {
      dead.set(
          to,
          statements.isName(head, "if") || statements.isName(head, "elseif")
              ? blocks().endOfBlock(s)
              : blocks().endOfLoop(s));
    } else if (end + 1 < to) {
      dead.set(end + 1, to);
    } else if (opensBrace(s + 1)) {
      dead.set(to, closing[statements.from(s + 1)]);
    } else if (head > statements.from(s) && statements.isName(statements.from(s), "do")) {
      dead.set(to, blocks().endOfLoop(s));
    } else if (s + 1 < statements.count() && !endsLoop(s)) {
      dead.set(to, statements.to(s + 1));
    }
  }

  /** {@code do { … } while (false)}, {@code do statement; while (false)}: what follows runs. */
  private boolean endsLoop(int s) {
    return statements.isName(statements.from(s), "while")
        && s > 0
        && (signs.at(statements.from(s - 1), '}')
            || statements.isName(statements.from(s - 1), "do"));
  }

  /** What stands behind {@code else} does not run, nor what is jumped over. */
  private void always(int s, int end, boolean braced) {
    int to = statements.to(s);
    if (braced && statements.isName(end + 1, "goto") && end + 2 < to) {
      jump(s, end + 2);
    } else if (!braced && s + 1 < statements.count() && isJump(s + 1)) {
      jump(s + 1, statements.from(s + 1) + 1);
    }
    if (braced) {
      boolean block = end + 1 >= to && opensBrace(s + 1);
      otherwise(
          block ? indexAt(closing[statements.from(s + 1)]) + 1 : end + 1 < to ? s + 1 : s + 2);
    } else {
      int turn = blocks().endOfBlock(s);
      if (statements.isName(turn, "else") || statements.isName(turn, "elseif")) {
        dead.set(turn, blocks().endOfBranches(indexAt(turn)));
      }
    }
  }

  /** {@code else}, {@code else if} one after the other. */
  private void otherwise(int first) {
    int s = first;
    while (s < statements.count() && statements.isName(statements.from(s), "else")) {
      boolean block = opensBrace(s + 1);
      boolean alone = statements.to(s) - statements.from(s) == 1;
      int last = block ? indexAt(closing[statements.from(s + 1)]) : alone ? s + 1 : s;
      last = Math.min(last, statements.count() - 1);
      dead.set(statements.from(s), block ? statements.from(last) : statements.to(last));
      s = last + 1;
    }
  }

  /** {@code for (; false;) statement}: the signs in its head end statements. */
  private void loop(int s) {
    boolean parts =
        signs.closing(statements.from(s) + 1, statements.to(s)) < 0 && s + 2 < statements.count();
    if (!parts || !Condition.isNever(tokens, statements.from(s + 1), statements.to(s + 1))) {
      return;
    }
    int close = statements.from(s + 2);
    int depth = 1;
    while (close < statements.to(s + 2)) {
      depth += signs.at(close, '(') ? 1 : signs.at(close, ')') ? -1 : 0;
      if (depth == 0) {
        break;
      }
      close++;
    }
    if (close + 1 < statements.to(s + 2)) {
      dead.set(close + 1, statements.to(s + 2));
    } else if (s + 3 < statements.count()) {
      dead.set(
          statements.to(s + 2),
          opensBrace(s + 3) ? closing[statements.from(s + 3)] : statements.to(s + 3));
    }
  }

  private boolean isJump(int s) {
    return statements.to(s) - statements.from(s) == 2
        && statements.isName(statements.from(s), "goto");
  }

  /** Marks what is between a jump and its label, up to where the block or another label is. */
  private void jump(int s, int label) {
    int depth = 0;
    int last = searched(s);
    for (int k = s + 1; k < last; k++) {
      int from = statements.from(k);
      depth += signs.at(from, '{') ? 1 : signs.at(from, '}') ? -1 : 0;
      boolean named = tokens.get(from).kind() == Token.Kind.NAME;
      boolean marked = named && signs.at(from + 1, ':');
      boolean there = named && tokens.get(from).text().equals(tokens.get(label).text());
      if (depth < 0 || marked || there || BLOCK_ENDS.contains(tokens.get(from).text())) {
        dead.set(statements.to(s), from);
        return;
      }
    }
  }

  /** Most pages have no constant condition, and need none. */
  private Blocks blocks() {
    if (blocks == null) {
      blocks = new Blocks(statements);
    }
    return blocks;
  }

  /** Where a search that begins at a statement gives up. */
  private int searched(int s) {
    searches++;
    int many = searches > MAX_SEARCHES ? 1 : MAX_JUMP_STATEMENTS;
    return Math.min(statements.count(), s + many);
  }

  /** The statement in which a token stands; the last one if it is behind them. */
  private int indexAt(int token) {
    int low = 0;
    int high = statements.count() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (statements.from(middle) <= token) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private boolean opensBrace(int s) {
    return s < statements.count() && signs.at(statements.from(s), '{');
  }
}
