package org.wachtpost.inspect.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.SourceCoverage;

/** What was covered, by all threads together. */
final class SourceBook {
  private static final Duration PROBED_GAP = Duration.ofHours(3);
  private static final Duration OTHER_GAP = Duration.ofHours(24);

  /** Sources told apart: their names stand in the evidence, and hostile ones are endless. */
  static final int MAX_SOURCES = 1_000;

  private static final String FURTHER = "further sources";

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SourceTracker> sources = new TreeMap<>();
  private final Map<CheckId, Set<String>> looked = new EnumMap<>(CheckId.class);

  /** A tracker for one thread's part of a source; hand it back with {@link #add}. */
  static SourceTracker tracker(String source) {
    // The server probes itself every few minutes: hours without rows are missing, not quiet.
    boolean probed = source.startsWith("HttpProxy") || source.startsWith("IIS");
    return new SourceTracker(source, probed ? PROBED_GAP : OTHER_GAP);
  }

  /** Takes a thread's part over. */
  void add(SourceTracker part) {
    lock.lock();
    try {
      boolean room = sources.size() < MAX_SOURCES || sources.containsKey(part.source());
      sources.computeIfAbsent(room ? part.source() : FURTHER, SourceBook::tracker).add(part);
    } finally {
      lock.unlock();
    }
  }

  /** These checks looked at that source. */
  void looked(String source, CheckId... checks) {
    lock.lock();
    try {
      for (CheckId check : checks) {
        Set<String> at = looked.computeIfAbsent(check, _ -> new TreeSet<>());
        at.add(at.size() < MAX_SOURCES || at.contains(source) ? source : FURTHER);
      }
    } finally {
      lock.unlock();
    }
  }

  List<SourceCoverage> sources() {
    lock.lock();
    try {
      return sources.values().stream().map(SourceTracker::coverage).toList();
    } finally {
      lock.unlock();
    }
  }

  List<CheckCoverage> checks() {
    lock.lock();
    try {
      List<CheckCoverage> all = new ArrayList<>();
      for (CheckId check : EnumSet.allOf(CheckId.class)) {
        Set<String> at = looked.get(check);
        all.add(
            new CheckCoverage(
                check.name(),
                check.title(),
                at != null,
                at != null
                    ? "looked at " + String.join(", ", at)
                    : "could not look: needs " + check.needs() + "; the evidence has none"));
      }
      return all;
    } finally {
      lock.unlock();
    }
  }
}
