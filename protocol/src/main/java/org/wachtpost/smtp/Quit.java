package org.wachtpost.smtp;

import java.io.IOException;

/** QUIT (RFC 5321 §4.1.1.10). */
final class Quit implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (!argument.isBlank()) {
      throw SmtpRefusal.syntax("No parameters allowed");
    }
    session.reply(Reply.of(221, "2.0.0", "Bye"));
    session.end();
  }
}
