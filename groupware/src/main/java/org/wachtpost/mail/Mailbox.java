package org.wachtpost.mail;

import org.jspecify.annotations.Nullable;

/**
 * A mailbox at some version of its account.
 *
 * @param name full name, Unicode (NFC), levels separated by {@link #SEPARATOR}; the inbox is
 *     exactly {@code INBOX}
 * @param parent the mailbox one level up, or null at the top
 * @param use special use, or null
 * @param selectable false for a name that is kept only for those below it (it was deleted): it has
 *     no messages, cannot be selected, and takes no mail ({@code \Noselect})
 * @param uidValidity RFC 9051 §2.3.1.1
 * @param uidNext the UID that the next message will get
 * @param messages messages in it
 * @param unseen messages without {@code \Seen}
 * @param deleted messages with {@code \Deleted}
 * @param bytes sizes of its messages together
 * @param highestModSeq version of the newest change to it or to a message in it
 * @param recentFrom the first UID that was not {@link Mail#notRecent told} to be known yet
 */
public record Mailbox(
    MailboxId id,
    String name,
    @Nullable MailboxId parent,
    @Nullable SpecialUse use,
    boolean selectable,
    boolean subscribed,
    long uidValidity,
    long uidNext,
    long messages,
    long unseen,
    long deleted,
    long bytes,
    long highestModSeq,
    long recentFrom) {
  /** Separates the levels of a name. */
  public static final char SEPARATOR = '/';
}
