package org.wachtpost.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import org.wachtpost.delivery.InboundMessage;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.mailauth.AuthenticationVerdict;
import org.wachtpost.mailauth.ForgedSpans;
import org.wachtpost.mailauth.MailAuthentication;

/**
 * Judges mail from elsewhere by SPF, DKIM, ARC and DMARC before it is accepted. Mail from people
 * who are logged in, mail over LMTP (another server of ours has judged it) and, unless the settings
 * say otherwise, mail from this machine itself is let in as it is; a forged field with our name is
 * taken out of all of it.
 */
final class AuthenticationGate implements MessageGate {
  private final MailAuthentication authentication;
  private final String authservId;
  private final boolean enabled;
  private final boolean judgeLoopback;

  AuthenticationGate(
      MailAuthentication authentication,
      String authservId,
      boolean enabled,
      boolean judgeLoopback) {
    this.authentication = authentication;
    this.authservId = authservId;
    this.enabled = enabled;
    this.judgeLoopback = judgeLoopback;
  }

  /** The same, but mail from this machine itself is let in as it is, whatever the settings say. */
  AuthenticationGate withoutLoopback() {
    return new AuthenticationGate(authentication, authservId, enabled, false);
  }

  @Override
  public Verdict check(InboundMessage message) throws IOException {
    List<Span> forged;
    try (InputStream in = message.content().open()) {
      forged =
          ForgedSpans.of(in, authservId).stream().map(s -> new Span(s.from(), s.to())).toList();
    }
    InetAddress client = message.session().origin().remote();
    if (client == null || !isJudged(message, client)) {
      return new Verdict.Accept("", forged, Folder.INBOX);
    }
    AuthenticationVerdict verdict =
        authentication.verify(
            message.content()::open, client, message.session().helo(), message.sender());
    return switch (verdict.disposition()) {
      case NONE -> new Verdict.Accept(verdict.authenticationResultsField(), forged, Folder.INBOX);
      case QUARANTINE ->
          new Verdict.Accept(verdict.authenticationResultsField(), forged, Folder.JUNK);
      case REJECT -> new Verdict.Refuse(550, "5.7.1", verdict.reason());
    };
  }

  private boolean isJudged(InboundMessage message, InetAddress client) {
    return enabled
        && message.session().principal() == null
        && !message.session().with().startsWith("LMTP")
        && !message.session().with().startsWith("UTF8LMTP")
        && (judgeLoopback || !client.isLoopbackAddress());
  }
}
