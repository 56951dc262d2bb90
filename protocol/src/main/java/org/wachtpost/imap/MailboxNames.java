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

  /**
   * A mailbox name.
   *
   * @param given as the client wrote it
   * @param name as it is here: composed (RFC 5198 §3), below INBOX in its one letter case
   */
  record Given(String given, String name) {
    /**
     * Whether the client calls the mailbox something else than we do. INBOX itself has no letter
     * case (RFC 9051 §5.1).
     */
    boolean differs() {
      return !given.equals(name) && !name.equals(INBOX);
    }

    /**
     * Tells a client that can know of it what the mailbox is called here (RFC 9051 §6.3.9.7).
     *
     * @param attributes of the mailbox, as LIST has them
     * @param name what it is called from now on
     */
    void tell(Session session, String attributes, String name) throws IOException {
      if (session.has(Session.Extension.IMAP4REV2)) {
        session.out().text("* LIST (").text(attributes).text(") \"/\" ").mailbox(name);
        session.out().text(" (\"OLDNAME\" (").mailbox(given).text("))").crlf();
      }
    }
  }

  /** Reads a mailbox name. */
  static String read(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    return readGiven(session).name();
  }

  /** As {@link #read}, for commands that tell what was made of the name. */
  static Given readGiven(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    String given = text(session, session.in().astring());
    return new Given(given, canonical(Normalizer.normalize(given, Normalizer.Form.NFC)));
  }

  /** Text of a name or pattern, composed. */
  static String decode(Session session, byte[] bytes) throws ImapSyntaxException, ImapRefusal {
    return Normalizer.normalize(text(session, bytes), Normalizer.Form.NFC);
  }

  /** UTF-8 where that is enabled, else modified UTF-7. */
  private static String text(Session session, byte[] bytes)
      throws ImapSyntaxException, ImapRefusal {
    String text = CommandReader.utf8(bytes);
    // RFC 9051 §5.1: 8-bit names are UTF-8 in any case; modified UTF-7 has none.
    boolean ascii = text.chars().allMatch(c -> c < 128);
    if (session.out().isUtf8() || !ascii || text.indexOf('&') < 0) {
      return text;
    }
    try {
      return ModifiedUtf7.decode(text);
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
