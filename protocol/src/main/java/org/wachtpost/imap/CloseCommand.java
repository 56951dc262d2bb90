package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.MailResult.Expunged;
import org.wachtpost.mail.UidSet;

/** CLOSE (RFC 9051 §6.4.1) and UNSELECT (RFC 9051 §6.4.2). */
final class CloseCommand {
  private CloseCommand() {}

  static Reply close(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().end();
    Selected selected = session.selected();
    if (!selected.readOnly()) {
      Expunged expunged =
          Outcomes.done(session.mail().expunge(session.account(), selected.id(), UidSet.ALL));
      session.tally().deleted(expunged.uids().size());
    }
    session.deselect();
    return Reply.ok("mailbox closed");
  }

  static Reply unselect(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    session.deselect();
    return Reply.ok("mailbox closed, nothing removed");
  }
}
