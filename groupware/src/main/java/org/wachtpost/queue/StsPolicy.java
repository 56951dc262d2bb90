package org.wachtpost.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a domain wants of those who send to it (RFC 8461 §3.2).
 *
 * @param mx names of its hosts, {@code *.example.org} for any one label before
 * @param maxAge how long it holds after it was fetched
 */
public record StsPolicy(Mode mode, List<String> mx, Duration maxAge) {
  /** Longest time that a policy holds (RFC 8461 §3.2). */
  static final Duration LONGEST = Duration.ofHours(8_766);

  /** Host patterns of one policy. */
  static final int PATTERNS = 100;

  /** What happens when a host does not fit. */
  public enum Mode {
    /** It is not used. */
    ENFORCE,
    /** It is used and reported. */
    TESTING,
    /** Nothing: the domain has given up MTA-STS. */
    NONE
  }

  public StsPolicy {
    mx = List.copyOf(mx);
  }

  /** The policy of a file's text; empty if it is none. */
  static Optional<StsPolicy> parse(String text) {
    Map<String, String> fields = new HashMap<>();
    List<String> mx = new ArrayList<>();
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0 && !line.isBlank()) {
        return Optional.empty();
      }
      String name = line.substring(0, Math.max(0, colon)).strip();
      String value = line.substring(colon + 1).strip();
      if (name.equals("mx")) {
        mx.add(value.toLowerCase(Locale.ROOT));
      } else {
        fields.putIfAbsent(name, value); // RFC 8461 §3.2: of several the first counts
      }
    }
    Optional<Mode> mode = mode(fields.getOrDefault("mode", ""));
    String age = fields.getOrDefault("max_age", "");
    boolean isSound =
        fields.getOrDefault("version", "").equals("STSv1")
            && mode.isPresent()
            && age.matches("[0-9]{1,10}")
            && mx.size() <= PATTERNS
            && mx.stream().allMatch(pattern -> pattern.matches("(\\*\\.)?[a-z0-9._-]{1,253}"))
            && (mode.get() == Mode.NONE || !mx.isEmpty());
    if (!isSound) {
      return Optional.empty();
    }
    Duration maxAge = Duration.ofSeconds(Math.min(LONGEST.toSeconds(), Long.parseLong(age)));
    return Optional.of(new StsPolicy(mode.get(), mx, maxAge));
  }

  private static Optional<Mode> mode(String word) {
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** Its text, as it is kept and reported. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("version: STSv1");
    lines.add("mode: " + mode.name().toLowerCase(Locale.ROOT));
    mx.forEach(pattern -> lines.add("mx: " + pattern));
    lines.add("max_age: " + maxAge.toSeconds());
    return lines;
  }

  /** Whether the host is one of the domain's (RFC 8461 §4.1). */
  boolean covers(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    int dot = name.indexOf('.');
    String wild = dot < 0 ? "" : "*" + name.substring(dot);
    return mx.stream().anyMatch(pattern -> pattern.equals(name) || pattern.equals(wild));
  }
}
