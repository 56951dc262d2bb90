package org.wachtpost.queue;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a destination does.
 *
 * @param waiting parcels (a message's recipients there) in hand
 * @param active connections in use
 * @param window connections that it may have
 * @param pause after each message
 * @param failures how often in a row it could not be reached
 * @param closedUntil when it is tried again, or null
 */
public record DestinationState(
    int waiting,
    int active,
    int window,
    Duration pause,
    int failures,
    @Nullable Instant closedUntil) {}
