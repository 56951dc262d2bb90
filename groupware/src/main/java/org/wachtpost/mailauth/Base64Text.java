package org.wachtpost.mailauth;

import java.util.Base64;
import java.util.Optional;

/** Base64 as it stands in tags: white space anywhere, padding required. */
final class Base64Text {

  private Base64Text() {}

  static String encode(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  /** The octets; empty if the text is not base64. */
  static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(TagList.compact(text)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
