package org.wachtpost.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.sasl.SaslExchange;
import org.wachtpost.sasl.SaslStep;

/** AUTH (RFC 4954). */
final class Auth implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    String[] words = argument.strip().split(" +");
    if (!session.server().role().isSubmission()) {
      session.server().services().sasl().noMechanism(words[0], session.saslContext());
      throw new SmtpRefusal(502, "5.5.1", "No log-in here, use the submission port");
    }
    if (session.principal().isPresent()) {
      throw SmtpRefusal.sequence("Logged in already");
    }
    if (session.transaction().isPresent()) {
      throw SmtpRefusal.sequence("Not during a mail transaction");
    }
    if (words[0].isEmpty() || words.length > 2) {
      throw SmtpRefusal.syntax("AUTH mechanism [initial-response]");
    }
    SaslExchange exchange =
        session
            .server()
            .services()
            .sasl()
            .begin(words[0], session.saslContext())
            .orElseThrow(() -> noMechanism(session, words[0]));
    boolean settled = false;
    try {
      byte[] initial =
          words.length < 2
              ? null
              : words[1].equals("=")
                  ? new byte[0]
                  : decoded(words[1].getBytes(StandardCharsets.UTF_8));
      SaslStep end = end(session, exchange, exchange.start(initial));
      settled = !(end instanceof SaslStep.Malformed);
      finish(session, end);
    } finally {
      if (!settled) {
        session.server().services().sasl().unfinished(words[0], session.saslContext(), exchange);
      }
    }
  }

  private static SmtpRefusal noMechanism(SmtpSession session, String mechanism) {
    session.server().services().sasl().noMechanism(mechanism, session.saslContext());
    boolean offered =
        !session.server().services().sasl().mechanisms(session.saslContext()).isEmpty();
    // RFC 4954 §4: the same where it needs encryption; 538 is history (§6).
    return new SmtpRefusal(
        504, "5.5.4", offered ? "No such mechanism" : "Log in over TLS only, STARTTLS first");
  }

  private static SaslStep end(SmtpSession session, SaslExchange exchange, SaslStep first)
      throws IOException, SmtpRefusal {
    SaslStep step = first;
    while (step instanceof SaslStep.Challenge challenge) {
      String data = Base64.getEncoder().encodeToString(challenge.data());
      session.reply(Reply.of(334, "", data));
      session.connection().output().flush();
      session.connection().deadline(session.server().settings().waits().command());
      step = exchange.respond(answer(session));
    }
    return step;
  }

  private static void finish(SmtpSession session, SaslStep end) throws IOException, SmtpRefusal {
    switch (end) {
      case SaslStep.LoggedIn(var principal) -> {
        session.loggedIn(principal);
        session.reply(Reply.of(235, "2.7.0", "Welcome"));
      }
      case SaslStep.Rejected(Reason reason) -> throw rejected(reason);
      case SaslStep.Malformed(String why) -> throw new SmtpRefusal(501, "5.5.2", why);
      case SaslStep.Challenge ignored -> throw new IllegalStateException("exchange goes on");
    }
  }

  /** RFC 4954 §4, §6: 535 also where the authorization identity is refused. */
  private static SmtpRefusal rejected(Reason reason) {
    return switch (reason) {
      case RATE -> new SmtpRefusal(454, "4.7.0", "Too many attempts, try again later");
      case AUTHORIZATION -> new SmtpRefusal(535, "5.7.8", "Nobody may act as somebody else");
      case UNKNOWN, PASSWORD, SCOPE, EXPIRED, DISABLED, MECHANISM, UNFINISHED ->
          new SmtpRefusal(535, "5.7.8", "Name or password is wrong");
    };
  }

  private static byte[] answer(SmtpSession session) throws IOException, SmtpRefusal {
    byte[] line = session.readOctets(SmtpSettings.AUTH_LINE_OCTETS, "5.5.6"); // RFC 4954 §6
    if (line == null) {
      session.lost();
      throw new SmtpRefusal(501, "5.7.0", "Connection closed");
    }
    if (line.length == 1 && line[0] == '*') {
      throw new SmtpRefusal(501, "5.7.0", "Cancelled");
    }
    return decoded(line);
  }

  /** RFC 4954 §4: whatever is not Base64 is refused with 501, also what is no text. */
  private static byte[] decoded(byte[] base64) throws SmtpRefusal {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new SmtpRefusal(501, "5.5.2", "Not base64");
    }
  }
}
