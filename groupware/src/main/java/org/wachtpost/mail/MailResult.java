package org.wachtpost.mail;

import java.util.List;

/** What became of a change to an account's mail. Expected outcomes are values. */
public sealed interface MailResult<T> {
  /**
   * It is done and durable.
   *
   * @param version version of the account after it (unchanged if there was nothing to do)
   */
  record Done<T>(T value, long version) implements MailResult<T> {}

  /** It was refused and nothing has changed. */
  record Refused<T>(Refusal refusal, String detail) implements MailResult<T> {}

  /** Why a change is refused. */
  enum Refusal {
    NO_SUCH_MAILBOX,
    NO_SUCH_EMAIL,
    MAILBOX_EXISTS,
    /** The name is not allowed: empty level, too long, too deep, control characters. */
    BAD_NAME,
    /** Delete of a name that is not selectable and has others below it. */
    HAS_CHILDREN,
    /** Delete of the inbox. */
    NOT_PERMITTED,
    OVER_QUOTA,
    TOO_LARGE,
    TOO_MANY_MAILBOXES,
    TOO_MANY_KEYWORDS,
    /** Another mailbox has this special use already. */
    USE_TAKEN
  }

  /** A message was stored (RFC 4315 APPENDUID). */
  record Appended(MailboxId mailbox, long uidValidity, long uid, EmailId email) {}

  /** Messages were copied or moved: old and new UIDs pairwise (RFC 4315 COPYUID). */
  record Copied(long uidValidity, List<Long> sourceUids, List<Long> targetUids) {}

  /**
   * Flags were changed.
   *
   * @param changed messages after the change (those whose flags already were so included,
   *     unchanged)
   * @param before the modification sequence that each of these had before
   * @param modified UIDs that were left alone because they changed since (RFC 7162 §3.1.3)
   */
  record Stored(List<Message> changed, List<Long> before, List<Long> modified) {}

  /** Messages were removed. */
  record Expunged(List<Long> uids) {}
}
