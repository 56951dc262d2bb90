package org.wachtpost.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parameters behind a path: {@code SP keyword [= value]} (RFC 5321 §4.1.2). */
final class Parameters {
  private static final Pattern ONE =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*(?:=[\\x21-\\x3c\\x3e-\\x7e\\x80-\\x{10FFFF}]+)?");

  private Parameters() {}

  /** By keyword in upper case; a missing value is empty. Empty if they cannot be read. */
  static Optional<Map<String, String>> parse(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String rest = text.stripTrailing();
    if (rest.isEmpty()) {
      return Optional.of(parameters);
    }
    if (!rest.startsWith(" ")) {
      return Optional.empty();
    }
    for (String one : rest.strip().split(" +")) {
      if (!ONE.matcher(one).matches()) {
        return Optional.empty();
      }
      int equals = one.indexOf('=');
      String keyword = equals < 0 ? one : one.substring(0, equals);
      String value = equals < 0 ? "" : one.substring(equals + 1);
      if (parameters.put(keyword.toUpperCase(Locale.ROOT), value) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  private static final Pattern XTEXT = Pattern.compile("(?:[!-*,-<>-~]++|\\+[0-9A-F]{2})++");

  /** RFC 3461 §4. */
  static boolean isXtext(String value) {
    return XTEXT.matcher(value).matches();
  }
}
