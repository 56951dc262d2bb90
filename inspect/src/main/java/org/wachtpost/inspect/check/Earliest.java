package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.check.Sighting.Place;

/**
 * The texts that were seen first, of which only so many are kept: the same ones in whatever order
 * they come, since what was once among the first is only put out by what came before it. One
 * thread.
 */
final class Earliest {
  private final int limit;
  private final Map<String, Place> places = new HashMap<>();

  Earliest(int limit) {
    this.limit = limit;
  }

  /** It was seen there. */
  void add(String text, Place place) {
    Place known = places.get(text);
    if (known != null) {
      if (place.isBefore(known)) {
        places.put(text, place);
      }
      return;
    }
    if (places.size() >= limit) {
      String last = last();
      if (!before(text, place, last)) {
        return;
      }
      places.remove(last);
    }
    places.put(text, place);
  }

  /** Whether there may have been more than are kept. */
  boolean isFull() {
    return places.size() >= limit;
  }

  /** What is kept, the first before others. */
  List<String> texts() {
    List<String> texts = new ArrayList<>(places.keySet());
    texts.sort((one, other) -> before(one, place(one), other) ? -1 : one.equals(other) ? 0 : 1);
    return texts;
  }

  private String last() {
    @Nullable String last = null;
    for (Map.Entry<String, Place> entry : places.entrySet()) {
      if (last == null || !before(entry.getKey(), entry.getValue(), last)) {
        last = entry.getKey();
      }
    }
    return Objects.requireNonNull(last);
  }

  /** Two texts of one request have the same place. */
  private boolean before(String text, Place place, String other) {
    Place than = place(other);
    return place.isBefore(than) || !than.isBefore(place) && text.compareTo(other) < 0;
  }

  private Place place(String text) {
    return Objects.requireNonNull(places.get(text));
  }
}
