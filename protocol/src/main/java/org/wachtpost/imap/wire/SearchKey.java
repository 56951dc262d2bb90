package org.wachtpost.imap.wire;

import java.time.LocalDate;
import java.util.List;

/** What SEARCH looks for (RFC 9051 §6.4.4). */
public sealed interface SearchKey {
  /** Every message. */
  record All() implements SearchKey {}

  /** RFC 3501 §6.4.4: this session is the first that was told of the message. */
  record Recent() implements SearchKey {}

  record Not(SearchKey key) implements SearchKey {}

  record Or(SearchKey left, SearchKey right) implements SearchKey {}

  record And(List<SearchKey> keys) implements SearchKey {}

  /** Message sequence numbers; {@code $} means UIDs that were saved. */
  record Numbers(SequenceSet set) implements SearchKey {}

  record Uids(SequenceSet set) implements SearchKey {}

  /** A flag or keyword is there. */
  record HasFlag(String flag) implements SearchKey {}

  /** A header field of this name has this text in it; an empty text asks for the field only. */
  record Header(String field, String text) implements SearchKey {}

  /** The body has this text in it. */
  record Body(String text) implements SearchKey {}

  /** The header or the body has this text in it. */
  record Text(String text) implements SearchKey {}

  /** A date without its time. */
  record Day(Which which, Relation relation, LocalDate date) implements SearchKey {
    /** The date that is meant. */
    public enum Which {
      INTERNAL,
      SENT,
      SAVED
    }

    /** How it stands to the given one. */
    public enum Relation {
      BEFORE,
      ON,
      SINCE
    }
  }

  /** Size in bytes is greater ({@code LARGER}) or less ({@code SMALLER}). */
  record Size(boolean larger, long bytes) implements SearchKey {}

  /** RFC 5032: the internal date is at least, or at most, so many seconds ago. */
  record Age(boolean older, long seconds) implements SearchKey {}

  /** RFC 7162 §3.1.5: modification sequence of at least this. */
  record ModSeq(long least) implements SearchKey {}

  /** RFC 8474 §6. */
  record EmailIdIs(String id) implements SearchKey {}

  record ThreadIdIs(String id) implements SearchKey {}
}
