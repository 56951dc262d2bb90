package org.wachtpost.sasl;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's last message (RFC 5802 §7).
 *
 * @param bindingInput gs2-header and channel binding data
 * @param withoutProof client-final-message-without-proof, as it came
 */
record ClientFinal(byte[] bindingInput, String nonce, String withoutProof, byte[] proof) {
  // As in the first message, a mandatory extension (m=) has no place.
  private static final Pattern FORM =
      Pattern.compile(
          "(?<without>c=(?<binding>[A-Za-z0-9+/=]+),r=(?<nonce>[!-+\\--~]+)"
              + "(?:,[A-Za-z&&[^m]]=[^,]+){0,16}?)"
              + ",p=(?<proof>[A-Za-z0-9+/=]+)");

  static Optional<ClientFinal> parse(String message) {
    Matcher matcher = FORM.matcher(message);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Base64.Decoder decoder = Base64.getDecoder();
      return Optional.of(
          new ClientFinal(
              decoder.decode(matcher.group("binding")),
              matcher.group("nonce"),
              matcher.group("without"),
              decoder.decode(matcher.group("proof"))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not base64
    }
  }
}
