package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** NOOP (RFC 9051 §6.1.2) and CHECK (RFC 3501 §6.4.1): everything is durable already. */
final class NoopCommand {
  private NoopCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    return Reply.ok("done");
  }
}
