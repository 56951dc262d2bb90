package org.wachtpost.inspect.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was seen and not opened, by kind: links, pipes, sockets, devices. Also names that come more
 * than once. Counted, some by name.
 */
final class Passed {
  static final String REPEATED = "file";

  private static final int MAX_NAMED = 5;

  private final Map<String, List<String>> named = new TreeMap<>();
  private final Map<String, Long> counts = new TreeMap<>();

  /** One more of a kind, such as "symbolic link". */
  void add(String kind, String name) {
    counts.merge(kind, 1L, Long::sum);
    List<String> names = named.computeIfAbsent(kind, _ -> new ArrayList<>());
    if (names.size() < MAX_NAMED) {
      names.add(name);
    }
  }

  /** One note for each kind. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    counts.forEach((kind, count) -> {
      List<String> names = named.getOrDefault(kind, List.of());
      String more = count > names.size() ? " and " + (count - names.size()) + " more" : "";
      notes.add(
          count
              + " "
              + kind
              + (count == 1 ? "" : "s")
              + did(kind)
              + String.join(", ", names)
              + more);
    });
    return notes;
  }

  private static String did(String kind) {
    return switch (kind) {
      case Evidence.LINK -> " not followed: ";
      case REPEATED -> " in an archive more than once, all read: ";
      default -> " not opened: ";
    };
  }
}
