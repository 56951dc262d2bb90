package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** CAPABILITY (RFC 9051 §6.1.1). */
final class CapabilityCommand {
  private CapabilityCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    session.out().line("* CAPABILITY " + Capabilities.of(session));
    return Reply.ok("that is all");
  }
}
