package org.wachtpost.changelog;

import java.time.Instant;
import java.util.List;

/**
 * What one version of an account changed.
 *
 * @param time when it was committed, by this server's clock
 */
public record LogEntry(long version, Instant time, List<LogRecord> records) {
  public LogEntry {
    records = List.copyOf(records);
  }
}
