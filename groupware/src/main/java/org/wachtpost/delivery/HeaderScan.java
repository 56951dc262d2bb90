package org.wachtpost.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.mail.MessageContent;

/** What delivery has to know of a message's header: one pass over its first bytes. */
final class HeaderScan {
  /** Longest header that is looked at, bytes; mail with a longer one is refused. */
  static final int HEADER_BYTES = 1024 * 1024;

  private static final int CHUNK = 2 * 1024;

  /** One field as it stands, folding included, and where it stands. */
  private record Field(String name, String body, Span span) {}

  private final List<Field> fields = new ArrayList<>();
  private final boolean complete;
  private final boolean bareLineEnd;
  private final boolean folded;

  private HeaderScan(String header, boolean complete) {
    this.complete = complete;
    this.bareLineEnd = bareLineEnd(header);
    this.folded = header.startsWith(" ") || header.startsWith("\t");
    int start = 0;
    while (start < header.length()) {
      int end = fieldEnd(header, start);
      int colon = header.indexOf(':', start);
      if (colon > start && colon < end) {
        String name = header.substring(start, colon).stripTrailing().toLowerCase(Locale.ROOT);
        fields.add(new Field(name, header.substring(colon + 1, end), new Span(start, end)));
      }
      start = end;
    }
  }

  private static boolean bareLineEnd(String header) {
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      boolean pair = c == '\r' && i + 1 < header.length() && header.charAt(i + 1) == '\n';
      if (pair) {
        i++;
      } else if (c == '\r' || c == '\n') {
        return true;
      }
    }
    return false;
  }

  private static int fieldEnd(String header, int start) {
    int end = header.indexOf("\r\n", start);
    while (end >= 0
        && end + 2 < header.length()
        && (header.charAt(end + 2) == ' ' || header.charAt(end + 2) == '\t')) {
      end = header.indexOf("\r\n", end + 2);
    }
    return end < 0 ? header.length() : end + 2;
  }

  static HeaderScan of(MessageContent content) throws IOException {
    try (InputStream in = content.open()) {
      StringBuilder header = new StringBuilder(CHUNK);
      int end = -1;
      byte[] chunk = new byte[CHUNK];
      while (end < 0 && header.length() < HEADER_BYTES) {
        int from = Math.max(0, header.length() - 3);
        int count = in.read(chunk);
        if (count < 0) {
          return new HeaderScan(header.toString(), true);
        }
        header.append(new String(chunk, 0, count, StandardCharsets.ISO_8859_1));
        end = header.indexOf("\r\n\r\n", from);
        if (header.length() >= 2 && header.charAt(0) == '\r' && header.charAt(1) == '\n') {
          return new HeaderScan("", true);
        }
      }
      return new HeaderScan(end < 0 ? "" : header.substring(0, end + 2), end >= 0);
    }
  }

  /** False if the header is longer than {@link #HEADER_BYTES}. */
  boolean isComplete() {
    return complete;
  }

  /** Whether CR or LF stands alone in it: only BINARYMIME lets such come so far. */
  boolean hasBareLineEnd() {
    return bareLineEnd;
  }

  /** Whether it begins with white space: that would go on with the field that is put before it. */
  boolean beginsFolded() {
    return folded;
  }

  int count(String name) {
    return (int) fields.stream().filter(field -> field.name().equals(name)).count();
  }

  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equals(name));
  }

  /** Bodies of the fields with this (lower-case) name, unfolded, as UTF-8. */
  List<String> bodies(String name) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .map(field -> field.body().replace("\r\n", "").strip())
        .map(text -> new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
        .toList();
  }

  /** Where the fields with these (lower-case) names stand, in order. */
  List<Span> spans(Set<String> names) {
    return fields.stream().filter(field -> names.contains(field.name())).map(Field::span).toList();
  }

  Optional<String> first(String name) {
    return bodies(name).stream().findFirst();
  }
}
