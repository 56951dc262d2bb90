package org.wachtpost.inspect.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;

/**
 * When group policy set accounts and groups (GroupPolicy/Operational 4016): it does so as the
 * server itself, as whoever came in through Exchange does. The two stand in different logs, and are
 * put together when all are read. Any thread.
 */
final class PolicyRuns {
  /** Runs, and changes by the server itself, that are remembered. */
  static final int MAX_REMEMBERED = 20_000;

  /** A change is the policy's if it came so soon after the policy's extension began. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final int BEGINS = 4016;

  /** Restricted groups and local accounts: the extensions "Security", "Local Users and Groups". */
  private static final Set<String> EXTENSIONS =
      Set.of("827d319e-6eac-11d2-a4ea-00c04f79f83a", "17d89fec-5c44-4972-b12d-241caef74509");

  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableSet<Instant> runs = new TreeSet<>();
  private final List<Sighting> changes = new ArrayList<>();

  /** An event of the group policy's log. */
  void event(EvtxRecord event) {
    Instant time = event.time();
    String extension = event.datum("CSEExtensionId").toLowerCase(Locale.ROOT);
    boolean sets = EXTENSIONS.contains(extension.replace("{", "").replace("}", ""));
    if (event.eventId() != BEGINS || !sets || time == null) {
      return;
    }
    lock.lock();
    try {
      runs.add(time);
      if (runs.size() > MAX_REMEMBERED) {
        runs.pollFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something that the server itself changed: told when all logs are read. */
  void changed(Sighting sighting, FindingSink sink) {
    lock.lock();
    try {
      if (changes.size() < MAX_REMEMBERED) {
        changes.add(sighting);
        return;
      }
    } finally {
      lock.unlock();
    }
    sink.report(sighting);
  }

  /** All logs are read: tells what was changed, of low confidence where a policy did it. */
  void report(FindingSink sink) {
    for (Sighting change : changes) {
      Instant time = change.time;
      @Nullable Instant run = time == null ? null : runs.floor(time);
      if (run != null && !run.plus(SOON).isBefore(time)) {
        change.because(
            Confidence.LOW,
            "group policy set accounts and groups at that moment, as it is told to");
      }
      sink.report(change);
    }
  }
}
