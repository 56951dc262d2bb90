package org.wachtpost.mailauth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A tag=value list (RFC 6376 §3.2), as signatures, key records and DMARC records have it.
 *
 * @param tags by name, case kept; values without surrounding white space
 */
record TagList(Map<String, String> tags) {

  /** Characters in a list. */
  static final int MAX_LENGTH = 32 * 1024;

  /** Tags in a list. */
  static final int MAX_TAGS = 100;

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  TagList {
    tags = Map.copyOf(tags);
  }

  /** The list; empty if the text is not one. */
  static Optional<TagList> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Map<String, String> tags = new LinkedHashMap<>();
    String[] specs = text.split(";", -1);
    for (int i = 0; i < specs.length; i++) {
      String spec = trim(specs[i]);
      if (spec.isEmpty() && i == specs.length - 1 && i > 0) {
        break; // one trailing semicolon
      }
      int equals = spec.indexOf('=');
      if (equals < 0) {
        return Optional.empty();
      }
      String name = trim(spec.substring(0, equals));
      String value = trim(spec.substring(equals + 1));
      if (!NAME.matcher(name).matches() || !isValue(value) || tags.size() >= MAX_TAGS) {
        return Optional.empty();
      }
      if (tags.put(name, value) != null) {
        return Optional.empty(); // RFC 6376 §3.2: a tag may stand once
      }
    }
    return Optional.of(new TagList(tags));
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(tags.get(name));
  }

  String getOr(String name, String otherwise) {
    return tags.getOrDefault(name, otherwise);
  }

  /** The value with all white space taken out, as base64 and lists of names are written. */
  Optional<String> getCompact(String name) {
    return get(name).map(TagList::compact);
  }

  static String compact(String text) {
    StringBuilder compact = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        compact.append(text.charAt(i));
      }
    }
    return compact.toString();
  }

  private static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 && !isSpace(c) || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
