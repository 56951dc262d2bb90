package org.wachtpost.imap;

import java.io.IOException;
import java.text.Normalizer;
import java.util.Locale;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ModifiedUtf7;
import org.wachtpost.mail.Mailbox;

/** Mailbox names as they come from the client. */
final class MailboxNames {
  private static final String INBOX = "INBOX";

  private MailboxNames() {}

  /** Reads a mailbox name. */
  static String read(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    return canonical(decode(session, session.in().astring()));
  }

  /** Text of a name or pattern: UTF-8 where that is enabled, else modified UTF-7. */
  static String decode(Session session, byte[] bytes) throws ImapSyntaxException, ImapRefusal {
    String text = CommandReader.utf8(bytes);
    // RFC 9051 §5.1: 8-bit names are UTF-8 in any case; modified UTF-7 has none.
    boolean ascii = text.chars().allMatch(c -> c < 128);
    if (session.out().isUtf8() || !ascii || text.indexOf('&') < 0) {
      return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
    try {
      return Normalizer.normalize(ModifiedUtf7.decode(text), Normalizer.Form.NFC);
    } catch (ImapSyntaxException e) {
      throw ImapRefusal.no("CANNOT", "mailbox name is not modified UTF-7");
    }
  }

  /** INBOX in its one letter case, also as the first level of a longer name (RFC 9051 §5.1). */
  private static String canonical(String name) {
    int end = name.indexOf(Mailbox.SEPARATOR);
    String first = end < 0 ? name : name.substring(0, end);
    return first.toUpperCase(Locale.ROOT).equals(INBOX)
        ? INBOX + (end < 0 ? "" : name.substring(end))
        : name;
  }
}
