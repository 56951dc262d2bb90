package org.wachtpost.inspect.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When the web server's pools were down, as one log of refused requests shows it. One thread. */
final class Outages {
  /** Times told apart in one log; whoever asks decides how many there are. */
  static final int MAX_TOLD = 20;

  /** Refusals that are further apart belong to two outages. */
  private static final Duration APART = Duration.ofMinutes(10);

  private static final int MAX_NAME_CHARACTERS = 60;

  /** One pool that is down for one reason. */
  private static final class Outage {
    final String what;
    final Instant from;
    Instant to;
    long requests = 1;

    Outage(String what, Instant from) {
      this.what = what;
      this.from = from;
      this.to = from;
    }

    String words() {
      return what
          + (from.equals(to) ? " at " + from : " from " + from + " to " + to)
          + " ("
          + requests
          + (requests == 1 ? " request)" : " requests)");
    }
  }

  private final List<Outage> told = new ArrayList<>();
  private final Map<String, Outage> last = new HashMap<>();
  private long further;

  /** A request was refused since the pool was down. */
  void add(String pool, String reason, @Nullable Instant time) {
    if (time == null) {
      return;
    }
    String what = cut(pool) + " answered nothing (503 " + cut(reason) + ")";
    Outage open = last.get(what);
    if (open != null && !time.isBefore(open.from) && !time.isAfter(open.to.plus(APART))) {
      open.to = time.isAfter(open.to) ? time : open.to;
      open.requests++;
    } else if (told.size() < MAX_TOLD) {
      Outage next = new Outage(what, time);
      told.add(next);
      last.put(what, next);
    } else {
      further++;
    }
  }

  /** In the order in which they began. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    told.forEach(one -> notes.add(one.words()));
    if (further > 0) {
      notes.add("further times of outage: " + further);
    }
    return notes;
  }

  private static String cut(String name) {
    return name.length() > MAX_NAME_CHARACTERS ? name.substring(0, MAX_NAME_CHARACTERS) : name;
  }
}
