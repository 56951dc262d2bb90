package org.wachtpost.mail;

import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A message to be stored.
 *
 * @param content stays the caller's to close
 * @param flags may have keywords
 * @param internalDate empty for now
 */
public record NewMessage(
    MessageContent content, Flags flags, Optional<OffsetDateTime> internalDate) {}
