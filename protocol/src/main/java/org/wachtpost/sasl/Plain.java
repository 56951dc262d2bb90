package org.wachtpost.sasl;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.directory.LogIn;

/** PLAIN: {@code [authzid] NUL authcid NUL passwd} in one message (RFC 4616 §2). */
final class Plain implements SaslExchange {
  private final Authenticator authenticator;
  private final SaslContext context;
  private String given = "";

  Plain(Authenticator authenticator, SaslContext context) {
    this.authenticator = authenticator;
    this.context = context;
  }

  @Override
  public SaslStep start(byte @Nullable [] initial) {
    return initial == null ? new SaslStep.Challenge(new byte[0]) : respond(initial);
  }

  @Override
  public String name() {
    return given;
  }

  @Override
  public SaslStep respond(byte[] response) {
    int first = indexOfNul(response, 0);
    int second = first < 0 ? -1 : indexOfNul(response, first + 1);
    if (second < 0 || indexOfNul(response, second + 1) >= 0) {
      return new SaslStep.Malformed("not three fields");
    }
    Optional<String> authorization = SaslText.of(Arrays.copyOfRange(response, 0, first));
    Optional<String> name = SaslText.of(Arrays.copyOfRange(response, first + 1, second));
    Optional<String> password =
        SaslText.of(Arrays.copyOfRange(response, second + 1, response.length));
    if (authorization.isEmpty() || name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Malformed("not UTF-8, or a control character");
    }
    given = name.get();
    // An empty password breaks the grammar as well (RFC 4616 §2), but somebody left a field empty,
    // and should hear that it is wrong, as from the LOGIN command, and be asked again.
    if (name.get().isEmpty()) {
      return new SaslStep.Malformed("empty name");
    }
    LogIn logIn = context.logIn(name.get(), authorization.get(), "PLAIN");
    return SaslText.stepOf(authenticator.password(logIn, password.get()));
  }

  private static int indexOfNul(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
