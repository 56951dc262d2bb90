package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.directory.LogIn;
import org.wachtpost.directory.Scope;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.net.TlsInfo;

/** LOGIN (RFC 9051 §6.2.3). */
final class LoginCommand {
  private LoginCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    if (!session.mayShowPassword()) {
      session.server().sasl().noMechanism("LOGIN", session.saslContext());
      // Before the password is read: a synchronizing literal is then never sent.
      in.skipRest();
      throw ImapRefusal.no("PRIVACYREQUIRED", "log in over TLS only");
    }
    String name = "";
    String password = null;
    try {
      name = in.text();
      in.space();
      String last = in.text();
      in.end();
      password = last;
    } finally {
      if (password == null) {
        session.server().sasl().unfinished("LOGIN", session.saslContext(), name);
      }
    }
    LogIn logIn =
        new LogIn(
            session.connection().origin(),
            Scope.IMAP,
            name,
            "",
            "LOGIN",
            session.connection().tls().map(TlsInfo::toString).orElse(null),
            session.tally().client());
    return switch (session.server().authenticator().password(logIn, password)) {
      case Result.LoggedIn(var principal) -> {
        session.loggedIn(principal);
        yield loggedIn(session);
      }
      case Result.Rejected(Reason reason) -> rejected(session, reason);
    };
  }

  /** The new capabilities come with the answer, which saves the client from asking. */
  static Reply loggedIn(Session session) {
    return Reply.ok("CAPABILITY " + Capabilities.of(session), "logged in");
  }

  static Reply rejected(Session session, Reason reason) throws IOException {
    if (session.countFailedLogIn() >= session.limits().logInAttempts()) {
      session.offence("too-many-log-ins", "failed log-ins on one connection");
      session.out().human(session.tag());
      session.out().line(" NO [AUTHENTICATIONFAILED] authentication failed");
      session.out().line("* BYE too many failed log-ins");
      session.logOut();
      return Reply.ANSWERED;
    }
    // RFC 5530 §3
    return switch (reason) {
      case RATE -> Reply.no("LIMIT", "too many failed log-ins, try later");
      case AUTHORIZATION -> Reply.no("AUTHORIZATIONFAILED", "nobody may act as somebody else");
      case UNKNOWN, PASSWORD, SCOPE, EXPIRED, DISABLED, MECHANISM, UNFINISHED ->
          Reply.no("AUTHENTICATIONFAILED", "authentication failed");
    };
  }
}
