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
  private final List<int[]> statements;
  private final BitSet dead = new BitSet();

  /** For the place of each brace that opens, the one that closes it, or the end. */
  private final int[] closing;

  private @Nullable Blocks blocks;
  private int searches;

  /**
   * @param statements first token and the one behind the last of each statement
   */
  DeadCode(List<Token> tokens, List<int[]> statements) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.statements = statements;
    this.closing = new int[tokens.size()];
    matchBraces();
    for (int s = 0; s < statements.size(); s++) {
      if (!dead.get(from(s))) {
        statement(s);
      }
    }
    Functions.of(tokens, statements, closing).markUnused(dead);
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
    int head = from(s);
    boolean chained = isName(head, "else") && isName(head + 1, "if");
    head += chained || isName(head, "do") ? 1 : 0;
    if (head < to(s) && CONDITIONS.contains(tokens.get(head).text())) {
      condition(s, head);
    } else if (isName(head, "for") && signs.at(head + 1, '(')) {
      loop(s);
    } else if (isJump(s) && !(s > 0 && isName(to(s - 1) - 1, "then"))) {
      jump(s, head + 1);
    }
  }

  private void condition(int s, int head) {
    int to = to(s);
    boolean then = isName(to - 1, "then");
    boolean braced = signs.at(head + 1, '(') && !then;
    int end = braced ? signs.closing(head + 1, to) : then ? to - 1 : to;
    if (end < 0) {
      return;
    }
    boolean until = isName(head, "until");
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
    int to = to(s);
    boolean braced = signs.at(end, ')') && signs.at(head + 1, '(');
    if (!braced) {
      dead.set(to, isName(head, "if") || isName(head, "elseif") ? endOfBlock(s) : endOfLoop(s));
    } else if (end + 1 < to) {
      dead.set(end + 1, to);
    } else if (opensBrace(s + 1)) {
      dead.set(to, closing[from(s + 1)]);
    } else if (head > from(s) && isName(from(s), "do")) {
      dead.set(to, endOfLoop(s));
    } else if (s + 1 < statements.size() && !endsLoop(s)) {
      dead.set(to, to(s + 1));
    }
  }

  /** {@code do { … } while (false)}, {@code do statement; while (false)}: what follows runs. */
  private boolean endsLoop(int s) {
    return isName(from(s), "while")
        && s > 0
        && (signs.at(from(s - 1), '}') || isName(from(s - 1), "do"));
  }

  /** What stands behind {@code else} does not run, nor what is jumped over. */
  private void always(int s, int end, boolean braced) {
    int to = to(s);
    if (braced && isName(end + 1, "goto") && end + 2 < to) {
      jump(s, end + 2);
    } else if (!braced && s + 1 < statements.size() && isJump(s + 1)) {
      jump(s + 1, from(s + 1) + 1);
    }
    if (braced) {
      boolean block = end + 1 >= to && opensBrace(s + 1);
      otherwise(block ? indexAt(closing[from(s + 1)]) + 1 : end + 1 < to ? s + 1 : s + 2);
    } else {
      int turn = endOfBlock(s);
      if (isName(turn, "else") || isName(turn, "elseif")) {
        dead.set(turn, endOfBranches(indexAt(turn)));
      }
    }
  }

  /** {@code else}, {@code else if} one after the other. */
  private void otherwise(int first) {
    int s = first;
    while (s < statements.size() && isName(from(s), "else")) {
      boolean block = opensBrace(s + 1);
      boolean alone = to(s) - from(s) == 1;
      int last = block ? indexAt(closing[from(s + 1)]) : alone ? s + 1 : s;
      last = Math.min(last, statements.size() - 1);
      dead.set(from(s), block ? from(last) : to(last));
      s = last + 1;
    }
  }

  /** {@code for (; false;) statement}: the signs in its head end statements. */
  private void loop(int s) {
    boolean parts = signs.closing(from(s) + 1, to(s)) < 0 && s + 2 < statements.size();
    if (!parts || !Condition.isNever(tokens, from(s + 1), to(s + 1))) {
      return;
    }
    int close = from(s + 2);
    int depth = 1;
    while (close < to(s + 2)) {
      depth += signs.at(close, '(') ? 1 : signs.at(close, ')') ? -1 : 0;
      if (depth == 0) {
        break;
      }
      close++;
    }
    if (close + 1 < to(s + 2)) {
      dead.set(close + 1, to(s + 2));
    } else if (s + 3 < statements.size()) {
      dead.set(to(s + 2), opensBrace(s + 3) ? closing[from(s + 3)] : to(s + 3));
    }
  }

  private boolean isJump(int s) {
    return to(s) - from(s) == 2 && isName(from(s), "goto");
  }

  /** Marks what is between a jump and its label, up to where the block or another label is. */
  private void jump(int s, int label) {
    int depth = 0;
    int last = searched(s);
    for (int k = s + 1; k < last; k++) {
      int from = from(k);
      depth += signs.at(from, '{') ? 1 : signs.at(from, '}') ? -1 : 0;
      boolean named = tokens.get(from).kind() == Token.Kind.NAME;
      boolean marked = named && signs.at(from + 1, ':');
      boolean there = named && tokens.get(from).text().equals(tokens.get(label).text());
      if (depth < 0 || marked || there || BLOCK_ENDS.contains(tokens.get(from).text())) {
        dead.set(to(s), from);
        return;
      }
    }
  }

  private int endOfBlock(int s) {
    return blocks().endOfBlock(s);
  }

  /** The end of all branches from the one on that starts at a statement of Basic. */
  private int endOfBranches(int s) {
    return blocks().endOfBranches(s);
  }

  /** Most pages have no constant condition, and need none. */
  private Blocks blocks() {
    if (blocks == null) {
      blocks = new Blocks(tokens, statements);
    }
    return blocks;
  }

  /** Where a search that begins at a statement gives up. */
  private int searched(int s) {
    searches++;
    int many = searches > MAX_SEARCHES ? 1 : MAX_JUMP_STATEMENTS;
    return Math.min(statements.size(), s + many);
  }

  private int endOfLoop(int s) {
    return blocks().endOfLoop(s);
  }

  /** The statement in which a token stands; the last one if it is behind them. */
  private int indexAt(int token) {
    int low = 0;
    int high = statements.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (from(middle) <= token) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private boolean opensBrace(int s) {
    return s < statements.size() && signs.at(from(s), '{');
  }

  private int from(int s) {
    return statements.get(s)[0];
  }

  private int to(int s) {
    return statements.get(s)[1];
  }

  private boolean isName(int i, String name) {
    return i < tokens.size() && tokens.get(i).isName(name);
  }
}
