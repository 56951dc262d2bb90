package org.wachtpost.imap;

import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.sasl.SaslExchange;
import org.wachtpost.sasl.SaslStep;

/** AUTHENTICATE (RFC 9051 §6.2.2), with an initial response (RFC 4959). */
final class AuthenticateCommand {
  private AuthenticateCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    String mechanism = in.word();
    in.spaces();
    String given = in.atEnd() ? "" : in.line();
    if (given.isEmpty()) {
      in.end();
    }
    Optional<SaslExchange> exchange =
        session.server().sasl().begin(mechanism, session.saslContext());
    if (exchange.isEmpty()) {
      session.server().sasl().noMechanism(mechanism, session.saslContext());
      throw session.mayShowPassword()
          ? ImapRefusal.no("CANNOT", "no such mechanism")
          : ImapRefusal.no("PRIVACYREQUIRED", "log in over TLS only");
    }
    boolean settled = false;
    try {
      byte[] initial = given.isEmpty() ? null : initialResponse(given);
      SaslStep end = converse(session, exchange.get(), initial);
      settled = !(end instanceof SaslStep.Malformed);
      return reply(session, end);
    } finally {
      if (!settled) {
        session.server().sasl().unfinished(mechanism, session.saslContext(), exchange.get());
      }
    }
  }

  private static SaslStep converse(
      Session session, SaslExchange exchange, byte @Nullable [] initial)
      throws IOException, ImapSyntaxException {
    SaslStep step = exchange.start(initial);
    while (step instanceof SaslStep.Challenge(byte[] data)) {
      session.out().text("+ ").line(Base64.getEncoder().encodeToString(data));
      CommandReader in = session.in();
      in.start();
      String answer = in.line();
      if (answer.equals("*")) {
        throw new ImapSyntaxException("authentication was called off");
      }
      step = exchange.respond(decode(answer));
    }
    return step;
  }

  private static Reply reply(Session session, SaslStep end) throws IOException {
    return switch (end) {
      case SaslStep.LoggedIn(var principal) -> {
        session.loggedIn(principal);
        yield LoginCommand.loggedIn(session);
      }
      case SaslStep.Rejected(var reason) -> LoginCommand.rejected(session, reason);
      case SaslStep.Malformed(String why) -> Reply.bad(why);
      case SaslStep.Challenge _ -> throw new IllegalStateException("the exchange is not over");
    };
  }

  private static byte[] initialResponse(String text) throws ImapSyntaxException {
    // RFC 4959 §3: a lone = is an empty response.
    return text.equals("=") ? new byte[0] : decode(text);
  }

  private static byte[] decode(String text) throws ImapSyntaxException {
    if (text.length() > SaslExchange.RESPONSE_BYTES * 4 / 3 + 4) {
      throw new ImapSyntaxException("SASL response is too long");
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ImapSyntaxException("SASL response is not base64");
    }
  }
}
