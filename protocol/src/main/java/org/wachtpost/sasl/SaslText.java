package org.wachtpost.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.wachtpost.directory.Authenticator.Result;

/** Text of an exchange, and the end of one. */
final class SaslText {
  private SaslText() {}

  /** The text if these bytes are UTF-8 without control characters. */
  static Optional<String> of(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty(); // not UTF-8
    }
  }

  static SaslStep stepOf(Result result) {
    return switch (result) {
      case Result.LoggedIn in -> new SaslStep.LoggedIn(in.principal());
      case Result.Rejected out -> new SaslStep.Rejected(out.reason());
    };
  }
}
