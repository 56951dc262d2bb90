package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives fields of one name from the lowest up, each once (RFC 6376 §5.4.2). */
final class HeaderPicker {

  private final Map<String, List<HeaderField>> byName = new HashMap<>();
  private final Map<String, Integer> left = new HashMap<>();

  HeaderPicker(List<HeaderField> header) {
    for (HeaderField field : header) {
      byName
          .computeIfAbsent(field.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(field);
    }
  }

  /** The next one, or null when there are no more. */
  @Nullable HeaderField next(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    List<HeaderField> fields = byName.getOrDefault(key, List.of());
    int index = left.getOrDefault(key, fields.size()) - 1;
    if (key.isEmpty() || index < 0) {
      return null;
    }
    left.put(key, index);
    return fields.get(index);
  }
}
