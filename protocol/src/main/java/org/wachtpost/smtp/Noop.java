package org.wachtpost.smtp;

import java.io.IOException;

/** NOOP (RFC 5321 §4.1.1.9). */
final class Noop implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException {
    session.reply(Reply.of(250, "2.0.0", "Ok"));
  }
}
