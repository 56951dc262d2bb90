package org.wachtpost.mail;

import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A deleted email that can be brought back.
 *
 * @param deleted when it went out of its last mailbox, whole seconds
 * @param mailbox the last mailbox it was in
 * @param mailboxName full name that this mailbox had then
 * @param flags flags that it had there
 * @param size bytes
 */
public record DeletedEmail(
    EmailId email,
    Instant deleted,
    MailboxId mailbox,
    String mailboxName,
    long uid,
    Flags flags,
    OffsetDateTime internalDate,
    long size) {}
