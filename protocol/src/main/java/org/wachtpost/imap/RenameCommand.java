package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Mailbox;

/** RENAME (RFC 9051 §6.3.6). */
final class RenameCommand {
  private RenameCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    MailboxNames.Given name = MailboxNames.readGiven(session);
    session.in().space();
    MailboxNames.Given newName = MailboxNames.readGiven(session);
    session.in().end();
    Mailbox renamed =
        Outcomes.done(session.mail().renameMailbox(session.account(), name.name(), newName.name()));
    if (name.differs() || newName.differs()) {
      // RFC 9051 §6.3.6: the name that was given first, and what the mailbox is called now.
      name.tell(session, "", renamed.name());
    }
    return Reply.ok("mailbox renamed");
  }
}
