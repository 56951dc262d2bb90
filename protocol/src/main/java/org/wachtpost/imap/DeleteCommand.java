package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Mailbox;

/** DELETE (RFC 9051 §6.3.5). */
final class DeleteCommand {
  private DeleteCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    MailboxNames.Given name = MailboxNames.readGiven(session);
    session.in().end();
    Mailbox deleted = Outcomes.done(session.mail().deleteMailbox(session.account(), name.name()));
    session.tally().deleted(deleted.messages());
    Selected selected = session.selectedOrNull();
    if (selected != null && selected.id().equals(deleted.id())) {
      // RFC 9051 §7.1: deleting what is selected closes it; others who have it open are told BYE.
      session.deselect();
      session.out().line("* OK [CLOSED] selected mailbox was deleted");
    }
    if (name.differs()) {
      // RFC 9051 §6.3.5
      name.tell(session, "\\NonExistent", deleted.name());
    }
    return Reply.ok("mailbox deleted");
  }
}
