package org.wachtpost.imap;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Mailbox;

/** LSUB (RFC 3501 §6.3.9), which IMAP4rev2 has no more but clients still send. */
final class LsubCommand {
  private LsubCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String reference = MailboxNames.decode(session, session.in().astring());
    session.in().space();
    String text = MailboxNames.decode(session, session.in().listMailbox());
    session.in().end();
    if (reference.length() + text.length() > ListPattern.LONGEST) {
      throw ImapSyntaxException.limit("pattern longer than " + ListPattern.LONGEST);
    }
    ListPattern pattern = new ListPattern(reference + text);
    List<String> subscribed = session.mail().subscriptions(session.account());
    Set<String> told = new TreeSet<>();
    for (String name : subscribed) {
      if (pattern.matches(name) && told.add(name)) {
        session.out().text("* LSUB () \"/\" ").mailbox(name).crlf();
      }
    }
    // RFC 3501 §6.3.9: with %, a name above a subscribed one is told as \Noselect.
    for (String name : subscribed) {
      int end = name.lastIndexOf(Mailbox.SEPARATOR);
      for (; end > 0; end = name.lastIndexOf(Mailbox.SEPARATOR, end - 1)) {
        String above = name.substring(0, end);
        if (text.endsWith("%") && pattern.matches(above) && told.add(above)) {
          session.out().text("* LSUB (\\Noselect) \"/\" ").mailbox(above).crlf();
        }
      }
    }
    return Reply.ok("that is all");
  }
}
