package org.wachtpost.watch.event;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessLog;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.watch.event.EventChain.Link;

/**
 * Keeps access events. One per server; {@link #start} it, and {@link #close} it before the store.
 */
public final class EventLog implements AccessLog, AutoCloseable {
  /** Events that may wait to be written. */
  public static final int QUEUE_EVENTS = 100_000;

  /** Events of one commit. */
  static final int COMMIT_EVENTS = 250;

  /** How long the writer gathers events before it commits them, milliseconds. */
  static final int GATHER_MILLIS = 100;

  /** How long the writer waits before it tries again when the store cannot serve, milliseconds. */
  static final int RETRY_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final long SECONDS_A_DAY = 86_400;

  private final Store store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final HeadSigner signer;
  private final BlockingQueue<AccessEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong recorded = new AtomicLong();
  private final Thread writer;
  private volatile boolean closing;
  private long day = -1;
  private long nextSequence;
  private byte[] head = EventChain.START;

  public EventLog(Store store, InstantSource clock, RandomGenerator random, HeadSigner signer) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.signer = signer;
    this.writer = Thread.ofPlatform().name("access-log").unstarted(this::run);
  }

  /** Begins to write. Events recorded before wait. */
  public EventLog start() {
    writer.start();
    return this;
  }

  @Override
  public void record(AccessEvent event) {
    if (!queue.offer(event)) {
      lost.incrementAndGet();
    } else {
      recorded.incrementAndGet();
    }
  }

  /** Events taken since the start. */
  public long recorded() {
    return recorded.get();
  }

  /** Events that did not fit the queue and are not in the log yet as a count. */
  public long lost() {
    return lost.get();
  }

  /** Writes what waits and ends. */
  @Override
  public void close() {
    closing = true;
    writer.interrupt();
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<AccessEvent> batch = new ArrayList<>(COMMIT_EVENTS);
    while (!closing || !queue.isEmpty() || !batch.isEmpty()) {
      try {
        gather(batch);
        if (batch.isEmpty()) {
          signer.maybeSign(day, nextSequence, head, clock.instant());
        } else {
          batch.subList(0, write(batch)).clear();
        }
      } catch (StoreException e) {
        LOG.error("access events cannot be kept now: {}", e.getMessage());
        if (closing) {
          LOG.error("{} access events are lost", batch.size() + queue.size());
          return;
        }
        pause();
      }
    }
    signer.sign(day, nextSequence, head, clock.instant());
  }

  /** Waits for an event, then takes what comes within {@link #GATHER_MILLIS}. */
  private void gather(List<AccessEvent> batch) {
    try {
      if (batch.isEmpty() && !closing) {
        AccessEvent first = queue.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          batch.add(first);
          long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
          while (batch.size() < COMMIT_EVENTS - 1) {
            AccessEvent next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
              break;
            }
            batch.add(next);
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("woken to end");
    }
    queue.drainTo(batch, COMMIT_EVENTS - 1 - batch.size());
    long missing = lost.getAndSet(0);
    if (missing > 0) {
      batch.add(lostEvent(missing));
    }
  }

  private AccessEvent lostEvent(long missing) {
    Origin origin = new Origin("internal", null, 0, 0, "access-log");
    return new Offence(
        clock.instant(), origin, null, "events-lost", missing + " access events did not fit");
  }

  /**
   * Commits the first events of the batch, by the day on which they are written: the order of the
   * chain is its own.
   *
   * @return how many fitted one commit, at least one
   */
  private int write(List<AccessEvent> batch) {
    long today = Math.floorDiv(clock.instant().getEpochSecond(), SECONDS_A_DAY);
    if (today > day) {
      turnTo(today);
    }
    AccountId account = EventChain.account(day);
    Batch commit = new Batch();
    byte[] last = head;
    long sequence = nextSequence;
    int written = 0;
    while (written < batch.size()) {
      Link link = EventChain.next(day, sequence, last, EventCodec.write(batch.get(written)));
      Key key = EventChain.key(sequence);
      byte[] value = link.toBytes();
      if (!commit.hasRoomFor(1, key.length() + (long) value.length)) {
        break;
      }
      commit.put(key, value);
      last = link.hash();
      sequence++;
      written++;
    }
    CommitId id = CommitId.random(random);
    return switch (store.commit(account, store.version(account), id, commit)) {
      case CommitResult.Committed done -> {
        head = last;
        nextSequence = sequence;
        signer.maybeSign(day, nextSequence, head, clock.instant());
        yield written;
      }
      case CommitResult.Conflict conflict ->
          throw new StoreException.Corrupt(
              "somebody else wrote to the access log, version " + conflict.actualVersion(), null);
      case CommitResult.MissingBlob missing -> throw new IllegalStateException("no blobs here");
    };
  }

  /**
   * Goes on where the newest day ends. If that lies ahead, because the clock was set back, it goes
   * on there: the chain knows no way back.
   */
  private void turnTo(long today) {
    if (day >= 0) {
      signer.sign(day, nextSequence, head, clock.instant());
    } else {
      newestDay().ifPresent(newest -> lastLink(newest).ifPresent(this::goOnFrom));
    }
    if (day < today) {
      day = today;
      nextSequence = 0;
    }
  }

  private void goOnFrom(Link link) {
    day = link.day();
    nextSequence = link.sequence() + 1;
    head = link.hash();
  }

  private Optional<Long> newestDay() {
    long[] newest = {-1};
    store.forEachAccount(account -> {
      if (account.kind() == AccountId.Kind.EVENTS) {
        newest[0] = Math.max(newest[0], account.number());
      }
    });
    return newest[0] < 0 ? Optional.empty() : Optional.of(newest[0]);
  }

  private Optional<Link> lastLink(long ofDay) {
    Key all = EventChain.all();
    try (Snapshot snapshot = store.snapshot(EventChain.account(ofDay));
        Cursor cursor = snapshot.range(all, all.prefixEnd(), Direction.BACKWARD, 1)) {
      return cursor.next()
          ? Optional.of(EventChain.read(ofDay, cursor.key(), cursor.value()))
          : Optional.empty();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      LOG.debug("woken to end");
    }
  }
}
