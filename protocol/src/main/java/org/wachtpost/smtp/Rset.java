package org.wachtpost.smtp;

import java.io.IOException;

/** RSET (RFC 5321 §4.1.1.5). */
final class Rset implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (!argument.isBlank()) {
      throw SmtpRefusal.syntax("No parameters allowed");
    }
    session.reset();
    session.reply(Reply.of(250, "2.0.0", "Forgotten"));
  }
}
