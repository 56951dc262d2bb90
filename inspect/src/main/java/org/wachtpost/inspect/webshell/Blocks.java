package org.wachtpost.inspect.webshell;

import java.util.Arrays;
import java.util.Set;

/**
 * Where blocks of Basic end, for every statement of a page at once: one pass from the end, so that
 * a page of nothing but conditions takes no longer than any other.
 */
final class Blocks {
  private static final Set<String> LOOP_ENDS = Set.of("wend", "loop");

  private final Statements statements;
  private final int[] block;
  private final int[] branches;
  private final int[] loop;

  Blocks(Statements statements) {
    this.statements = statements;
    int count = statements.count();
    this.block = new int[count];
    this.branches = new int[count];
    this.loop = new int[count];
    conditions();
    loops();
  }

  /**
   * The end of what stands behind {@code then}. Conditions of one line have no end of their own: if
   * none is left for this one, it ends at the first.
   */
  int endOfBlock(int s) {
    return block[s];
  }

  /**
   * The end of all branches from the one on that starts at a statement; its own if there is none.
   */
  int endOfBranches(int s) {
    return branches[s];
  }

  /** The end of a loop that starts at a statement; the statement's own if there is none. */
  int endOfLoop(int s) {
    return loop[s];
  }

  private void conditions() {
    int count = statements.count();
    Levels ends = new Levels(count);
    Levels turns = new Levels(count);
    int level = 0;
    int first = count;
    int stop = count;
    for (int s = count - 1; s >= 0; s--) {
      int end = ends.next(level - 1);
      int turn = turns.next(level);
      int next = Math.min(end, turn);
      if (next < stop) {
        block[s] = statements.from(next);
      } else {
        block[s] =
            first < stop ? statements.from(first) : statements.to(Math.min(s + 1, count - 1));
      }
      branches[s] = end < count ? statements.from(end) : statements.to(s);
      boolean ended = statements.isName(statements.from(s), "end");
      boolean closes = ended && statements.isName(statements.from(s) + 1, "if");
      boolean turning =
          statements.isName(statements.from(s), "else")
              || statements.isName(statements.from(s), "elseif");
      // Behind this statement the level is what it was; before it one more or less.
      ends.put(level, s);
      if (turning) {
        turns.put(level, s);
      }
      if (closes || turning) {
        first = s;
      }
      if (ended
          && (statements.isName(statements.from(s) + 1, "sub")
              || statements.isName(statements.from(s) + 1, "function"))) {
        stop = s;
        first = count;
      }
      level += statements.isName(statements.from(s), "if") ? -1 : closes ? 1 : 0;
    }
  }

  private void loops() {
    int count = statements.count();
    Levels ends = new Levels(count);
    int level = 0;
    for (int s = count - 1; s >= 0; s--) {
      int end = ends.next(level - 1);
      loop[s] = end < count ? statements.from(end) : statements.to(s);
      int from = statements.from(s);
      boolean closes =
          LOOP_ENDS.contains(statements.tokens().get(from).text())
              || statements.isName(from, "end") && statements.isName(from + 1, "while");
      ends.put(level, s);
      level +=
          statements.isName(from, "while") || statements.isName(from, "do") ? -1 : closes ? 1 : 0;
    }
  }

  /** For each depth of nesting, from the page's end: the next statement behind which it is so. */
  private static final class Levels {
    private final int none;
    private final int[] next;

    Levels(int count) {
      none = count;
      next = new int[2 * count + 3];
      Arrays.fill(next, count);
    }

    int next(int level) {
      return next[level + none + 1];
    }

    void put(int level, int s) {
      next[level + none + 1] = s;
    }
  }
}
