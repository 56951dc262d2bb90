package org.wachtpost.courier;

import java.util.HashMap;
import java.util.HashSet;
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

  /** SASL mechanisms, in capitals; some hosts name one twice. */
  Set<String> mechanisms() {
    return new HashSet<>(
        List.of(byKeyword.getOrDefault("AUTH", "").toUpperCase(Locale.ROOT).split(" +")));
  }

  /** Recipients that one transaction may have (RFC 9422 §4.2). */
  int mostRecipients() {
    return limit("RCPTMAX");
  }

  /** Messages that one connection may carry (RFC 9422 §4.1). */
  int mostMessages() {
    return limit("MAILMAX");
  }

  private int limit(String name) {
    for (String each : byKeyword.getOrDefault("LIMITS", "").split(" +")) {
      String[] parts = each.split("=", 2);
      // RFC 9422 §3: six digits, not zero; what is none of these does not count.
      if (parts[0].equalsIgnoreCase(name)
          && parts.length == 2
          && parts[1].matches("[1-9][0-9]{0,5}")) {
        return Integer.parseInt(parts[1]);
      }
    }
    return Integer.MAX_VALUE;
  }
}
