package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An Authentication-Results field (RFC 8601 §2.2).
 *
 * @param authservId who checked; lower case
 * @param results in order; none is written as {@code none}
 */
public record AuthenticationResults(String authservId, List<Result> results) {

  public static final String FIELD = "Authentication-Results";

  /** Results and properties that are read from one field. */
  static final int MAX_RESULTS = 100;

  private static final int LINE = 76;

  /**
   * One method's result.
   *
   * @param method {@code spf}, {@code dkim}, …
   * @param value {@code pass}, {@code fail}, …
   * @param comment written in parentheses; empty for none; not read back
   * @param reason empty for none
   */
  public record Result(
      String method, String value, String comment, String reason, List<Property> properties) {
    public Result {
      properties = List.copyOf(properties);
    }

    /** The value of the first such property. */
    public Optional<String> property(String type, String name) {
      return properties.stream()
          .filter(p -> p.type().equalsIgnoreCase(type) && p.name().equalsIgnoreCase(name))
          .map(Property::value)
          .findFirst();
    }
  }

  /** What was checked: {@code header.d=example.org}. */
  public record Property(String type, String name, String value) {}

  public AuthenticationResults {
    authservId = authservId.toLowerCase(Locale.ROOT);
    results = List.copyOf(results);
  }

  /** The results without the name of the field, on one line. */
  public String toValue() {
    return String.join("; ", parts());
  }

  /** The whole field, folded, with its last CRLF; may hold UTF-8 text (RFC 6532). */
  public String toField() {
    return fold(FIELD + ": ", parts());
  }

  /** Folds between results, and between their properties where a line would become too long. */
  static String fold(String start, List<String> parts) {
    StringBuilder field = new StringBuilder(start).append(parts.getFirst());
    for (String part : parts.subList(1, parts.size())) {
      field.append(";\r\n\t");
      int column = 8;
      boolean quoted = false;
      for (String word : part.split(" ", -1)) {
        // A quoted string is not folded: its white space would change.
        if (column > 8 && column + word.length() > LINE && !quoted) {
          field.append("\r\n\t ");
          column = 9;
        } else if (column > 8) {
          field.append(' ');
          column++;
        }
        field.append(word);
        column += word.length();
        quoted ^= word.chars().filter(c -> c == '"').count() % 2 == 1;
      }
    }
    return field.append("\r\n").toString();
  }

  List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(word(authservId));
    for (Result result : results) {
      StringBuilder part = new StringBuilder(result.method()).append('=').append(result.value());
      if (!result.comment().isEmpty()) {
        part.append(" (")
            .append(result.comment().replaceAll("[^\\x20-\\x7e]|[()\\\\]", ""))
            .append(')');
      }
      if (!result.reason().isEmpty()) {
        part.append(" reason=").append(quoted(result.reason()));
      }
      for (Property property : result.properties()) {
        part.append(' ').append(property.type()).append('.').append(property.name()).append('=');
        part.append(word(property.value()));
      }
      parts.add(part.toString());
    }
    if (results.isEmpty()) {
      parts.add("none");
    }
    return parts;
  }

  /** RFC 8601 §2.2 pvalue: a token or an address as it is, everything else quoted. */
  private static String word(String text) {
    boolean plain =
        !text.isEmpty()
            && text.chars()
                .allMatch(c -> c > 0x20 && c < 0x7f && "()<>,;:\\\"/[]?=".indexOf(c) < 0);
    return plain ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c < 0x20 || c == 0x7f ? '?' : c);
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * Reads the value of a field.
   *
   * @return empty if it is not one (RFC 8601 §2.2)
   */
  public static Optional<AuthenticationResults> parse(String value) {
    return new AuthenticationResultsParser(value).parse();
  }

  /** Who a field claims to be from, as far as can be read; empty if that is nobody. */
  static String claimedId(String value) {
    return new AuthenticationResultsParser(value).authservId().toLowerCase(Locale.ROOT);
  }
}
