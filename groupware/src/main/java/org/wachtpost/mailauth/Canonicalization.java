package org.wachtpost.mailauth;

import java.util.Locale;
import java.util.Optional;

/** How a header or a body is written before it is hashed (RFC 6376 §3.4). */
enum Canonicalization {
  SIMPLE,
  RELAXED;

  static Optional<Canonicalization> ofWord(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "simple" -> Optional.of(SIMPLE);
      case "relaxed" -> Optional.of(RELAXED);
      default -> Optional.empty();
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A field without its last CRLF (RFC 6376 §3.4.1, §3.4.2). */
  String field(String raw) {
    return switch (this) {
      case SIMPLE -> raw;
      case RELAXED -> relaxed(raw);
    };
  }

  private static String relaxed(String raw) {
    int colon = raw.indexOf(':');
    if (colon < 0) {
      return raw;
    }
    StringBuilder relaxed = new StringBuilder(raw.length());
    relaxed.append(raw.substring(0, colon).stripTrailing().toLowerCase(Locale.ROOT)).append(':');
    boolean space = false;
    boolean started = false;
    for (int i = colon + 1; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == ' ' || c == '\t') {
        space = true;
      } else if (c != '\r' && c != '\n') {
        if (space && started) {
          relaxed.append(' ');
        }
        relaxed.append(c);
        space = false;
        started = true;
      }
    }
    return relaxed.toString();
  }
}
