package org.wachtpost.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Authenticator;

/** LOGIN: the name, then the password, each on request. Old Outlook knows nothing else. */
final class Login implements SaslExchange {
  private final Authenticator authenticator;
  private final SaslContext context;
  private @Nullable String name;

  Login(Authenticator authenticator, SaslContext context) {
    this.authenticator = authenticator;
    this.context = context;
  }

  @Override
  public SaslStep start(byte @Nullable [] initial) {
    return initial == null ? challenge("Username:") : respond(initial);
  }

  @Override
  public String name() {
    return name == null ? "" : name;
  }

  @Override
  public SaslStep respond(byte[] response) {
    Optional<String> text = SaslText.of(response);
    if (text.isEmpty()) {
      return new SaslStep.Malformed("not UTF-8, or a control character");
    }
    if (name == null) {
      if (text.get().isEmpty()) {
        return new SaslStep.Malformed("empty name");
      }
      name = text.get();
      return challenge("Password:");
    }
    return SaslText.stepOf(authenticator.password(context.logIn(name, "LOGIN"), text.get()));
  }

  private static SaslStep challenge(String prompt) {
    return new SaslStep.Challenge(prompt.getBytes(StandardCharsets.US_ASCII));
  }
}
