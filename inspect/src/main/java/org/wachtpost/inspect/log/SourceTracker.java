package org.wachtpost.inspect.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.SourceCoverage;

/**
 * What a kind of evidence covers, hour by hour. One thread at a time; trackers of several threads
 * are merged with {@link #add}.
 */
public final class SourceTracker {
  /** Gaps named in a report, longest first. */
  public static final int MAX_GAPS = 20;

  /** Hours remembered at most: two centuries; later ones still move the newest time. */
  static final int MAX_HOURS = 200 * 366 * 24;

  private static final long SECONDS_PER_HOUR = 3600;

  private final String source;
  private final Duration gap;
  private final TreeSet<Long> hours = new TreeSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private int files;
  private long bytes;
  private long rows;
  private long unparsable;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  /** A source in which {@code gap} without records is worth saying. */
  public SourceTracker(String source, Duration gap) {
    this.source = source;
    this.gap = gap;
  }

  /** The source's name. */
  public String source() {
    return source;
  }

  /** A file of that size was read. */
  public void file(long size) {
    files++;
    bytes += size;
  }

  /** That many rows were read, so many of them not to be understood. */
  public void rows(long read, long bad) {
    rows += read;
    unparsable += bad;
  }

  /** There are records from this moment. */
  public void seen(Instant time) {
    if (oldest == null || time.isBefore(oldest)) {
      oldest = time;
    }
    if (newest == null || time.isAfter(newest)) {
      newest = time;
    }
    if (hours.size() < MAX_HOURS) {
      hours.add(Math.floorDiv(time.getEpochSecond(), SECONDS_PER_HOUR));
    }
  }

  /** As {@link #seen}, for a moment in an hour already seen: cheaper. */
  public void moved(Instant time) {
    if (oldest == null || time.isBefore(oldest)) {
      oldest = time;
    }
    if (newest == null || time.isAfter(newest)) {
      newest = time;
    }
  }

  /** Something to know about this source; the same words are kept once. */
  public void note(String text) {
    notes.add(text);
  }

  /** Takes over what another tracker of the same source saw. */
  public void add(SourceTracker other) {
    files += other.files;
    bytes += other.bytes;
    rows += other.rows;
    unparsable += other.unparsable;
    if (other.oldest != null) {
      seen(other.oldest);
    }
    if (other.newest != null) {
      seen(other.newest);
    }
    hours.addAll(other.hours);
    notes.addAll(other.notes);
  }

  /** The coverage so far. */
  public SourceCoverage coverage() {
    return new SourceCoverage(
        source, files, bytes, rows, unparsable, oldest, newest, gaps(), new ArrayList<>(notes));
  }

  private List<SourceCoverage.Gap> gaps() {
    List<SourceCoverage.Gap> gaps = new ArrayList<>();
    Long before = null;
    for (Long hour : hours) {
      if (before != null && (hour - before - 1) * SECONDS_PER_HOUR >= gap.toSeconds()) {
        gaps.add(
            new SourceCoverage.Gap(
                Instant.ofEpochSecond((before + 1) * SECONDS_PER_HOUR),
                Instant.ofEpochSecond(hour * SECONDS_PER_HOUR)));
      }
      before = hour;
    }
    gaps.sort((one, other) -> length(other).compareTo(length(one)));
    return gaps.size() > MAX_GAPS ? gaps.subList(0, MAX_GAPS) : gaps;
  }

  private static Duration length(SourceCoverage.Gap gap) {
    return Duration.between(gap.from(), gap.to());
  }
}
