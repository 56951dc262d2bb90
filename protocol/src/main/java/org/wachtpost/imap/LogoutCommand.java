package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** LOGOUT (RFC 9051 §6.1.3). */
final class LogoutCommand {
  private LogoutCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    session.out().line("* BYE until next time");
    session.logOut();
    return Reply.ok("logged out");
  }
}
