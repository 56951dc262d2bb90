package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.FetchItem;
import org.wachtpost.imap.wire.FetchItem.Attribute;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.PartialRange;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.FlagChange;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.MailView.Changes;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;
import org.wachtpost.mail.UidSet;
import org.wachtpost.store.StoreException;

/**
 * FETCH (RFC 9051 §6.4.5). Messages are read in chunks, each from a view that is closed before the
 * chunk is written, so that a slow client holds nothing in the store and 100,000 messages take no
 * more memory than a few hundred.
 */
final class FetchCommand {
  /** Messages read at once when only rows are needed. */
  private static final int ROWS = 1_000;

  /** The same with what was parsed from them, or with their bodies. */
  private static final int ROWS_WITH_DATA = 200;

  /**
   * What was parsed from the messages read at once, octets of memory; beyond that they are read
   * again in their turn. It is held while the client takes its time.
   */
  private static final int DATA_OCTETS = 256 * 1024;

  /** A message, and what was parsed from it where an item needs that. */
  record Row(Message message, @Nullable MessageData data) {}

  private FetchCommand() {}

  static Reply run(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    SequenceSet set = in.sequenceSet();
    in.space();
    List<FetchItem> items = FetchItem.readAll(in);
    Modifiers modifiers = in.take(' ') ? Modifiers.read(in, items) : Modifiers.NONE;
    in.end();
    if (modifiers.vanished() && (!uid || !session.has(Extension.QRESYNC))) {
      // RFC 7162 §3.2.6
      throw ImapRefusal.bad("VANISHED is for UID FETCH with QRESYNC enabled");
    }
    if (uid && !items.contains(Attribute.UID)) {
      items.add(0, Attribute.UID);
    }
    if (modifiers.changedSince().isPresent() && !items.contains(Attribute.MODSEQ)) {
      // RFC 7162 §3.1.4.1
      items.add(Attribute.MODSEQ);
    }
    if (items.contains(Attribute.MODSEQ)) {
      session.enableCondstore();
    }
    Selected selected = session.selected();
    int[] all = selected.sequences(session, set, uid);
    int[] sequences = modifiers.page().map(page -> page.of(all)).orElse(all);
    if (modifiers.changedSince().isPresent()) {
      sequences = changedSince(session, selected, set, sequences, modifiers);
    }
    if (items.stream().allMatch(item -> item == Attribute.UID)) {
      return tellUids(session, selected, sequences);
    }
    return new FetchCommand.Run(session, selected, items).all(sequences, uid);
  }

  /**
   * What the session knows without the store. A message that another session has removed still has
   * its number here and so its UID (RFC 2180 §4.1.2): clients ask for it to find out which it was.
   */
  private static Reply tellUids(Session session, Selected selected, int[] sequences)
      throws IOException {
    for (int sequence : sequences) {
      session.out().text("* ").number(sequence).text(" FETCH (UID ");
      session.out().number(selected.map().uid(sequence)).line(")");
    }
    return Reply.ok("fetched");
  }

  /**
   * What stands behind the items.
   *
   * @param page which of the messages, before it is looked which of them have changed (RFC 9394
   *     §3.3, §3.4)
   */
  private record Modifiers(
      Optional<Long> changedSince, boolean vanished, Optional<PartialRange> page) {
    static final Modifiers NONE = new Modifiers(Optional.empty(), false, Optional.empty());

    static Modifiers read(CommandReader in, List<FetchItem> items)
        throws IOException, ImapSyntaxException {
      Optional<Long> changedSince = Optional.empty();
      boolean vanished = false;
      Optional<PartialRange> page = Optional.empty();
      in.expect('(');
      String word = in.word();
      if (word.equals("LAZY") && items.equals(List.of(Attribute.PREVIEW))) {
        // RFC 8970 §3.2: it belongs to the one item before it, and changes nothing.
        in.expect(')');
        if (!in.take(' ')) {
          return NONE;
        }
        in.expect('(');
        word = in.word();
      }
      while (true) {
        switch (word) {
          case "CHANGEDSINCE" -> {
            in.space();
            changedSince = Optional.of(in.number64());
          }
          case "VANISHED" -> vanished = true;
          case "PARTIAL" -> {
            if (page.isPresent()) {
              throw new ImapSyntaxException("PARTIAL stands there twice");
            }
            in.space();
            page = Optional.of(PartialRange.read(in));
          }
          default -> throw new ImapSyntaxException("unknown FETCH modifier");
        }
        if (!in.take(' ')) {
          break;
        }
        word = in.word();
      }
      in.expect(')');
      if (vanished && changedSince.isEmpty()) {
        throw new ImapSyntaxException("VANISHED without CHANGEDSINCE");
      }
      return new Modifiers(changedSince, vanished, page);
    }
  }

  /** The messages that have changed; tells those that are gone where that is asked. */
  private static int[] changedSince(
      Session session, Selected selected, SequenceSet set, int[] sequences, Modifiers modifiers)
      throws IOException {
    Changes changes;
    try (MailView view = session.mail().view(session.account())) {
      changes = view.changes(selected.id(), modifiers.changedSince().orElse(0L));
    }
    if (modifiers.vanished()) {
      UidSet asked = set.isSaved() ? selected.saved() : asked(set, selected.map().lastUid());
      // What the client still has a number for is told by VANISHED without EARLIER.
      UidSet gone = Vanished.without(changes.gone(), selected.map());
      Vanished.tellEarlier(session.out(), Vanished.intersection(asked, gone));
    }
    UidSet changed = Vanished.union(changes.added(), changes.changed());
    UidSet wanted = selected.exactly(sequences);
    return selected.map().sequences(Vanished.intersection(wanted, changed));
  }

  /**
   * Where to look for what is gone. {@code 1:*} is meant to be everything, but ends with the last
   * message that is left: what was behind it is looked for too.
   */
  private static UidSet asked(SequenceSet set, long lastUid) {
    return Vanished.union(set.resolve(lastUid), set.resolve(UidSet.MAX));
  }

  /** One FETCH under way. */
  private static final class Run {
    private final Session session;
    private final Selected selected;
    private final FetchWriter writer;
    private final boolean needsData;
    private final boolean marksSeen;
    private final boolean bodies;
    private final boolean exports;
    private int missing;

    /** Up to this index messages have been marked as seen, and whether any was not before. */
    private int markedEnd;

    private boolean marked;
    private boolean seenFailed;

    Run(Session session, Selected selected, List<FetchItem> items) {
      this.session = session;
      this.selected = selected;
      this.writer = new FetchWriter(session, selected, items);
      this.needsData = items.stream().anyMatch(FetchWriter::needsData);
      this.bodies = items.stream().anyMatch(FetchWriter::readsBody);
      this.exports = items.stream().anyMatch(FetchWriter::exports);
      this.marksSeen = !selected.readOnly() && items.stream().anyMatch(FetchWriter::marksSeen);
    }

    Reply all(int[] sequences, boolean uid) throws IOException, ImapRefusal {
      int chunk = needsData || bodies ? ROWS_WITH_DATA : ROWS;
      for (int from = 0; from < sequences.length; ) {
        from = chunk(sequences, from, Math.min(sequences.length, from + chunk));
      }
      if (seenFailed) {
        session.out().line("* NO [UNAVAILABLE] messages could not be marked as seen");
      }
      if (writer.unknownEncodings() > 0) {
        // RFC 3516 §4.3
        throw ImapRefusal.no("UNKNOWN-CTE", "transfer encoding of a part is not known");
      }
      return missing > 0 && !uid
          ? Reply.ok("EXPUNGEISSUED", "fetched; some messages are gone")
          : Reply.ok("fetched");
    }

    /** Writes some of these messages, at least one; index behind the last of them. */
    private int chunk(int[] sequences, int from, int most) throws IOException {
      int to = from < markedEnd ? markedEnd : most;
      UidSet uids = selected.map().uidSet(sequences, from, to);
      if (marksSeen && to > markedEnd) {
        marked = markSeen(uids);
        markedEnd = to;
      }
      List<Row> rows = new ArrayList<>(to - from);
      boolean all = read(uids, rows);
      int end = all ? to : behind(sequences, from, rows.getLast().message().uid());
      int written = 0;
      for (Row row : rows) {
        int sequence = selected.map().sequence(row.message().uid());
        if (sequence > 0) {
          if (bodies) {
            // Before it goes out: who has seen enough and hangs up has read it all the same.
            session.tally().messagesRead(1);
            session.tally().exported(exports ? 1 : 0);
          }
          writer.write(sequence, row, marked);
          written++;
        }
      }
      missing += end - from - written;
      return end;
    }

    /** False if there is more than may be held at a time. */
    private boolean read(UidSet uids, List<Row> rows) {
      try (MailView view = session.mail().view(session.account())) {
        if (!needsData) {
          view.messages(selected.id(), uids, message -> rows.add(new Row(message, null)));
          return true;
        }
        int[] held = {0};
        view.messagesWithData(
            selected.id(),
            uids,
            (message, data) -> {
              rows.add(new Row(message, data));
              held[0] += data.weight();
              return held[0] < DATA_OCTETS;
            });
        return held[0] < DATA_OCTETS;
      }
    }

    /** Index of the first of these messages, which grow, whose UID is greater. */
    private int behind(int[] sequences, int from, long uid) {
      int index = from;
      while (index < sequences.length && selected.map().uid(sequences[index]) <= uid) {
        index++;
      }
      return index;
    }

    /** Sets \Seen where it is not set (RFC 9051 §6.4.5, BODY[]); true if any was set. */
    private boolean markSeen(UidSet uids) {
      List<Long> unseen = new ArrayList<>();
      try (MailView view = session.mail().view(session.account())) {
        view.messages(
            selected.id(),
            uids,
            message -> {
              if (!message.flags().has(Flags.SEEN)) {
                unseen.add(message.uid());
              }
            });
      }
      if (unseen.isEmpty()) {
        return false;
      }
      try {
        UidSet set = UidSet.of(unseen.stream().mapToLong(Long::longValue).toArray());
        FlagChange change =
            new FlagChange(FlagChange.Mode.ADD, new Flags(Flags.SEEN, Flags.NONE.keywords()));
        var result =
            session.mail().store(session.account(), selected.id(), set, change, Optional.empty());
        if (result instanceof MailResult.Done<MailResult.Stored> done) {
          done.value().changed().forEach(selected::told);
          return true;
        }
        seenFailed = true;
      } catch (StoreException.Unavailable e) {
        // A full disk must not keep anybody from reading; the client is told after the messages.
        seenFailed = true;
      }
      return false;
    }
  }
}
