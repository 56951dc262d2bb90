package org.wachtpost.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The addresses of a From field (RFC 5322 §3.6.2), names, comments and groups left out. */
final class Authors {
  private final String body;
  private int position;
  private final List<String> addresses = new ArrayList<>();
  private final StringBuilder plain = new StringBuilder();
  private boolean angled;

  private Authors(String body) {
    this.body = body;
  }

  /** Empty if the field cannot be read with certainty. */
  static Optional<List<String>> of(String body) {
    Authors authors = new Authors(body);
    return authors.read() ? Optional.of(authors.addresses) : Optional.empty();
  }

  private boolean read() {
    while (position < body.length()) {
      char c = body.charAt(position++);
      boolean understood =
          switch (c) {
            case '(' -> skipComment();
            case '"' -> !angled && quoted();
            case '<' -> angle();
            case ',', ';' -> endOfMailbox();
            case ':' -> groupName();
            case '>', ')' -> false;
            default -> word(c);
          };
      if (!understood) {
        return false;
      }
    }
    return endOfMailbox();
  }

  private boolean word(char c) {
    plain.append(c);
    // Mail programs differ in what they show of a mailbox with words behind its address.
    return !angled || Character.isWhitespace(c);
  }

  private boolean groupName() {
    plain.setLength(0);
    return !angled;
  }

  private boolean skipComment() {
    int depth = 1;
    while (position < body.length() && depth > 0) {
      char c = body.charAt(position++);
      if (c == '\\') {
        position++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    }
    return depth == 0;
  }

  private boolean quoted() {
    plain.append('"');
    while (position < body.length()) {
      char c = body.charAt(position++);
      plain.append(c);
      if (c == '"') {
        return true;
      }
      if (c == '\\' && position < body.length()) {
        plain.append(body.charAt(position++));
      }
    }
    return false;
  }

  private boolean angle() {
    int end = body.indexOf('>', position);
    if (end < 0 || angled) {
      return false;
    }
    String inner = body.substring(position, end);
    position = end + 1;
    angled = true;
    addresses.add(inner.strip());
    return inner.indexOf('<') < 0 && inner.indexOf('"') < 0 && inner.indexOf('@') > 0;
  }

  private boolean endOfMailbox() {
    String address = plain.toString().strip();
    plain.setLength(0);
    if (!angled && !address.isEmpty()) {
      addresses.add(address);
      return address.indexOf('@') > 0 && address.indexOf(' ') < 0;
    }
    angled = false;
    return true;
  }
}
