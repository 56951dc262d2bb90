package org.wachtpost.mail;

import org.jspecify.annotations.Nullable;

/**
 * A mailbox at some version of its account.
 *
 * @param name full name, Unicode (NFC), levels separated by {@link #SEPARATOR}; the inbox is
 *     exactly {@code INBOX}
 * @param use special use, or null
 * @param uidValidity RFC 9051 §2.3.1.1
 * @param uidNext the UID that the next message will get
 * @param messages messages in it
 * @param unseen messages without {@code \Seen}
 * @param deleted messages with {@code \Deleted}
 * @param bytes sizes of its messages together
 * @param highestModSeq version of the newest change to it or to a message in it
 */
public record Mailbox(
    MailboxId id,
    String name,
    @Nullable SpecialUse use,
    boolean subscribed,
    long uidValidity,
    long uidNext,
    long messages,
    long unseen,
    long deleted,
    long bytes,
    long highestModSeq) {
  /** Separates the levels of a name. */
  public static final char SEPARATOR = '/';
}
