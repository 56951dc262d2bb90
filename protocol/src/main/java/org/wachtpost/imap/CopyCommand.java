package org.wachtpost.imap;

import java.io.IOException;
import java.util.List;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailResult.Copied;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.UidSet;

/** COPY (RFC 9051 §6.4.7) and MOVE (RFC 9051 §6.4.8). */
final class CopyCommand {
  private CopyCommand() {}

  static Reply copy(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    Arguments arguments = Arguments.read(session);
    Selected selected = session.selected();
    UidSet uids = arguments.uids(session, selected, uid);
    MailResult<Copied> result =
        session.mail().copy(session.account(), selected.id(), uids, arguments.target(session));
    String code = copyUid(Outcomes.intoMailbox(result));
    return code.isEmpty() ? nothing(session, uid || uids.isEmpty()) : Reply.ok(code, "copied");
  }

  static Reply move(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    Arguments arguments = Arguments.read(session);
    Selected selected = session.selectedForChange();
    UidSet uids = arguments.uids(session, selected, uid);
    MailboxId target = arguments.target(session);
    Copied moved =
        Outcomes.intoMailbox(session.mail().move(session.account(), selected.id(), uids, target));
    String code = copyUid(moved);
    if (code.isEmpty()) {
      return nothing(session, uid || uids.isEmpty());
    }
    // RFC 6851 §4.3: before the EXPUNGEs, so that the client knows what they are.
    session.out().text("* OK [").text(code).line("] moved");
    selected.sync(session, true);
    return session.has(Extension.QRESYNC)
        ? Reply.ok("HIGHESTMODSEQ " + selected.highestModSeqTold(), "moved")
        : Reply.ok("moved");
  }

  /**
   * The answer when nothing was copied. Who asked for messages that another session has removed in
   * the meantime must not believe that they are in the other mailbox now (RFC 2180 §4.4.1).
   */
  private static Reply nothing(Session session, boolean allowed) throws IOException {
    if (allowed) {
      // RFC 9051 §6.4.9: a UID that is not there is no error.
      return Reply.ok("no such messages");
    }
    session.selected().sync(session, true);
    return Reply.no("EXPUNGEISSUED", "these messages are gone");
  }

  /** RFC 9051 §7.1, COPYUID; empty when nothing was copied. */
  private static String copyUid(Copied copied) {
    if (copied.sourceUids().isEmpty()) {
      return "";
    }
    return "COPYUID "
        + copied.uidValidity()
        + " "
        + inOrder(copied.sourceUids())
        + " "
        + inOrder(copied.targetUids());
  }

  private static String inOrder(List<Long> uids) {
    return SequenceSet.inOrder(uids.stream().mapToLong(Long::longValue).toArray());
  }

  private record Arguments(SequenceSet set, String name) {
    static Arguments read(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
      session.in().space();
      SequenceSet set = session.in().sequenceSet();
      session.in().space();
      String name = MailboxNames.read(session);
      session.in().end();
      return new Arguments(set, name);
    }

    UidSet uids(Session session, Selected selected, boolean uid) throws ImapRefusal {
      int[] sequences = selected.sequences(session, set, uid);
      return selected.map().uidSet(sequences, 0, sequences.length);
    }

    MailboxId target(Session session) throws ImapRefusal {
      try (MailView view = session.mail().view(session.account())) {
        return view.mailbox(name)
            .filter(Mailbox::selectable)
            .map(Mailbox::id)
            .orElseThrow(() -> Outcomes.tryCreate(view.mayCreate(name)));
      }
    }
  }
}
