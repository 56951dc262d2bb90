package org.wachtpost.smtp;

import java.io.IOException;

/** VRFY (RFC 5321 §3.5.3, §7.3): nobody is told who is here. */
final class Vrfy implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (argument.isBlank()) {
      throw SmtpRefusal.syntax("Whom?");
    }
    session.reply(Reply.of(252, "2.0.0", "Send mail and see"));
  }
}
