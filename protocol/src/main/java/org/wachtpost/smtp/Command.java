package org.wachtpost.smtp;

import java.io.IOException;

/** Carries a command out. Stateless: one instance serves all sessions. */
@FunctionalInterface
interface Command {
  /**
   * Carries the command out and replies.
   *
   * @param argument what follows the verb and a space, as it came
   */
  void run(SmtpSession session, String argument) throws IOException, SmtpRefusal;
}
