package org.wachtpost.imap;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
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
  private final Mailbox opened;
  private final boolean readOnly;
  private final SequenceMap map;
  private final SortedSet<String> keywords;

  /** Modification sequences of messages whose newest flags the client knows: its own changes. */
  private final Map<Long, Long> told = new HashMap<>();

  private long version;
  private long highestModSeqTold;
  private UidSet untoldGone = UidSet.EMPTY;
  private UidSet saved = UidSet.EMPTY;

  /**
   * Null before the client is told, and where nothing is recent: IMAP4rev2 (RFC 9051 Appendix E).
   */
  private @Nullable RecentUids recent;

  private int recentTold;

  Selected(Mailbox opened, boolean readOnly, MailView view) {
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
  int[] sequences(SequenceSet set, boolean uid) throws ImapRefusal {
    if (set.isSaved()) {
      return map.sequences(saved);
    }
    if (uid) {
      return map.sequences(set.resolve(map.lastUid()));
    }
    if (set.greatest() > map.count()) {
      throw ImapRefusal.bad("no message " + set.greatest() + ", there are " + map.count());
    }
    // 5:* with three messages is 3:5 (RFC 9051 §9, seq-range); what is not there is left out.
    return numbers(Vanished.intersection(set.resolve(map.count()), UidSet.range(1, map.count())));
  }

  private static int[] numbers(UidSet set) {
    int total = 0;
    for (int range = 0; range < set.ranges(); range++) {
      total += (int) (set.last(range) - set.first(range) + 1);
    }
    int[] numbers = new int[total];
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
    addNew(session, changes.added());
    // Where the log does not reach back, new messages stand among the changed.
    addNew(session, changes.changed());
    if (map.count() != before) {
      out.text("* ").number(map.count()).line(" EXISTS");
      tellRecent(session);
    }
    for (Message message : changes.changed()) {
      Long known = told.get(message.uid());
      boolean news = known == null || known != message.modSeq();
      if (news && message.uid() <= lastBefore && map.sequence(message.uid()) > 0) {
        tellFlags(session, message);
      }
    }
    told.clear();
  }

  private void addNew(Session session, Collection<Message> messages) {
    for (Message message : messages) {
      long uid = message.uid();
      if (uid > map.lastUid()) {
        map.add(uid);
        if (recent != null && (readOnly || claim(session, uid))) {
          recent.add(uid, uid);
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
    List<String> names = new java.util.ArrayList<>(new Flags(31, keywords).names());
    out.text("* FLAGS ").list(names).crlf();
    if (readOnly) {
      out.line("* OK [PERMANENTFLAGS ()] nothing can be changed");
      return;
    }
    names.add("\\*");
    out.text("* OK [PERMANENTFLAGS ").list(names).line("] what can be changed");
  }
}
