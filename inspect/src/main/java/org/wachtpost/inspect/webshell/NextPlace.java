package org.wachtpost.inspect.webshell;

import java.util.function.IntUnaryOperator;

/** The next place of something, asked for places that mostly go up: nothing is looked at twice. */
final class NextPlace {
  /** From a place to the next one of what is looked for, or to the end. */
  private final IntUnaryOperator search;

  /** Between these places none is but at the second. */
  private int lookedFrom = -1;

  private int lookedTo = -1;

  NextPlace(IntUnaryOperator search) {
    this.search = search;
  }

  int from(int place) {
    if (place < lookedFrom || place > lookedTo) {
      lookedTo = search.applyAsInt(place);
      lookedFrom = place;
    }
    return lookedTo;
  }
}
