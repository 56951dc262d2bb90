package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.MailView.Changes;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.UidSet;

/**
 * The selected mailbox as this client knows it: which messages there are, up to which version of
 * the account it has been told, and what it may not be told yet.
 */
final class Selected {
  /** Messages that are read at a time. */
  private static final int ROWS = 500;

  /** Memory that a message takes as long as the mailbox is selected. */
  private static final int MESSAGE_BYTES = 5;

  /** Messages that a command may name and costs nothing worth counting. */
  static final int FEW = 4_096;

  /** Memory for a message that a command names, as long as that is carried out. */
  private static final int SEQUENCE_BYTES = 16;

  /** The same of a range of UIDs, of a saved result. */
  private static final int RANGE_BYTES = 16;

  private final Mailbox opened;
  private final boolean readOnly;
  private final SequenceMap map;
  private final SortedSet<String> keywords;

  /** What the session holds of this mailbox. */
  private final AccountMemory.Share held;

  /** Modification sequences of messages whose newest flags the client knows: its own changes. */
  private final Map<Long, Long> told = new HashMap<>();

  private long version;
  private long highestModSeqTold;
  private UidSet untoldGone = UidSet.EMPTY;
  private UidSet saved = UidSet.EMPTY;

  /** Memory is held for so many ranges of a saved result. */
  private int savedRanges;

  /**
   * Null before the client is told, and where nothing is recent: IMAP4rev2 (RFC 9051 Appendix E).
   */
  private @Nullable RecentUids recent;

  private int recentTold;

  /**
   * @throws AccountMemory.ExhaustedException if it has too many messages for what memory is left
   */
  Selected(Mailbox opened, boolean readOnly, MailView view, Session session) {
    this.held = session.mailboxMemory();
    held.add(MESSAGE_BYTES * opened.messages());
    this.opened = opened;
    this.readOnly = readOnly;
    this.map = new SequenceMap(view.uids(opened.id()));
    this.version = view.version();
    this.highestModSeqTold = Math.max(1, opened.highestModSeq());
    this.keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    this.keywords.addAll(view.keywords(opened.id()));
  }

  /** The client is told of this mailbox from here on; {@link #leave} follows. */
  void enter(Session session) {
    if (!session.has(Extension.IMAP4REV2)) {
      RecentClaims claims = session.server().recent();
      long from =
          readOnly
              ? claims.from(session.account(), opened)
              : claims.open(session.account(), opened);
      recent = new RecentUids();
      recent.add(from, opened.uidNext() - 1);
    }
  }

  /** The client is told no more of this mailbox. */
  void leave(Session session) {
    if (claims()) {
      session.server().recent().close(session.account(), opened);
    }
  }

  /** RFC 3501 §6.3.2: with EXAMINE no message stops being recent. */
  private boolean claims() {
    return recent != null && !readOnly;
  }

  /** Whether this is the first session that was told of the message (RFC 3501 §2.3.2). */
  boolean isRecent(long uid) {
    return recent != null && recent.contains(uid);
  }

  /** The RECENT response (RFC 3501 §7.3.2), where the client knows of it. */
  void tellRecent(Session session) throws IOException {
    if (recent != null && !session.has(Extension.IMAP4REV2)) {
      recentTold = recent.count(map);
      session.out().text("* ").number(recentTold).line(" RECENT");
    }
  }

  /** Names of the message's flags as this session sees them. */
  List<String> flagNames(Session session, Message message) {
    List<String> names = message.flags().names();
    if (isRecent(message.uid()) && !session.has(Extension.IMAP4REV2)) {
      names.add("\\Recent");
    }
    return names;
  }

  MailboxId id() {
    return opened.id();
  }

  /** The mailbox as it was when it was opened. */
  Mailbox opened() {
    return opened;
  }

  boolean readOnly() {
    return readOnly;
  }

  SequenceMap map() {
    return map;
  }

  /** Up to where the client has been told everything but removals that had to wait. */
  long highestModSeqTold() {
    return highestModSeqTold;
  }

  /** What {@code $} stands for (RFC 9051 §6.4.4.1). */
  void save(UidSet result) {
    saved = UidSet.EMPTY; // RFC 5182 §2.1: so it is after NO
    held.add(RANGE_BYTES * (long) Math.max(0, result.ranges() - savedRanges));
    savedRanges = Math.max(savedRanges, result.ranges());
    saved = result;
  }

  UidSet saved() {
    return saved;
  }

  /** Whether the client has been told of everything up to this modification sequence. */
  boolean isToldUpTo(long modSeq) {
    return modSeq <= version;
  }

  /** The client knows this message's flags as of this change: it made it. */
  void told(Message message) {
    told.put(message.uid(), message.modSeq());
  }

  /**
   * Sequence numbers that a set means, growing.
   *
   * @throws ImapRefusal BAD for a sequence number that is not there (RFC 9051 §9, seq-number)
   */
  int[] sequences(Session session, SequenceSet set, boolean uid) throws ImapRefusal {
    if (set.isSaved() || uid) {
      UidSet uids = set.isSaved() ? saved : set.resolve(map.lastUid());
      hold(session, map.count(uids));
      return map.sequences(uids);
    }
    if (set.greatest() > map.count()) {
      throw ImapRefusal.bad("no message " + set.greatest() + ", there are " + map.count());
    }
    // 5:* with three messages is 3:5 (RFC 9051 §9, seq-range); what is not there is left out.
    UidSet there = Vanished.intersection(set.resolve(map.count()), UidSet.range(1, map.count()));
    hold(session, Math.toIntExact(there.size()));
    return numbers(there);
  }

  private static void hold(Session session, int messages) {
    if (messages > FEW) {
      session.hold(SEQUENCE_BYTES * (long) messages);
    }
  }

  private static int[] numbers(UidSet set) {
    int[] numbers = new int[Math.toIntExact(set.size())];
    int at = 0;
    for (int range = 0; range < set.ranges(); range++) {
      for (long number = set.first(range); number <= set.last(range); number++) {
        numbers[at++] = (int) number;
      }
    }
    return numbers;
  }

  /**
   * Tells what has changed since the last time.
   *
   * @param expunges whether removals may be told now; else they wait
   */
  void sync(Session session, boolean expunges) throws IOException {
    if (session.state() == State.LOGOUT) {
      return; // IDLE has said BYE
    }
    Changes changes = null;
    boolean deleted = false;
    try (MailView view = session.mail().view(session.account())) {
      if (view.version() != version) {
        var mailbox = view.mailbox(id());
        deleted = mailbox.isEmpty() || !mailbox.get().selectable();
        if (!deleted) {
          changes = view.changes(id(), version);
          highestModSeqTold = Math.max(highestModSeqTold, mailbox.get().highestModSeq());
        }
        version = view.version();
      }
    }
    if (deleted) {
      // RFC 2180 §3.3: no state of the protocol has a selected mailbox that is not there.
      session.out().line("* BYE [NONEXISTENT] selected mailbox was deleted");
      session.logOut();
      return;
    }
    if (changes != null && !hasRoomFor(changes)) {
      session.offence("memory", "no memory for new messages of a selected mailbox");
      session.out().line("* BYE [UNAVAILABLE] too many messages for the server's memory");
      session.logOut();
      return;
    }
    if (changes != null) {
      untoldGone = Vanished.union(untoldGone, changes.gone());
    }
    if (expunges && !untoldGone.isEmpty()) {
      UidSet gone = untoldGone;
      untoldGone = UidSet.EMPTY;
      tellGone(session, gone);
    }
    if (changes != null) {
      tellChanges(session, changes);
    }
  }

  /** Where the log does not reach back, new messages stand among the changed. */
  private boolean hasRoomFor(Changes changes) {
    long from = map.lastUid() + 1;
    long count =
        changes.added().between(from, UidSet.MAX).size()
            + changes.changed().between(from, UidSet.MAX).size();
    try {
      held.add(MESSAGE_BYTES * count);
      return true;
    } catch (AccountMemory.ExhaustedException e) {
      return false;
    }
  }

  private void tellGone(Session session, UidSet gone) throws IOException {
    int[] sequences = map.sequences(gone);
    if (sequences.length == 0) {
      return;
    }
    ResponseWriter out = session.out();
    if (session.has(Extension.QRESYNC)) {
      // RFC 7162 §3.2.10
      UidSet uids = exactly(sequences);
      out.text("* VANISHED ").text(uids.toString()).crlf();
    } else {
      // From the end, so that no number shifts before it is told.
      for (int index = sequences.length - 1; index >= 0; index--) {
        out.text("* ").number(sequences[index]).line(" EXPUNGE");
      }
    }
    map.remove(sequences);
    if (recent != null && recent.count(map) != recentTold) {
      tellRecent(session);
    }
  }

  /** These messages' UIDs and no others between them. */
  UidSet exactly(int[] sequences) {
    long[] uids = new long[sequences.length];
    for (int index = 0; index < uids.length; index++) {
      uids[index] = map.uid(sequences[index]);
    }
    return UidSet.of(uids);
  }

  private void tellChanges(Session session, Changes changes) throws IOException {
    ResponseWriter out = session.out();
    int before = map.count();
    long lastBefore = map.lastUid();
    // Where the log does not reach back, new messages stand among the changed.
    for (UidSet uids : List.of(changes.added(), changes.changed())) {
      addNew(session, uids.between(lastBefore + 1, UidSet.MAX));
    }
    if (map.count() != before) {
      out.text("* ").number(map.count()).line(" EXISTS");
      tellRecent(session);
    }
    tellFlags(session, changes.changed().between(1, lastBefore), this::isNews);
    told.clear();
  }

  private boolean isNews(Message message) {
    Long known = told.get(message.uid());
    return known == null || known != message.modSeq();
  }

  private void addNew(Session session, UidSet uids) {
    for (int range = 0; range < uids.ranges(); range++) {
      for (long uid = uids.first(range); uid <= uids.last(range); uid++) {
        if (uid > map.lastUid()) {
          map.add(uid);
          if (recent != null && (readOnly || claim(session, uid))) {
            recent.add(uid, uid);
          }
        }
      }
    }
  }

  /**
   * Unasked FETCH responses of those messages that the client knows, a few at a time: there may be
   * a million, and as many sessions that hear of them.
   */
  void tellFlags(Session session, UidSet uids, Predicate<Message> wanted) throws IOException {
    int[] sequences = map.sequences(uids);
    for (int from = 0; from < sequences.length; from += ROWS) {
      int to = Math.min(sequences.length, from + ROWS);
      List<Message> messages = new ArrayList<>(to - from);
      try (MailView view = session.mail().view(session.account())) {
        view.messages(id(), map.uidSet(sequences, from, to), messages::add);
      }
      for (Message message : messages) {
        if (wanted.test(message) && map.sequence(message.uid()) > 0) {
          tellFlags(session, message);
        }
      }
    }
  }

  private boolean claim(Session session, long uid) {
    return session.server().recent().claim(session.account(), id(), uid);
  }

  /**
   * An unasked FETCH of the message's flags; with its modification sequence for clients that count
   * on them (RFC 7162 §3.1.4.2).
   */
  void tellFlags(Session session, Message message) throws IOException {
    tellKeywords(session, message.flags());
    ResponseWriter out = session.out();
    out.text("* ").number(map.sequence(message.uid())).text(" FETCH (");
    if (session.tellsUid()) {
      out.text("UID ").number(message.uid()).text(" ");
    }
    out.text("FLAGS ").list(flagNames(session, message));
    if (session.has(Extension.CONDSTORE)) {
      out.text(" MODSEQ (").number(message.modSeq()).text(")");
    }
    out.line(")");
  }

  /** Tells the FLAGS of the mailbox again when a keyword shows up that was not among them. */
  void tellKeywords(Session session, Flags flags) throws IOException {
    if (flags.keywords().isEmpty() || keywords.containsAll(flags.keywords())) {
      return;
    }
    keywords.addAll(flags.keywords());
    writeFlags(session.out());
  }

  /** The FLAGS and PERMANENTFLAGS responses. */
  void writeFlags(ResponseWriter out) throws IOException {
    List<String> names = new ArrayList<>(new Flags(31, keywords).names());
    out.text("* FLAGS ").list(names).crlf();
    if (readOnly) {
      out.line("* OK [PERMANENTFLAGS ()] nothing can be changed");
      return;
    }
    names.add("\\*");
    out.text("* OK [PERMANENTFLAGS ").list(names).line("] what can be changed");
  }
}
