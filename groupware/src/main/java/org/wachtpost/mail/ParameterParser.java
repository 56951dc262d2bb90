package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.wachtpost.mail.BodyPart.Disposition;
import org.wachtpost.mail.BodyPart.Parameter;

/**
 * Reads a value with parameters, as Content-Type and Content-Disposition have (RFC 2045 §5.1, RFC
 * 2183 §2), and forgives what is common: missing quotes, spaces, stray semicolons, comments.
 */
final class ParameterParser {
  /** Parameters of one field that are kept. */
  static final int PARAMETERS = 64;

  private final String text;
  private int at;

  private ParameterParser(String text) {
    this.text = text;
  }

  /** A media type; {@code valid} is false if there is no type or no subtype. */
  record MediaType(String type, String subtype, List<Parameter> parameters, boolean valid) {}

  static MediaType mediaType(String body) {
    ParameterParser parser = new ParameterParser(body);
    String type = parser.token();
    parser.skipSpace();
    String subtype = "";
    if (parser.take('/')) {
      parser.skipSpace();
      subtype = parser.token();
    }
    boolean valid = !type.isEmpty() && !subtype.isEmpty();
    return new MediaType(type, subtype, parser.parameters(), valid);
  }

  static Disposition disposition(String body) {
    ParameterParser parser = new ParameterParser(body);
    String type = parser.token();
    return new Disposition(type, parser.parameters());
  }

  /** A token alone, such as a transfer encoding. */
  static String firstToken(String body) {
    return new ParameterParser(body).token();
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    while (at < text.length() && parameters.size() < PARAMETERS) {
      // to the next semicolon, over what does not belong here
      while (at < text.length() && text.charAt(at) != ';') {
        if (text.charAt(at) == '(') {
          skipComment();
        } else {
          at++;
        }
      }
      advance();
      skipSpace();
      String name = token().toLowerCase(Locale.ROOT);
      skipSpace();
      if (!name.isEmpty() && take('=')) {
        skipSpace();
        parameters.add(new Parameter(name, value()));
      }
    }
    return parameters;
  }

  private String value() {
    if (!take('"')) {
      int from = at;
      while (at < text.length() && text.charAt(at) != ';' && text.charAt(at) != '(') {
        at++;
      }
      return text.substring(from, at).strip(); // file names have spaces, though they must not
    }
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at++));
    }
    advance();
    return value.toString();
  }

  /** One on, but not beyond the end. */
  private void advance() {
    at = Math.min(at + 1, text.length());
  }

  private String token() {
    skipSpace();
    int from = at;
    while (at < text.length() && isToken(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isToken(char c) {
    return c > ' ' && c != 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
  }

  private boolean take(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '(') {
        skipComment();
      } else if (c <= ' ') {
        at++;
      } else {
        return;
      }
    }
  }

  private void skipComment() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        advance();
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return;
      }
    }
  }
}
