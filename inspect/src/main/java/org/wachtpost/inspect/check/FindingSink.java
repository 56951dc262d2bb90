package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.check.Sighting.Place;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** Collects findings and damage from all checks; any thread. */
public final class FindingSink {
  /** Different findings kept; further ones are counted and said. */
  public static final int MAX_FINDINGS = 10_000;

  /** Of these, at most so many that are no more than tries, which anybody may send. */
  private static final int MAX_TRIES = MAX_FINDINGS / 2;

  /** Damaged places named; further ones are counted. */
  public static final int MAX_DAMAGE = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Sighting> sightings = new LinkedHashMap<>();

  /** Whatever comes first, those that are kept are the first ones; the last of them is on top. */
  private final PriorityQueue<Damage> damage = new PriorityQueue<>(Comparator.reverseOrder());

  /** Lines and records that were told of before, so many of them: copies of logs repeat them. */
  static final int MAX_PLACES = 100_000;

  private final Map<Long, String> places = new HashMap<>();
  private final Instant since;
  private final @Nullable Instant until;
  private long damageTotal;
  private long dropped;
  private long outside;
  private long earlier;
  private @Nullable Instant firstEarlier;

  /** Findings with a time outside the window are counted and left out. */
  public FindingSink(Instant since, @Nullable Instant until) {
    this.since = since;
    this.until = until;
  }

  /** Something was seen. */
  public void report(Sighting sighting) {
    lock.lock();
    try {
      Instant time = sighting.lastTime;
      if (time != null && (time.isBefore(since) || (until != null && time.isAfter(until)))) {
        outside(sighting, time);
        return;
      }
      Sighting known = sightings.get(sighting.key());
      repeated(sighting, known != null);
      if (known != null) {
        sightings.put(sighting.key(), joined(known, sighting));
      } else if (sightings.size() < (isTry(sighting) ? MAX_TRIES : MAX_FINDINGS)) {
        sightings.put(sighting.key(), sighting);
      } else {
        dropped++;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A line or record that another file of the same name has at the same place, with the same time:
   * the other is an older or newer copy of the log, and what is in both happened once.
   */
  private void repeated(Sighting sighting, boolean known) {
    Source source = sighting.source;
    Long at = source.record() != null ? source.record() : source.line();
    Instant time = sighting.time;
    if (at == null || time == null) {
      return;
    }
    String path = source.path();
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    long what = sighting.key().hashCode() * 0x9e3779b97f4a7c15L + name.hashCode();
    long when = at * 0xbf58476d1ce4e5b9L + time.hashCode();
    long place = (what + sighting.details.hashCode()) * 0x94d049bb133111ebL ^ when;
    String before =
        places.size() < MAX_PLACES ? places.putIfAbsent(place, path) : places.get(place);
    if (known && before != null && !before.equals(path)) {
      sighting.count = 0;
    }
  }

  private void outside(Sighting sighting, Instant time) {
    outside += sighting.count;
    if (time.isBefore(since)
        && sighting.stage.reaches(Stage.ATTEMPTED)
        && sighting.confidence != Confidence.LOW) {
      earlier += sighting.count;
      Instant known = firstEarlier;
      firstEarlier = known == null || time.isBefore(known) ? time : known;
    }
  }

  /** What showed use of the holes before the time asked about, in a sentence; else empty. */
  String earlier() {
    lock.lock();
    try {
      return firstEarlier == null
          ? ""
          : "Before the time asked about there "
              + (earlier == 1 ? "is 1 sighting" : "are " + earlier + " sightings")
              + " of more than a look, the first of "
              + firstEarlier.toString().substring(0, 10)
              + ": ask from then on (--since).";
    } finally {
      lock.unlock();
    }
  }

  /** A place could not be read. */
  public void damage(String path, String place, String what) {
    lock.lock();
    try {
      damageTotal++;
      damage.add(new Damage(path, place, what));
      if (damage.size() > MAX_DAMAGE) {
        damage.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** So many more places could not be read that nobody named. */
  void moreDamage(long places) {
    lock.lock();
    try {
      damageTotal += places;
    } finally {
      lock.unlock();
    }
  }

  /** The findings so far, in no particular order. */
  public List<Finding> findings() {
    lock.lock();
    try {
      List<Finding> findings = new ArrayList<>();
      for (Sighting one : sightings.values()) {
        findings.add(
            new Finding(
                one.check.name(),
                one.stage,
                one.confidence,
                one.decisive,
                one.reason,
                one.title,
                one.time,
                one.lastTime,
                one.count,
                one.source,
                one.reference,
                one.details));
      }
      return findings;
    } finally {
      lock.unlock();
    }
  }

  /** The first damaged places in the order of files, at most {@link #MAX_DAMAGE}. */
  public List<Damage> damage() {
    lock.lock();
    try {
      return damage.stream().sorted().toList();
    } finally {
      lock.unlock();
    }
  }

  /** How many damaged places there were. */
  public long damageTotal() {
    lock.lock();
    try {
      return damageTotal;
    } finally {
      lock.unlock();
    }
  }

  /** What to say about findings that are not in the list. */
  public List<String> notes() {
    lock.lock();
    try {
      List<String> notes = new ArrayList<>();
      if (dropped > 0) {
        notes.add(
            dropped
                + " further findings not listed: "
                + MAX_FINDINGS
                + " are kept, half of them for what shows more than a try");
      }
      if (outside > 0) {
        notes.add(outside + " sightings outside the time asked about not counted");
      }
      return notes;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isTry(Sighting sighting) {
    return sighting.stage == Stage.PROBED || sighting.stage == Stage.ATTEMPTED;
  }

  /** One of two of the same kind; of many the same whatever their order is. */
  private static Sighting joined(Sighting one, Sighting other) {
    boolean otherFirst = other.place().isBefore(one.place());
    Sighting first = otherFirst ? other : one;
    Sighting second = otherFirst ? one : other;
    second.details.forEach((name, value) -> borrow(first, second, name, value));
    first.count = one.count + other.count;
    Instant last = first.lastTime;
    if (second.lastTime != null && (last == null || second.lastTime.isAfter(last))) {
      first.lastTime = second.lastTime;
    }
    surer(first, second);
    first.decisive |= second.decisive;
    return first;
  }

  /** What the first does not say is taken from the next that does. */
  private static void borrow(Sighting first, Sighting second, String name, String value) {
    Place known = first.borrowed.get(name);
    if (known == null && first.details.containsKey(name)) {
      return;
    }
    Place from = second.borrowed.getOrDefault(name, second.place());
    if (known == null || from.isBefore(known)) {
      first.details.put(name, value);
      first.borrowed.put(name, from);
    }
  }

  private static void surer(Sighting first, Sighting second) {
    int order = second.confidence.compareTo(first.confidence);
    if (order < 0 || order == 0 && first.surer == null) {
      return;
    }
    Place from = second.surer != null ? second.surer : second.place();
    Place known = first.surer;
    if (order > 0 || known == null || from.isBefore(known)) {
      first.confidence = second.confidence;
      first.reason = second.reason;
      first.surer = from;
    }
  }
}
