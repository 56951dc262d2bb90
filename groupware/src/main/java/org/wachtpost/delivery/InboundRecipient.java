package org.wachtpost.delivery;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.queue.Notify;

/**
 * A recipient that was accepted.
 *
 * @param address as the client gave it
 * @param reaches whom it reaches; {@link Resolution.NotLocal} is sent to the address itself
 * @param originalRecipient ORCPT, or null
 * @param notifyOn RFC 3461 §4.1
 */
public record InboundRecipient(
    String address, Resolution reaches, @Nullable String originalRecipient, Set<Notify> notifyOn) {}
