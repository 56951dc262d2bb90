package org.wachtpost.mailauth;

/**
 * A header field as it was received, octet for octet (ISO 8859-1, one character per octet).
 *
 * @param raw the whole field with its folding, without the last CRLF
 */
public record HeaderField(String raw) {

  /** As written; empty if the line has no colon. */
  public String name() {
    int colon = raw.indexOf(':');
    return colon < 0 ? "" : raw.substring(0, colon).stripTrailing();
  }

  /** All behind the colon, folding and white space included. */
  public String value() {
    return raw.substring(raw.indexOf(':') + 1);
  }

  boolean isNamed(String name) {
    return name().equalsIgnoreCase(name);
  }

  /** The value on one line: line breaks removed (RFC 5322 §2.2.3), trimmed. */
  String unfolded() {
    return value().replace("\r\n", "").replaceAll("[\r\n]", "").strip();
  }
}
