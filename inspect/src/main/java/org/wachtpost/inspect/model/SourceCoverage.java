package org.wachtpost.inspect.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of evidence covers.
 *
 * @param source its name ("HttpProxy Ecp", "IIS W3SVC1", "Event log Security")
 * @param files how many files
 * @param bytes their size together
 * @param rows rows or records read
 * @param unparsable rows or records that could not be read
 * @param oldest time of the oldest record (UTC), null without one
 * @param newest time of the newest record
 * @param gaps times without any record between oldest and newest, longest first
 * @param notes rolled windows, cleared logs, other things to know
 */
public record SourceCoverage(
    String source,
    int files,
    long bytes,
    long rows,
    long unparsable,
    @Nullable Instant oldest,
    @Nullable Instant newest,
    List<Gap> gaps,
    List<String> notes) {
  public SourceCoverage {
    gaps = List.copyOf(gaps);
    notes = List.copyOf(notes);
  }

  /** A time without records: from the last hour before it to the first hour after it (UTC). */
  public record Gap(Instant from, Instant to) {}
}
