package org.wachtpost.mailauth;

import java.nio.charset.StandardCharsets;

/** Messages for tests. */
final class Mails {

  private Mails() {}

  static String crlf(String text) {
    return text.replace("\r\n", "\n").replace("\n", "\r\n");
  }

  static MessageSource source(String message) {
    return MessageSource.of(message.getBytes(StandardCharsets.ISO_8859_1));
  }
}
