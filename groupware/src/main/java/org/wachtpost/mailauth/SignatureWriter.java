package org.wachtpost.mailauth;

import java.nio.charset.StandardCharsets;

/** Writes a signature field: tags first, b= last and folded, no line longer than 78 characters. */
final class SignatureWriter {

  private static final int LINE = 76;

  private final StringBuilder text;
  private int column;

  SignatureWriter(String fieldName) {
    text = new StringBuilder(fieldName).append(':');
    column = text.length();
  }

  SignatureWriter tag(String name, String value) {
    String spec = name + "=" + value + ";";
    if (column + 1 + spec.length() > LINE) {
      text.append("\r\n");
      column = 0;
    }
    text.append(' ').append(spec);
    column += 1 + spec.length();
    return this;
  }

  /** A tag whose value is names joined by colons, which may be folded behind one. */
  SignatureWriter names(String name, Iterable<String> names) {
    text.append("\r\n ").append(name).append('=');
    column = 2 + name.length();
    String separator = "";
    for (String one : names) {
      if (column + one.length() + 1 > LINE) {
        text.append(separator).append("\r\n  ").append(one);
        column = 2 + one.length() + separator.length();
      } else {
        text.append(separator).append(one);
        column += one.length() + separator.length();
      }
      separator = ":";
    }
    text.append(';');
    column++;
    return this;
  }

  /** The field up to and with {@code b=}: what is signed. Nothing may be added to it after that. */
  String unsigned() {
    if (!text.toString().endsWith(" b=")) {
      text.append("\r\n b=");
    }
    return text.toString();
  }

  /** The whole field, with its last CRLF. */
  String signed(byte[] signature) {
    StringBuilder field = new StringBuilder(unsigned());
    String base64 = Base64Text.encode(signature);
    int room = LINE - 3;
    for (int at = 0; at < base64.length(); ) {
      int end = Math.min(base64.length(), at + room);
      field.append(at == 0 ? "" : "\r\n  ").append(base64, at, end);
      at = end;
    }
    return field.append("\r\n").toString();
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
