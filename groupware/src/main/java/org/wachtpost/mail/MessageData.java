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

  /** Octets that an object with a few references takes about. */
  static final int OBJECT = 100;

  /** A header field: its name as it stands, and its raw bytes as Latin-1. */
  public record HeaderField(String name, String raw) {}

  /**
   * About how many octets of memory it takes. Its sender has a say in that: it may be a thousand
   * times what it is of most messages.
   */
  public int weight() {
    int weight = OBJECT + envelope.weight() + structure.weight();
    for (HeaderField field : fields) {
      weight += OBJECT + field.name.length() + field.raw.length();
    }
    return weight + 2 * preview.length() + 2 * baseSubject.length();
  }

  /** About how many octets a text takes. */
  static int weight(@Nullable String text) {
    return text == null ? 0 : OBJECT / 2 + text.length();
  }
}
