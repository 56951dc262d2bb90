package org.wachtpost.imap;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.MailView.Changes;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.UidSet;

/** SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3), with QRESYNC (RFC 7162 §3.2.5). */
final class SelectCommand {
  /** What is gathered of each message, for a moment. */
  private static final int SELECT_BYTES = 16;

  /**
   * What the client remembers of the mailbox.
   *
   * @param known UIDs that it knows
   * @param matchSequences sequence numbers that belong to {@code matchUids}, or null
   */
  private record Resync(
      long uidValidity,
      long modSeq,
      UidSet known,
      @Nullable UidSet matchSequences,
      @Nullable UidSet matchUids) {}

  private SelectCommand() {}

  static Reply run(Session session, boolean readOnly)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    MailboxNames.Given name = MailboxNames.readGiven(session);
    Resync resync = null;
    if (in.take(' ')) {
      resync = readParameters(session);
    }
    in.end();
    deselect(session);
    session.mailboxMemory().close(); // of one that could not be opened to the end

    Selected selected;
    Changes changes = null;
    int firstUnseen;
    try (MailView view = session.mail().view(session.account())) {
      Optional<Mailbox> mailbox = view.mailbox(name.name());
      if (mailbox.isEmpty()) {
        throw Outcomes.noSuchMailbox();
      }
      if (!mailbox.get().selectable()) {
        throw ImapRefusal.no("CANNOT", "mailbox cannot be selected");
      }
      if (mailbox.get().messages() > Selected.FEW) {
        session.hold(SELECT_BYTES * mailbox.get().messages());
      }
      selected = new Selected(mailbox.get(), readOnly, view, session);
      firstUnseen = session.has(Extension.IMAP4REV2) ? 0 : FirstUnseen.of(view, selected);
      if (resync != null && resync.uidValidity() == mailbox.get().uidValidity()) {
        changes = view.changes(selected.id(), resync.modSeq());
      }
    }
    selected.enter(session);
    session.select(selected);
    describe(session, selected, name, firstUnseen);
    if (changes != null && resync != null) {
      resynchronize(session, selected, changes, resync);
    }
    return readOnly
        ? Reply.ok("READ-ONLY", "mailbox is open for reading")
        : Reply.ok("READ-WRITE", "mailbox is open");
  }

  private static void deselect(Session session) throws IOException {
    if (session.selectedOrNull() != null) {
      session.deselect();
      // RFC 9051 §7.1, RFC 7162 §3.2.11
      session.out().line("* OK [CLOSED] previous mailbox is closed");
    }
  }

  private static @Nullable Resync readParameters(Session session)
      throws IOException, ImapSyntaxException {
    CommandReader in = session.in();
    Resync resync = null;
    in.expect('(');
    do {
      String parameter = in.word();
      switch (parameter) {
        case "CONDSTORE" -> session.enableCondstore();
        case "QRESYNC" -> {
          if (!session.has(Extension.QRESYNC)) {
            // RFC 7162 §3.2.5
            throw new ImapSyntaxException("QRESYNC is not enabled");
          }
          in.space();
          resync = readResync(in);
        }
        default -> throw new ImapSyntaxException("unknown SELECT parameter");
      }
    } while (in.take(' '));
    in.expect(')');
    return resync;
  }

  private static Resync readResync(CommandReader in) throws IOException, ImapSyntaxException {
    in.expect('(');
    long uidValidity = in.number();
    in.space();
    long modSeq = in.number64();
    UidSet known = UidSet.ALL;
    UidSet sequences = null;
    UidSet uids = null;
    if (uidValidity == 0) {
      throw new ImapSyntaxException("UIDVALIDITY is never 0");
    }
    if (in.take(' ')) {
      if (!in.nextIs('(')) {
        known = plainSet(in);
        in.take(' ');
      }
      if (in.take('(')) {
        sequences = plainSet(in);
        in.space();
        uids = plainSet(in);
        in.expect(')');
      }
    }
    in.expect(')');
    // Some begin with 0, which RFC 7162 §7 has not: they know of no change yet.
    return new Resync(uidValidity, Math.max(1, modSeq), known, sequences, uids);
  }

  /** RFC 7162 §7: known-uids and known-sequence-set have neither {@code *} nor {@code $}. */
  private static UidSet plainSet(CommandReader in) throws IOException, ImapSyntaxException {
    SequenceSet set = in.sequenceSet();
    if (set.isSaved() || set.hasStar()) {
      throw new ImapSyntaxException("* and $ are not allowed here");
    }
    return set.resolve(0);
  }

  private static void describe(
      Session session, Selected selected, MailboxNames.Given name, int firstUnseen)
      throws IOException {
    ResponseWriter out = session.out();
    Mailbox mailbox = selected.opened();
    selected.writeFlags(out);
    out.text("* ").number(selected.map().count()).line(" EXISTS");
    selected.tellRecent(session);
    if (firstUnseen > 0) {
      out.text("* OK [UNSEEN ").number(firstUnseen).line("] first unseen message");
    }
    out.text("* OK [UIDVALIDITY ").number(mailbox.uidValidity()).line("] UIDs are valid");
    out.text("* OK [UIDNEXT ").number(mailbox.uidNext()).line("] next UID");
    out.text("* OK [HIGHESTMODSEQ ").number(selected.highestModSeqTold()).line("] newest change");
    out.text("* OK [MAILBOXID (").text(mailbox.id().toString()).line(")] mailbox id");
    if (name.differs()) {
      name.tell(session, "", mailbox.name());
    } else if (session.has(Extension.IMAP4REV2)) {
      // RFC 9051 §6.3.2: the name as the server has it.
      out.text("* LIST () \"/\" ").mailbox(mailbox.name()).crlf();
    }
  }

  private static void resynchronize(
      Session session, Selected selected, Changes changes, Resync resync) throws IOException {
    SequenceMap map = selected.map();
    long alreadyKnown = changes.complete() ? 0 : lastMatch(map, resync);
    UidSet gone =
        Vanished.intersection(
            Vanished.intersection(changes.gone(), resync.known()),
            UidSet.range(alreadyKnown + 1, UidSet.MAX));
    Vanished.tellEarlier(session.out(), gone);
    UidSet changed = Vanished.union(changes.added(), changes.changed());
    selected.tellFlags(session, Vanished.intersection(changed, resync.known()), message -> true);
  }

  /**
   * RFC 7162 §3.2.5.2: the greatest UID that has the same sequence number on both sides. As many
   * messages are below it here as there, so nothing below it is gone that the client still has.
   */
  private static long lastMatch(SequenceMap map, Resync resync) {
    if (resync.matchSequences() == null || resync.matchUids() == null) {
      return 0;
    }
    long[] sequences = Vanished.first(resync.matchSequences(), 10_000);
    long[] uids = Vanished.first(resync.matchUids(), 10_000);
    long match = 0;
    for (int index = 0; index < Math.min(sequences.length, uids.length); index++) {
      boolean there = sequences[index] <= map.count();
      if (there && map.uid((int) sequences[index]) == uids[index]) {
        match = uids[index];
      }
    }
    return match;
  }
}
