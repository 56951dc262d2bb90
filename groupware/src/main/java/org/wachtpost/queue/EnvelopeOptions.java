package org.wachtpost.queue;

import org.jspecify.annotations.Nullable;

/**
 * What MAIL FROM said beside the sender.
 *
 * @param body what the bytes may be
 * @param smtpUtf8 whether the envelope or header needs SMTPUTF8 (RFC 6531 §3.4)
 * @param requireTls RFC 8689
 * @param ret how much a report returns: {@code FULL} or {@code HDRS} (RFC 3461 §4.3), or null
 * @param envid the sender's name for the transaction, xtext as it came (RFC 3461 §4.4), or null
 */
public record EnvelopeOptions(
    BodyType body,
    boolean smtpUtf8,
    boolean requireTls,
    @Nullable String ret,
    @Nullable String envid) {
  public static final EnvelopeOptions NONE =
      new EnvelopeOptions(BodyType.SEVEN_BIT, false, false, null, null);
}
