package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.Quota;

/**
 * GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1): one root, the account, with an empty name; none where
 * nothing is limited, since a QUOTA response without a resource is none (RFC 9208 §7).
 */
final class QuotaCommands {
  private static final long STORAGE_UNIT_BYTES = 1024;

  private QuotaCommands() {}

  static Reply getQuota(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String root = session.in().text();
    session.in().end();
    Quota quota;
    try (MailView view = session.mail().view(session.account())) {
      quota = view.quota();
    }
    if (!root.isEmpty() || !isLimited(quota)) {
      throw ImapRefusal.no("NONEXISTENT", "no such quota root");
    }
    write(session.out(), quota);
    return Reply.ok("that is all");
  }

  static Reply getQuotaRoot(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String name = MailboxNames.read(session);
    session.in().end();
    Quota quota;
    String canonical;
    try (MailView view = session.mail().view(session.account())) {
      // RFC 9208 §4.1.2: it need not be there; who means to create it asks before.
      canonical = view.mailbox(name).map(Mailbox::name).orElse(name);
      quota = view.quota();
    }
    session.out().text("* QUOTAROOT ").mailbox(canonical).line(isLimited(quota) ? " \"\"" : "");
    if (isLimited(quota)) {
      write(session.out(), quota);
    }
    return Reply.ok("that is all");
  }

  private static boolean isLimited(Quota quota) {
    return quota.bytesLimit() != Quota.UNLIMITED || quota.messagesLimit() != Quota.UNLIMITED;
  }

  private static void write(ResponseWriter out, Quota quota) throws IOException {
    out.text("* QUOTA \"\" (");
    boolean storage = quota.bytesLimit() != Quota.UNLIMITED;
    if (storage) {
      long used = (quota.bytesUsed() + STORAGE_UNIT_BYTES - 1) / STORAGE_UNIT_BYTES;
      out.text("STORAGE ").number(used).text(" ");
      out.number(quota.bytesLimit() / STORAGE_UNIT_BYTES);
    }
    if (quota.messagesLimit() != Quota.UNLIMITED) {
      out.text(storage ? " " : "").text("MESSAGE ").number(quota.messagesUsed()).text(" ");
      out.number(quota.messagesLimit());
    }
    out.line(")");
  }
}
