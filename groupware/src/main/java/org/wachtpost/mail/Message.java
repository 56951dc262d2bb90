package org.wachtpost.mail;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.wachtpost.store.BlobId;

/**
 * A message in a mailbox, without what was parsed from it (see {@link MessageData}).
 *
 * @param uid 1 to 4,294,967,295
 * @param original the email that this one is a copy of, or a copy of a copy; itself if it is none
 * @param modSeq version of the newest change to its flags or its arrival
 * @param internalDate RFC 9051 §2.3.3, in the zone that it was given in, whole minutes from UTC
 * @param saveDate when it came into this mailbox (RFC 8514)
 * @param size bytes, line ends as CRLF
 */
public record Message(
    MailboxId mailbox,
    long uid,
    EmailId email,
    EmailId original,
    ThreadId thread,
    long modSeq,
    Flags flags,
    OffsetDateTime internalDate,
    Instant saveDate,
    long size,
    BlobId blob) {}
