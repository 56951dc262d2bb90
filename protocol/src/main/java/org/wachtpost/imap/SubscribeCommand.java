package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8). */
final class SubscribeCommand {
  private SubscribeCommand() {}

  static Reply run(Session session, boolean subscribed)
      throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String name = MailboxNames.read(session);
    session.in().end();
    Outcomes.done(session.mail().subscribe(session.account(), name, subscribed));
    return Reply.ok(subscribed ? "subscribed" : "unsubscribed");
  }
}
