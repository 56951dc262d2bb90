package org.wachtpost.queue;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a message must reach.
 *
 * @param address where to send to
 * @param originalRecipient ORCPT as it came, {@code rfc822;…} in xtext (RFC 3461 §4.2), or null
 * @param notifyOn what the sender wants to know; empty for the default
 */
public record OutboundRecipient(
    String address, @Nullable String originalRecipient, Set<Notify> notifyOn) {
  public OutboundRecipient {
    notifyOn = Set.copyOf(notifyOn);
    if (notifyOn.contains(Notify.NEVER) && notifyOn.size() > 1) {
      throw new IllegalArgumentException("NEVER stands alone");
    }
  }
}
