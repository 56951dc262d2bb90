package org.wachtpost.inspect;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.SourceCoverage;

/**
 * How much of the time asked about the web logs cover: with less than {@link #LEAST} of them,
 * "nothing found" would be said about hours and read as if it were about months.
 */
final class LogWindow {
  /** Of HttpProxy or of IIS, one source must cover this much of the time asked about. */
  static final Duration LEAST = Duration.ofDays(2);

  /** A window that is shorter than {@link #LEAST} may lack this much, in all. */
  static final Duration SLACK = Duration.ofHours(2);

  private final Coverage coverage;

  LogWindow(Coverage coverage) {
    this.coverage = coverage;
  }

  /** True if a web log covers enough of the time asked about. */
  boolean enough() {
    Duration asked = asked();
    Duration needed = asked.compareTo(LEAST) < 0 ? asked.minus(SLACK) : LEAST;
    return longest().filter(one -> covered(one).compareTo(needed) >= 0).isPresent();
  }

  /** What to say if there is not enough. */
  String shortage() {
    return longest()
        .map(one ->
            "the longest web log, "
                + one.source()
                + ", covers "
                + covered(one).toHours()
                + " hours of the time asked about; fewer than "
                + LEAST.toHours()
                + " are too few to say that nothing was found")
        .orElse("the evidence holds no web log (HttpProxy or IIS) of the time asked about");
  }

  private Duration asked() {
    Instant until = coverage.until();
    return until == null ? LEAST : Duration.between(coverage.since(), until);
  }

  private Optional<SourceCoverage> longest() {
    return coverage.sources().stream()
        .filter(one -> one.source().startsWith("HttpProxy") || one.source().startsWith("IIS"))
        .filter(one -> covered(one).isPositive())
        .max((one, other) -> covered(one).compareTo(covered(other)));
  }

  /** From the oldest record to the newest, as far as they were asked about, less the gaps. */
  Duration covered(SourceCoverage source) {
    Instant oldest = source.oldest();
    Instant newest = source.newest();
    if (oldest == null || newest == null) {
      return Duration.ZERO;
    }
    Duration covered = overlap(oldest, newest);
    for (SourceCoverage.Gap gap : source.gaps()) {
      covered = covered.minus(overlap(gap.from(), gap.to()));
    }
    return covered;
  }

  private Duration overlap(Instant from, Instant to) {
    Instant until = coverage.until();
    Instant start = from.isBefore(coverage.since()) ? coverage.since() : from;
    Instant end = until != null && to.isAfter(until) ? until : to;
    return end.isAfter(start) ? Duration.between(start, end) : Duration.ZERO;
  }
}
