package org.wachtpost.importer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to import.
 *
 * @param mailbox mailbox below the one asked for ({@code Sent/2020}), empty for that one itself
 * @param content bytes with CRLF line ends
 * @param date when it came in, or null if the source does not say
 * @param flags IMAP flags
 * @param place where it was in the source, for messages to people
 */
public record ImportMessage(
    String mailbox, byte[] content, @Nullable Instant date, List<String> flags, String place) {}
