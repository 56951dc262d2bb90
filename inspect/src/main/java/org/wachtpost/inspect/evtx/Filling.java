package org.wachtpost.inspect.evtx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fills a template in: the values of its instance, of which arrays are taken item by item.
 *
 * @param values of the instance
 * @param index which of them is one of its items for now; -1 if none is
 * @param item that item
 * @param outer the same without it
 * @param depth how many arrays are taken apart
 */
record Filling(
    List<Value> values, int index, @Nullable Value item, @Nullable Filling outer, int depth) {
  /** Arrays taken apart inside each other; further ones are shown with commas. */
  static final int MAX_DEPTH = 64;

  /** Outside of any template. */
  static final Filling NONE = of(List.of());

  static Filling of(List<Value> values) {
    return new Filling(values, -1, null, null, 0);
  }

  Filling with(int array, Value one) {
    return new Filling(values, array, one, this, depth + 1);
  }

  int size() {
    return values.size();
  }

  Value get(int wanted) {
    for (Filling at = this; at != null && at.item != null; at = at.outer) {
      if (at.index == wanted) {
        return at.item;
      }
    }
    return values.get(wanted);
  }
}
