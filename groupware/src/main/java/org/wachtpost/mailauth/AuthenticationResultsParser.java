package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wachtpost.mailauth.AuthenticationResults.Property;
import org.wachtpost.mailauth.AuthenticationResults.Result;

/** Reads Authentication-Results (RFC 8601 §2.2): words, quoted strings and marks. */
final class AuthenticationResultsParser {

  /** Characters of a field that are read. */
  private static final int MAX_LENGTH = 64 * 1024;

  private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final String text;
  private int at;

  AuthenticationResultsParser(String text) {
    this.text = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
  }

  Optional<AuthenticationResults> parse() {
    String id = authservId();
    skipSpace();
    if (id.isEmpty()) {
      return Optional.empty();
    }
    if (at < text.length() && text.charAt(at) != ';') {
      String version = word(";");
      if (!version.matches("[0-9]+")) {
        return Optional.empty();
      }
      skipSpace();
    }
    List<Result> results = new ArrayList<>();
    while (take(';')) {
      skipSpace();
      if (at >= text.length()) {
        break;
      }
      String method = word("=;/");
      if (take('/')) {
        word("="); // the method's version
      }
      if (!take('=')) {
        return method.equalsIgnoreCase("none") && results.isEmpty()
            ? Optional.of(new AuthenticationResults(id, List.of()))
            : Optional.empty();
      }
      String value = word(";");
      if (!isKeyword(method) || !isKeyword(value)) {
        return Optional.empty();
      }
      Optional<Result> result = rest(method, value);
      if (result.isEmpty() || results.size() >= AuthenticationResults.MAX_RESULTS) {
        return Optional.empty();
      }
      results.add(result.get());
    }
    return at < text.length()
        ? Optional.empty()
        : Optional.of(new AuthenticationResults(id, results));
  }

  String authservId() {
    at = 0;
    return word(";");
  }

  /** The reason and the properties of a result, up to the next semicolon. */
  private Optional<Result> rest(String method, String value) {
    String reason = "";
    List<Property> properties = new ArrayList<>();
    for (skipSpace(); at < text.length() && text.charAt(at) != ';'; skipSpace()) {
      String name = word("=.;");
      if (name.equalsIgnoreCase("reason") && take('=')) {
        reason = word(";");
        continue;
      }
      if (!isKeyword(name) || !take('.')) {
        return Optional.empty();
      }
      String property = word("=;");
      if (!isKeyword(property) || !take('=')) {
        return Optional.empty();
      }
      if (properties.size() >= AuthenticationResults.MAX_RESULTS) {
        return Optional.empty();
      }
      properties.add(new Property(name, property, word(";")));
    }
    return Optional.of(
        new Result(
            method.toLowerCase(Locale.ROOT),
            value.toLowerCase(Locale.ROOT),
            "",
            reason,
            properties));
  }

  /** RFC 8601 §2.2: methods, results and the names of properties are plain words. */
  private static boolean isKeyword(String word) {
    return KEYWORD.matcher(word).matches();
  }

  private boolean take(char mark) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == mark) {
      at++;
      return true;
    }
    return false;
  }

  /** A quoted string, or all up to white space, a comment or one of the marks. */
  private String word(String marks) {
    skipSpace();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (quoted && c == '\\' && at + 1 < text.length()) {
        word.append(text.charAt(at + 1));
        at += 2;
        continue;
      }
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted) {
        word.append(c);
      } else if (isSpace(c) || c == '(' || marks.indexOf(c) >= 0) {
        break;
      } else {
        word.append(c);
      }
      at++;
    }
    return word.toString();
  }

  /** White space, folding and comments, which nest. */
  private void skipSpace() {
    int depth = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\' && depth > 0) {
        at++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && depth > 0) {
        depth--;
      } else if (depth == 0 && !isSpace(c)) {
        return;
      }
    }
    at = Math.min(at, text.length());
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
