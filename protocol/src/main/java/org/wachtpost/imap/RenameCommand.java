package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** RENAME (RFC 9051 §6.3.6). */
final class RenameCommand {
  private RenameCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String name = MailboxNames.read(session);
    session.in().space();
    String newName = MailboxNames.read(session);
    session.in().end();
    Outcomes.done(session.mail().renameMailbox(session.account(), name, newName));
    return Reply.ok("mailbox renamed");
  }
}
