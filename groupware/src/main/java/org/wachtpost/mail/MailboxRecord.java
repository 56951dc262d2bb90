package org.wachtpost.mail;

import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * A mailbox as it is stored.
 *
 * @param level the last level of its name; of a doomed one the full name it had
 * @param recentFrom the first UID that no session was told of yet (RFC 3501 §2.3.2, \\Recent)
 */
record MailboxRecord(
    MailboxId id,
    State state,
    @Nullable MailboxId parent,
    String level,
    @Nullable SpecialUse use,
    long uidValidity,
    long uidNext,
    long messages,
    long unseen,
    long deleted,
    long bytes,
    long highestModSeq,
    long recentFrom) {
  private static final int LAYOUT = 2;

  /** From this layout on it is kept which messages are recent. */
  private static final int WITH_RECENT = 2;

  /** The code is stored: never change one. */
  enum State {
    NORMAL(0),
    /** Only a name for those below it. */
    NOT_SELECTABLE(1),
    /** Deleted, its messages still to be removed; nobody sees it. */
    DOOMED(2);

    private final int code;

    State(int code) {
      this.code = code;
    }
  }

  static MailboxRecord decode(MailboxId id, byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    State state = state(in.integer());
    long parent = in.number();
    String level = in.text();
    SpecialUse use = use(in.integer());
    long uidValidity = in.number();
    long uidNext = in.number();
    long messages = in.number();
    long unseen = in.number();
    long deleted = in.number();
    long bytesUsed = in.number();
    long highestModSeq = in.number();
    // What older versions stored was shown by them as not recent.
    long recentFrom = in.version() < WITH_RECENT ? uidNext : in.number();
    return new MailboxRecord(
        id,
        state,
        parent == 0 ? null : new MailboxId(parent),
        level,
        use,
        uidValidity,
        uidNext,
        messages,
        unseen,
        deleted,
        bytesUsed,
        highestModSeq,
        recentFrom);
  }

  private static State state(int code) {
    for (State state : State.values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new StoreException.Corrupt("mailbox state " + code, null);
  }

  private static @Nullable SpecialUse use(int code) {
    if (code == 0) {
      return null;
    }
    for (SpecialUse use : SpecialUse.values()) {
      if (use.code() == code) {
        return use;
      }
    }
    throw new StoreException.Corrupt("special use " + code, null);
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT)
        .number(state.code)
        .number(parent == null ? 0 : parent.value())
        .text(level)
        .number(use == null ? 0 : use.code())
        .number(uidValidity)
        .number(uidNext)
        .number(messages)
        .number(unseen)
        .number(deleted)
        .number(bytes)
        .number(highestModSeq)
        .number(recentFrom)
        .toBytes();
  }

  boolean isInbox() {
    return use == SpecialUse.INBOX;
  }

  MailboxRecord withHighestModSeq(long modSeq) {
    return new MailboxRecord(
        id,
        state,
        parent,
        level,
        use,
        uidValidity,
        uidNext,
        messages,
        unseen,
        deleted,
        bytes,
        modSeq,
        recentFrom);
  }

  MailboxRecord withRecentFrom(long uid) {
    return new MailboxRecord(
        id,
        state,
        parent,
        level,
        use,
        uidValidity,
        uidNext,
        messages,
        unseen,
        deleted,
        bytes,
        highestModSeq,
        uid);
  }

  /** With another place or kind. */
  MailboxRecord with(
      State newState, @Nullable MailboxId newParent, String newLevel, @Nullable SpecialUse newUse) {
    return new MailboxRecord(
        id,
        newState,
        newParent,
        newLevel,
        newUse,
        uidValidity,
        uidNext,
        messages,
        unseen,
        deleted,
        bytes,
        highestModSeq,
        recentFrom);
  }

  /** After a message with these flags came (sign 1) or went (sign -1). */
  MailboxRecord counting(int sign, Flags flags, long size, long newUidNext, long modSeq) {
    return new MailboxRecord(
        id,
        state,
        parent,
        level,
        use,
        uidValidity,
        newUidNext,
        messages + sign,
        unseen + (flags.has(Flags.SEEN) ? 0 : sign),
        deleted + (flags.has(Flags.DELETED) ? sign : 0),
        bytes + sign * size,
        modSeq,
        recentFrom);
  }
}
