package org.wachtpost.courier;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the far end offers (RFC 5321 §4.1.1.1), by keyword in capitals. */
record Extensions(Map<String, String> byKeyword) {
  Extensions {
    byKeyword = Map.copyOf(byKeyword);
  }

  static Extensions none() {
    return new Extensions(Map.of());
  }

  /** Of the reply to EHLO; its first line is a greeting. */
  static Extensions of(FarReply reply) {
    Map<String, String> map = new HashMap<>();
    List<String> lines = reply.lines();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.strip().split(" ", 2);
      map.put(parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : "");
    }
    return new Extensions(map);
  }

  boolean has(String keyword) {
    return byKeyword.containsKey(keyword);
  }

  /** Largest message taken, octets; {@link Long#MAX_VALUE} if there is no limit (RFC 1870 §4). */
  long size() {
    String value = byKeyword.getOrDefault("SIZE", "");
    if (!value.matches("[0-9]{1,18}")) {
      return Long.MAX_VALUE;
    }
    long size = Long.parseLong(value);
    return size == 0 ? Long.MAX_VALUE : size;
  }

  boolean offersPlain() {
    String mechanisms = byKeyword.getOrDefault("AUTH", "").toUpperCase(Locale.ROOT);
    return Set.of(mechanisms.split(" ")).contains("PLAIN");
  }
}
