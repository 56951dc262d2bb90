package org.wachtpost.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.queue.Sending.Parcel;

/**
 * A destination: what waits for it, and how well it takes it. Success lets one more connection at a
 * time be opened; a temporary refusal halves them, and with one left makes a pause after each
 * message, which doubles; a host that cannot be reached is left alone for a while. Guarded by its
 * owner's lock.
 */
final class Line {
  /** Connections that a destination gets of which nothing is known. */
  static final double FIRST_WINDOW = 2;

  /** Parcels that may wait for one destination before the rest is put off. */
  static final int PARCELS = 1_000;

  /** The same while it is given pauses. */
  static final int PARCELS_IN_PAUSE = 100;

  /** The first pause. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** The longest, which is also no longer than a tenth of the time to the first retry. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Deque<Parcel> parcels = new ArrayDeque<>();
  private final int connections;
  private final QueueSettings.Schedule schedule;
  private int active;

  /** Of those that are active, how many have not taken a parcel yet. */
  private int beginning;

  private double window;
  private int failures;
  private Duration pause = Duration.ZERO;
  private Instant pausedUntil = Instant.MIN;
  private Instant closedUntil = Instant.MIN;
  private Instant lastUse;

  /** What stands in the way of an attempt. */
  record Obstacle(String words, Instant until) {}

  /**
   * @param connections the most that it gets
   */
  Line(int connections, QueueSettings.Schedule schedule, Instant begun) {
    this.connections = connections;
    this.schedule = schedule;
    this.window = Math.min(FIRST_WINDOW, connections);
    this.lastUse = begun;
  }

  void enter(Parcel parcel, Instant now) {
    lastUse = now;
    parcels.add(parcel);
  }

  /** Whether one more connection is of use now; counts it if so. */
  boolean begin(Instant now) {
    if (parcels.size() <= beginning || active >= (int) window || rests(now)) {
      return false;
    }
    active++;
    beginning++;
    return true;
  }

  /** The connection ends that {@link #begin} counted. */
  void end() {
    active--;
  }

  /** The first parcel for the connection that {@link #begin} counted; null if it is to end. */
  @Nullable Parcel first(Instant now) {
    beginning--;
    return next(now);
  }

  /** The next parcel for a connection; null if that is to end. */
  @Nullable Parcel next(Instant now) {
    return active > window || rests(now) ? null : parcels.poll();
  }

  private boolean rests(Instant now) {
    return pausedUntil.isAfter(now) && parcels.size() <= PARCELS_IN_PAUSE;
  }

  /** Why the parcel just taken must be put off rather than sent. */
  Optional<Obstacle> obstacle(Instant now) {
    if (closedUntil.isAfter(now)) {
      return Optional.of(new Obstacle("the destination did not answer before", closedUntil));
    }
    if (pausedUntil.isAfter(now) && parcels.size() >= PARCELS_IN_PAUSE) {
      return Optional.of(new Obstacle("the destination asked for a slower pace", now));
    }
    return parcels.size() > PARCELS
        ? Optional.of(new Obstacle("too much is waiting for the destination", now))
        : Optional.empty();
  }

  /** Takes note of how an attempt went. */
  void adapt(Sending.Effect effect, Instant now) {
    switch (effect) {
      case TAKEN -> {
        failures = 0;
        pause = pause.compareTo(FIRST_PAUSE) <= 0 ? Duration.ZERO : pause.dividedBy(2);
        if (pause.isZero()) {
          window = Math.min(connections, window + 1 / window);
        }
      }
      case SLOW_DOWN -> {
        if (window <= 1) {
          pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
          pause = least(pause, longestPause());
        }
        window = Math.max(1, window / 2);
      }
      case UNREACHABLE -> {
        window = 1;
        failures++;
        closedUntil = now.plus(schedule.closedFor(failures));
      }
    }
    pausedUntil = now.plus(pause);
  }

  private Duration longestPause() {
    return least(schedule.firstRetry().dividedBy(10), LONGEST_PAUSE);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** When a pause ends for which something waits; empty if none does. */
  Optional<Instant> wakesAt(Instant now) {
    return !parcels.isEmpty() && rests(now) ? Optional.of(pausedUntil) : Optional.empty();
  }

  /** Whether nothing of it need be remembered: it works, or nothing went there for long. */
  boolean isOver(Instant now) {
    boolean works =
        failures == 0 && pause.isZero() && window >= Math.min(FIRST_WINDOW, connections);
    boolean unused = lastUse.plus(schedule.longestRetry().multipliedBy(2)).isBefore(now);
    return active == 0 && parcels.isEmpty() && (works || unused);
  }

  /** How it does, for people. */
  DestinationState state(Instant now) {
    return new DestinationState(
        parcels.size(),
        active,
        (int) window,
        pause,
        failures,
        closedUntil.isAfter(now) ? closedUntil : null);
  }
}
