package org.wachtpost.smtp;

import java.io.IOException;

/** HELP (RFC 5321 §4.1.1.8). */
final class Help implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException {
    session.reply(Reply.of(214, "2.0.0", "Wachtpost speaks RFC 5321"));
  }
}
