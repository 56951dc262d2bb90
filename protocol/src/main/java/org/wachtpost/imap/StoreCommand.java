package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.FlagChange;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailResult.Stored;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.UidSet;

/** STORE (RFC 9051 §6.4.6), conditional too (RFC 7162 §3.1.3). */
final class StoreCommand {
  private StoreCommand() {}

  static Reply run(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    SequenceSet set = in.sequenceSet();
    in.space();
    Optional<Long> unchangedSince = Optional.empty();
    if (in.take('(')) {
      if (!in.word().equals("UNCHANGEDSINCE")) {
        throw new ImapSyntaxException("unknown STORE modifier");
      }
      in.space();
      unchangedSince = Optional.of(in.number64());
      in.expect(')');
      in.space();
      session.enableCondstore();
    }
    FlagChange.Mode mode =
        in.take('+')
            ? FlagChange.Mode.ADD
            : in.take('-') ? FlagChange.Mode.REMOVE : FlagChange.Mode.REPLACE;
    String item = in.word();
    if (!item.equals("FLAGS") && !item.equals("FLAGS.SILENT")) {
      throw new ImapSyntaxException("STORE changes FLAGS only");
    }
    in.space();
    Flags flags = FlagNames.read(in);
    in.end();
    Selected selected = session.selectedForChange();
    int[] sequences = selected.sequences(session, set, uid);
    UidSet uids = selected.map().uidSet(sequences, 0, sequences.length);
    Stored stored =
        Outcomes.done(
            session
                .mail()
                .store(
                    session.account(),
                    selected.id(),
                    uids,
                    new FlagChange(mode, flags),
                    unchangedSince));
    report(session, selected, stored, item.endsWith(".SILENT"));
    return reply(selected, stored, sequences.length, uid);
  }

  private static void report(Session session, Selected selected, Stored stored, boolean silent)
      throws IOException {
    boolean condstore = session.has(Extension.CONDSTORE);
    ResponseWriter out = session.out();
    for (int index = 0; index < stored.changed().size(); index++) {
      Message message = stored.changed().get(index);
      int sequence = selected.map().sequence(message.uid());
      if (sequence == 0) {
        continue;
      }
      // RFC 9051 §6.4.6: what others did in the meantime is told also where silence is asked for.
      boolean flags = !silent || !selected.isToldUpTo(stored.before().get(index));
      selected.told(message);
      selected.tellKeywords(session, message.flags());
      if (!flags && !condstore) {
        continue;
      }
      out.text("* ").number(sequence).text(" FETCH (");
      if (session.tellsUid()) {
        out.text("UID ").number(message.uid()).text(flags ? " " : "");
      }
      if (flags) {
        out.text("FLAGS ").list(selected.flagNames(session, message));
      }
      if (condstore) {
        out.text(" MODSEQ (").number(message.modSeq()).text(")");
      }
      out.line(")");
    }
  }

  private static Reply reply(Selected selected, Stored stored, int asked, boolean uid) {
    List<Long> modified = new ArrayList<>();
    for (long modifiedUid : stored.modified()) {
      int sequence = selected.map().sequence(modifiedUid);
      if (sequence > 0) {
        modified.add(uid ? modifiedUid : (long) sequence);
      }
    }
    if (!modified.isEmpty()) {
      // RFC 7162 §3.1.3
      UidSet set = UidSet.of(modified.stream().mapToLong(Long::longValue).toArray());
      return Reply.ok("MODIFIED " + set, "some messages have changed since");
    }
    boolean missing = stored.changed().size() + stored.modified().size() < asked;
    return missing && !uid
        ? Reply.ok("EXPUNGEISSUED", "stored; some messages are gone")
        : Reply.ok("stored");
  }
}
