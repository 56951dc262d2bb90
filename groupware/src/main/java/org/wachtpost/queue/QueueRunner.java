package org.wachtpost.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.changelog.Subscription;
import org.wachtpost.directory.Recipients;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.queue.Sending.Parcel;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * Empties the outbox: takes what is due, groups it by destination, and lets each destination have
 * as many connections as it takes well.
 *
 * <p>Why nothing is lost: what is in hand is marked in memory only, so in the store it stays due
 * until its new state is committed. A server that is killed starts again with all of it; what a
 * next hop has taken without our commit is sent once more, as RFC 5321 §4.5.3.2.6 cannot avoid.
 *
 * <p>Threads: one that looks for due mail, and one per connection. Thread-safe.
 */
public final class QueueRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueRunner.class);

  /** Recipients in hand at a time. */
  static final int IN_HAND = 4_000;

  private static final Duration LOOK_AROUND = Duration.ofSeconds(5);
  private static final long LEAST_PAUSE_NANOS = Duration.ofMillis(25).toNanos();
  private static final long PAUSE_NANOS_PER_IN_HAND = Duration.ofMillis(50).toNanos() / 1_000;
  private static final Duration REST_AFTER_FAULT = Duration.ofMinutes(1);

  /** Time that all connections together have to finish when the server ends. */
  static final Duration LAST_WORDS = Duration.ofSeconds(3);

  /**
   * What the runner needs of others.
   *
   * @param keys the DKIM keys to sign with, by the domain of the author
   * @param bounces is told how many recipients of an account's message could not be reached
   * @param tlsResults is told how TLS went
   */
  public record Services(
      Recipients recipients,
      LocalDelivery local,
      Destinations destinations,
      Courier courier,
      Function<String, List<DkimSigningKey>> keys,
      Bounces bounces,
      TlsResults tlsResults) {}

  /** Hears of failures; must return soon. */
  @FunctionalInterface
  public interface Bounces {
    void count(AccountId origin, String session, int recipients);
  }

  private record Claim(QueueId message, int recipient) {}

  private record Place(QueueId message, String domain) {}

  private final Outbox outbox;
  private final Services services;
  private final QueueSettings settings;
  private final InstantSource time;
  private final Sending sending;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private final Set<Claim> claims = ConcurrentHashMap.newKeySet();
  private final Map<Claim, Instant> resting = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private List<Subscription> subscriptions = List.of();
  private int active;
  private boolean awake;

  /** By the monotonic clock; of the thread that looks. */
  private long lastWholeLook;

  private boolean closed;

  public QueueRunner(
      Outbox outbox,
      Services services,
      QueueSettings settings,
      InstantSource time,
      RandomGenerator random) {
    this.outbox = outbox;
    this.services = services;
    this.settings = settings;
    this.time = time;
    this.lastWholeLook = System.nanoTime() - LOOK_AROUND.toNanos();
    this.sending = new Sending(outbox, services, settings, time, random);
  }

  /** Starts sending. */
  public QueueRunner start() {
    subscriptions = outbox.listen((account, version) -> wake());
    lock.lock();
    try {
      threads.add(Thread.ofVirtual().name("queue").start(this::run));
    } finally {
      lock.unlock();
    }
    return this;
  }

  private void wake() {
    lock.lock();
    try {
      awake = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (await()) {
      try {
        long begun = System.nanoTime();
        boolean whole = begun - lastWholeLook >= lookAround();
        lastWholeLook = whole ? begun : lastWholeLook;
        claimDue(whole).forEach(this::enter);
        startSenders();
      } catch (RuntimeException e) {
        LOG.error("the queue cannot be read and will be again", e);
      }
    }
  }

  /** Until there is something to do; false when closed. */
  private boolean await() {
    lock.lock();
    try {
      // What came while the last look went on is left for a moment, so that one look finds much;
      // a look passes what is in hand, and who has much in hand is in no hurry for more.
      long pause = LEAST_PAUSE_NANOS + claims.size() * PAUSE_NANOS_PER_IN_HAND;
      while (!closed && pause > 0) {
        pause = changed.awaitNanos(pause);
      }
      long nanos = Math.min(lookAround(), untilPauseEnds());
      while (!awake && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      awake = false;
      Instant now = time.instant();
      resting
          .entrySet()
          .removeIf(entry -> {
            boolean over = !entry.getValue().isAfter(now);
            if (over) {
              claims.remove(entry.getKey());
            }
            return over;
          });
      return !closed;
    } catch (InterruptedException e) {
      LOG.debug("the queue was interrupted");
      return false;
    } finally {
      lock.unlock();
    }
  }

  private long untilPauseEnds() {
    Instant now = time.instant();
    return lines.values().stream()
        .flatMap(line -> line.wakesAt(now).stream())
        .mapToLong(end -> Math.max(0, Duration.between(now, end).toNanos()))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Nanoseconds between looks when nothing happens, and between whole ones. */
  private long lookAround() {
    return settings.schedule().atMostFirstRetry(LOOK_AROUND).toNanos();
  }

  /** Tries everything that is due once, in this thread and in order; how many parcels. */
  int round() {
    List<Parcel> parcels = claimDue(true);
    for (Parcel parcel : parcels) {
      try {
        sending.send(parcel);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        release(parcel);
      }
    }
    return parcels.size();
  }

  /** Takes due recipients in hand, as parcels of one message and one domain. */
  private List<Parcel> claimDue(boolean whole) {
    int free = IN_HAND - claims.size();
    List<Parcel> parcels = new ArrayList<>();
    if (free <= 0) {
      return parcels;
    }
    if (whole) {
      hasten();
    }
    Map<Place, List<Integer>> found = new LinkedHashMap<>();
    for (Outbox.Due due :
        outbox.due(
            time.instant(),
            Math.max(1, free / Outbox.SHARDS),
            whole,
            each -> claims.contains(new Claim(each.message(), each.recipient())))) {
      Place place = new Place(due.message(), due.domain());
      found.computeIfAbsent(place, key -> new ArrayList<>()).add(due.recipient());
    }
    found.forEach((place, all) -> {
      if (settings.enabled() || services.recipients().isLocalDomain(place.domain())) {
        addParcels(place, all, parcels);
      } else {
        hold(place.message(), all);
      }
    });
    return parcels;
  }

  /**
   * Nobody waits for longer than the longest retry takes. Who does was taken in or tried before the
   * clock was set back, and would wait until it has come that far again.
   */
  private void hasten() {
    Instant now = time.instant();
    Instant latest = now.plus(settings.schedule().longestRetry().multipliedBy(2));
    for (QueueId id : outbox.later(latest)) {
      outbox.change(
          id,
          "the clock was set back: to be tried now",
          recipient ->
              recipient.state() == RecipientState.WAITING && recipient.nextAttempt().isAfter(latest)
                  ? recipient.in(RecipientState.WAITING, now)
                  : recipient);
    }
  }

  private void addParcels(Place place, List<Integer> all, List<Parcel> parcels) {
    for (int from = 0; from < all.size(); from += QueueSettings.RECIPIENTS_PER_TRANSACTION) {
      int to = Math.min(all.size(), from + QueueSettings.RECIPIENTS_PER_TRANSACTION);
      Parcel parcel = new Parcel(place.message(), place.domain(), all.subList(from, to));
      parcel.recipients().forEach(index -> claims.add(new Claim(place.message(), index)));
      parcels.add(parcel);
    }
  }

  private void hold(QueueId id, List<Integer> indexes) {
    outbox.change(
        id,
        "held: this server is set not to send (queue.enabled)",
        recipient -> indexes.contains(recipient.index()) ? recipient.held() : recipient);
  }

  private void enter(Parcel parcel) {
    lock.lock();
    try {
      Instant now = time.instant();
      Line line =
          lines.computeIfAbsent(
              services.destinations().key(parcel.domain()),
              key -> new Line(settings.connectionsPerDestination(), settings.schedule(), now));
      line.enter(parcel, now);
    } finally {
      lock.unlock();
    }
  }

  private void startSenders() {
    lock.lock();
    try {
      Instant now = time.instant();
      lines.forEach((key, line) -> {
        while (active < settings.connections() && !closed && line.begin(now)) {
          active++;
          threads.removeIf(thread -> !thread.isAlive());
          threads.add(Thread.ofVirtual().name("queue-" + key).start(() -> work(line)));
        }
      });
      lines.values().removeIf(line -> line.isOver(now));
    } finally {
      lock.unlock();
    }
  }

  private void work(Line line) {
    try {
      for (Parcel parcel = next(line, true); parcel != null; parcel = next(line, false)) {
        send(line, parcel);
      }
    } finally {
      lock.lock();
      try {
        line.end();
        active--;
        awake = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private @Nullable Parcel next(Line line, boolean first) {
    lock.lock();
    try {
      Instant now = time.instant();
      if (closed) {
        return null;
      }
      return first ? line.first(now) : line.next(now);
    } finally {
      lock.unlock();
    }
  }

  private void send(Line line, Parcel parcel) {
    try {
      Optional<Line.Obstacle> obstacle;
      lock.lock();
      try {
        obstacle = line.obstacle(time.instant());
      } finally {
        lock.unlock();
      }
      if (obstacle.isPresent()) {
        sending.postpone(parcel, obstacle.get().words(), obstacle.get().until());
      } else {
        adapt(line, sending.send(parcel));
      }
      release(parcel);
    } catch (StoreException | IOException | UncheckedIOException e) {
      LOG.error("message {} stays as it is and will be tried again", parcel.message(), e);
      rest(parcel);
    } catch (RuntimeException e) {
      LOG.error("message {} met a fault of this server", parcel.message(), e);
      rest(parcel);
    }
  }

  private void release(Parcel parcel) {
    parcel.recipients().forEach(index -> claims.remove(new Claim(parcel.message(), index)));
  }

  private void rest(Parcel parcel) {
    lock.lock();
    try {
      Instant until = time.instant().plus(settings.schedule().atMostFirstRetry(REST_AFTER_FAULT));
      parcel.recipients().forEach(index -> resting.put(new Claim(parcel.message(), index), until));
    } finally {
      lock.unlock();
    }
  }

  private void adapt(Line line, Sending.Effect effect) {
    lock.lock();
    try {
      line.adapt(effect, time.instant());
    } finally {
      lock.unlock();
    }
  }

  /** For tests: one attempt without a line. */
  Sending sending() {
    return sending;
  }

  /** What has been done so far, and how the destinations do. */
  public QueueMetrics metrics() {
    Map<String, DestinationState> states = new LinkedHashMap<>();
    lock.lock();
    try {
      Instant now = time.instant();
      lines.forEach((key, line) -> states.put(key, line.state(now)));
    } finally {
      lock.unlock();
    }
    return sending.metrics(states);
  }

  /** Ends when what is being sent has been answered, or after {@link #LAST_WORDS}. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    List<Thread> running;
    lock.lock();
    try {
      closed = true;
      running = List.copyOf(threads);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    long end = System.nanoTime() + LAST_WORDS.toNanos();
    for (Thread thread : running) {
      try {
        // What takes longer is cut off: it is sent again after the next start.
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
