package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.MailResult.Expunged;
import org.wachtpost.mail.UidSet;

/** EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 9051 §6.4.9). */
final class ExpungeCommand {
  private ExpungeCommand() {}

  static Reply expunge(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().end();
    return expunge(session, session.selectedForChange(), UidSet.ALL);
  }

  static Reply uidExpunge(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    SequenceSet set = session.in().sequenceSet();
    session.in().end();
    Selected selected = session.selectedForChange();
    UidSet uids = set.isSaved() ? selected.saved() : set.resolve(selected.map().lastUid());
    return expunge(session, selected, uids);
  }

  private static Reply expunge(Session session, Selected selected, UidSet uids)
      throws IOException, ImapRefusal {
    Expunged expunged =
        Outcomes.done(session.mail().expunge(session.account(), selected.id(), uids));
    session.tally().deleted(expunged.uids().size());
    selected.sync(session, true);
    if (expunged.uids().isEmpty() || !session.has(Extension.QRESYNC)) {
      return Reply.ok("expunged");
    }
    // RFC 7162 §3.2.7: all up to here has just been told.
    return Reply.ok("HIGHESTMODSEQ " + selected.highestModSeqTold(), "expunged");
  }
}
