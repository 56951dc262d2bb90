package org.wachtpost.delivery;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets only so many messages with a large header be dealt with at a time: a header is held in
 * memory, by several checks, for as long as its sender's DNS takes to answer. One address has only
 * some of the places, and its messages wait for each other before they wait for others.
 * Thread-safe.
 */
final class LargeHeaders {
  /** Octets of a header that is not large. */
  static final int OCTETS = 32 * 1024;

  /** Messages with a large header at a time. Each takes a few times {@link HeaderScan#OCTETS}. */
  static final int AT_A_TIME = 16;

  /**
   * Places that one IPv4 address or IPv6 /64 may have at a time, or the outbox; this machine itself
   * may have all.
   */
  static final int OF_ONE_ADDRESS = 4;

  /** How long a message waits for its turn before its sender is asked to come again. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Semaphore places = new Semaphore(AT_A_TIME, true);
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Sender> senders = new HashMap<>();
  private final Duration longestWait;

  LargeHeaders(Duration longestWait) {
    this.longestWait = longestWait;
  }

  /** Where one message may take its turn; to be closed when it is dealt with. One thread. */
  final class Turn implements AutoCloseable {
    private final @Nullable InetAddress from;
    private @Nullable Sender sender;
    private boolean taken;

    private Turn(@Nullable InetAddress from) {
      this.from = from;
    }

    /** Waits for the turn, which is one however often it is asked for; false if it did not come. */
    boolean take() {
      if (!taken) {
        try {
          taken = await(System.nanoTime() + longestWait.toNanos());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return taken;
    }

    private boolean await(long until) throws InterruptedException {
      if (from != null && from.isLoopbackAddress()) {
        return places.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      Sender mine = enter(key(from));
      boolean got = false;
      try {
        if (mine.places.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          got = places.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
          if (!got) {
            mine.places.release();
          }
        }
      } finally {
        if (got) {
          sender = mine;
        } else {
          leave(mine);
        }
      }
      return got;
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        places.release();
        if (sender != null) {
          sender.places.release();
          leave(sender);
          sender = null;
        }
      }
    }
  }

  /** Messages of one address that have a place or wait for one. */
  private static final class Sender {
    private final long key;
    private final Semaphore places = new Semaphore(OF_ONE_ADDRESS, true);
    private int messages;

    Sender(long key) {
      this.key = key;
    }
  }

  /**
   * @param from the address that the message comes from; null for what was here already
   */
  Turn turn(@Nullable InetAddress from) {
    return new Turn(from);
  }

  private Sender enter(long key) {
    lock.lock();
    try {
      Sender sender = senders.computeIfAbsent(key, Sender::new);
      sender.messages++;
      return sender;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Sender sender) {
    lock.lock();
    try {
      if (--sender.messages == 0) {
        senders.remove(sender.key);
      }
    } finally {
      lock.unlock();
    }
  }

  /** No address in 2000::/3 begins as an IPv4 one is written here. */
  private static long key(@Nullable InetAddress from) {
    if (from == null) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(from.getAddress());
    return bytes.capacity() == 4 ? (1L << 32) | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong();
  }
}
