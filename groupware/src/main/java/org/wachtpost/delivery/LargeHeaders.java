package org.wachtpost.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many messages with a large header be dealt with at a time: a header is held in
 * memory, by several checks, for as long as its sender's DNS takes to answer. Thread-safe.
 */
final class LargeHeaders {
  /** Octets of a header that is not large. */
  static final int OCTETS = 32 * 1024;

  /** Messages with a large header at a time. Each takes a few times {@link HeaderScan#OCTETS}. */
  static final int AT_A_TIME = 16;

  /** How long a message waits for its turn before its sender is asked to come again. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Semaphore places = new Semaphore(AT_A_TIME, true);
  private final Duration longestWait;

  LargeHeaders(Duration longestWait) {
    this.longestWait = longestWait;
  }

  /** Where one message may take its turn; to be closed when it is dealt with. One thread. */
  final class Turn implements AutoCloseable {
    private boolean taken;

    /** Waits for the turn, which is one however often it is asked for; false if it did not come. */
    boolean take() {
      if (!taken) {
        try {
          taken = places.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return taken;
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        places.release();
      }
    }
  }

  Turn turn() {
    return new Turn();
  }
}
