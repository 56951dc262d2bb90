package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** NAMESPACE (RFC 2342, RFC 9051 §6.3.10): one's own mailboxes, and no others. */
final class NamespaceCommand {
  private NamespaceCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    session.out().line("* NAMESPACE ((\"\" \"/\")) NIL NIL");
    return Reply.ok("that is all");
  }
}
