package org.wachtpost.imap;

import java.io.IOException;
import java.util.Optional;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.SpecialUse;

/** CREATE (RFC 9051 §6.3.4), with a special use (RFC 6154 §3). */
final class CreateCommand {
  private CreateCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    MailboxNames.Given given = MailboxNames.readGiven(session);
    String name = given.name();
    Optional<SpecialUse> use = in.take(' ') ? readUse(in) : Optional.empty();
    in.end();
    // RFC 9051 §6.3.4: a trailing separator says that others will be made below it.
    String wanted =
        name.length() > 1 && name.charAt(name.length() - 1) == Mailbox.SEPARATOR
            ? name.substring(0, name.length() - 1)
            : name;
    Mailbox made = Outcomes.done(session.mail().createMailbox(session.account(), wanted, use));
    if (given.differs()) {
      // RFC 9051 §6.3.4
      given.tell(session, "", made.name());
    }
    return Reply.ok("MAILBOXID (" + made.id() + ")", "mailbox created");
  }

  private static Optional<SpecialUse> readUse(CommandReader in)
      throws IOException, ImapSyntaxException, ImapRefusal {
    in.expect('(');
    if (!in.word().equals("USE")) {
      throw new ImapSyntaxException("unknown CREATE parameter");
    }
    in.space();
    in.expect('(');
    Optional<SpecialUse> use = Optional.empty();
    while (!in.take(')')) {
      if (use.isPresent()) {
        throw ImapRefusal.no("USEATTR", "a mailbox has one special use at most");
      }
      String attribute = in.flag();
      use = ofAttribute(attribute);
      if (use.isEmpty()) {
        throw ImapRefusal.no("USEATTR", "special use is not supported");
      }
      in.take(' ');
    }
    in.expect(')');
    return use;
  }

  private static Optional<SpecialUse> ofAttribute(String attribute) {
    for (SpecialUse use : SpecialUse.values()) {
      // \All and \Flagged would be views of other mailboxes, which there are not.
      boolean ordinary = use != SpecialUse.ALL && use != SpecialUse.FLAGGED;
      if (ordinary && use.attribute().equalsIgnoreCase(attribute)) {
        return Optional.of(use);
      }
    }
    return Optional.empty();
  }
}
