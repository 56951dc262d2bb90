package org.wachtpost.smtp;

import java.io.IOException;

/** STARTTLS (RFC 3207). */
final class StartTls implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (!argument.isBlank()) {
      throw SmtpRefusal.syntax("No parameters allowed");
    }
    if (session.connection().isTls()) {
      throw SmtpRefusal.sequence("TLS is on already");
    }
    if (!session.connection().canStartTls()) {
      throw new SmtpRefusal(502, "5.5.1", "TLS is not offered");
    }
    session.reply(Reply.of(220, "2.0.0", "Go ahead"));
    int discarded = session.connection().startTls();
    if (discarded > 0) {
      session.offence("starttls-injection", discarded + " bytes before the handshake");
    }
    session.forget();
  }
}
