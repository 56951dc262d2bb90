package org.wachtpost.mail;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is computed once when a message comes in.
 *
 * @param sentDate the Date field as a time, or null if it cannot be read
 * @param baseSubject RFC 5256 §2.1
 * @param fields common header fields, raw as they stand (name, colon, body with its folding,
 *     without the last line end), in the message's order; see {@link CommonFields}
 * @param fieldsComplete false if limits kept some of the {@link CommonFields} out of {@code
 *     fields}: whoever needs them all reads the header from the body
 * @param preview up to 256 characters of readable text (RFC 8970 §3.1)
 * @param hasAttachment whether a user would say so
 */
public record MessageData(
    Envelope envelope,
    BodyPart structure,
    @Nullable Instant sentDate,
    String baseSubject,
    List<HeaderField> fields,
    boolean fieldsComplete,
    String preview,
    boolean hasAttachment) {

  /** A header field: its name as it stands, and its raw bytes as Latin-1. */
  public record HeaderField(String name, String raw) {}
}
