package org.wachtpost.mail;

import java.util.List;

/** A change in an account's mail, as the log entry of its version tells it. */
public sealed interface MailChange {
  /** The mailbox was made. */
  record MailboxCreated(MailboxId mailbox) implements MailChange {}

  /** Name, special use or subscription changed. */
  record MailboxUpdated(MailboxId mailbox) implements MailChange {}

  record MailboxDestroyed(MailboxId mailbox) implements MailChange {}

  /** A message came into the mailbox. */
  record Added(MailboxId mailbox, long uid, EmailId email) implements MailChange {}

  /**
   * Flags of a message changed.
   *
   * @param before flags before the change, for undo
   */
  record FlagsChanged(MailboxId mailbox, long uid, EmailId email, Flags before)
      implements MailChange {}

  /** Messages left the mailbox. */
  record Expunged(MailboxId mailbox, List<Gone> messages) implements MailChange {}

  /** A message that left, and what undo needs to bring it back. */
  record Gone(long uid, EmailId email) {}
}
