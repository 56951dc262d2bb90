package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.UidSet;

/** What STATUS, and LIST with STATUS, tell of a mailbox (RFC 9051 §6.3.11). */
enum StatusItems {
  MESSAGES,
  RECENT,
  UIDNEXT,
  UIDVALIDITY,
  UNSEEN,
  /** RFC 9051 §6.3.11 and RFC 9208 §4.1.4 */
  DELETED,
  /** RFC 9208 §4.1.4 */
  DELETED_STORAGE,
  /** RFC 8438 */
  SIZE,
  /** RFC 7162 §3.1.7 */
  HIGHESTMODSEQ,
  /** RFC 8474 §4.3 */
  MAILBOXID,
  /** RFC 7889 §4 */
  APPENDLIMIT;

  private static final Map<String, StatusItems> BY_WORD =
      EnumSet.allOf(StatusItems.class).stream()
          .collect(java.util.stream.Collectors.toMap(StatusItems::word, item -> item));

  private String word() {
    return name().replace('_', '-');
  }

  /** A list of items in parentheses. */
  static Set<StatusItems> read(CommandReader in) throws IOException, ImapSyntaxException {
    Set<StatusItems> items = EnumSet.noneOf(StatusItems.class);
    in.openList();
    do {
      StatusItems item = BY_WORD.get(in.word());
      if (item == null) {
        throw new ImapSyntaxException("unknown STATUS item");
      }
      items.add(item);
    } while (in.moreInList());
    in.expect(')');
    return items;
  }

  /** What is counted when it is asked for. */
  record Counted(long recent, long deletedBytes) {
    static final Counted NOTHING = new Counted(0, 0);

    static Counted of(Session session, MailView view, Mailbox mailbox, Set<StatusItems> items) {
      return new Counted(
          StatusItems.recent(session, view, mailbox, items),
          StatusItems.deletedBytes(view, mailbox, items));
    }
  }

  /** Octets of messages with \Deleted; reads rows only when there are any. */
  private static long deletedBytes(MailView view, Mailbox mailbox, Set<StatusItems> items) {
    long[] bytes = {0};
    if (items.contains(DELETED_STORAGE) && mailbox.deleted() > 0) {
      view.messages(
          mailbox.id(),
          UidSet.ALL,
          message -> bytes[0] += message.flags().has(Flags.DELETED) ? message.size() : 0);
    }
    return bytes[0];
  }

  /** Messages that no session was told of (RFC 3501 §6.3.10); reads their rows only. */
  private static long recent(
      Session session, MailView view, Mailbox mailbox, Set<StatusItems> items) {
    long[] count = {0};
    long from = session.server().recent().from(session.account(), mailbox);
    if (items.contains(RECENT) && from < mailbox.uidNext()) {
      view.messages(mailbox.id(), UidSet.range(from, UidSet.MAX), message -> count[0]++);
    }
    return count[0];
  }

  /** The STATUS response. */
  static void write(Session session, Mailbox mailbox, Set<StatusItems> items, Counted counted)
      throws IOException {
    ResponseWriter out = session.out();
    out.text("* STATUS ").mailbox(mailbox.name()).text(" (");
    String gap = "";
    for (StatusItems item : new ArrayList<>(items)) {
      out.text(gap).text(item.word()).text(" ");
      gap = " ";
      switch (item) {
        case MESSAGES -> out.number(mailbox.messages());
        case RECENT -> out.number(counted.recent());
        case UIDNEXT -> out.number(mailbox.uidNext());
        case UIDVALIDITY -> out.number(mailbox.uidValidity());
        case UNSEEN -> out.number(mailbox.unseen());
        case DELETED -> out.number(mailbox.deleted());
        case DELETED_STORAGE -> out.number(counted.deletedBytes());
        case SIZE -> out.number(mailbox.bytes());
        case HIGHESTMODSEQ -> out.number(Math.max(1, mailbox.highestModSeq()));
        case MAILBOXID -> out.text("(").text(mailbox.id().toString()).text(")");
        case APPENDLIMIT -> out.number(session.limits().appendBytes());
      }
    }
    out.line(")");
  }
}
