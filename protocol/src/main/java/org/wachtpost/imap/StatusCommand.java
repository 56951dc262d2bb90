package org.wachtpost.imap;

import java.io.IOException;
import java.util.Set;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;

/** STATUS (RFC 9051 §6.3.11). */
final class StatusCommand {
  private StatusCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String name = MailboxNames.read(session);
    session.in().space();
    Set<StatusItems> items = StatusItems.read(session.in());
    session.in().end();
    Mailbox mailbox;
    StatusItems.Counted counted;
    try (MailView view = session.mail().view(session.account())) {
      mailbox = view.mailbox(name).orElseThrow(Outcomes::noSuchMailbox);
      if (!mailbox.selectable()) {
        throw ImapRefusal.no("CANNOT", "mailbox holds no messages");
      }
      counted = StatusItems.Counted.of(session, view, mailbox, items);
    }
    if (items.contains(StatusItems.HIGHESTMODSEQ)) {
      session.enableCondstore();
    }
    StatusItems.write(session, mailbox, items, counted);
    return Reply.ok("that is all");
  }
}
