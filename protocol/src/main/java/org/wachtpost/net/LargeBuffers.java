package org.wachtpost.net;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for much that comes at once, used by one connection after the other: a connection wants
 * one for a message and none while it waits. The last one given back goes out first, since the
 * processor still has it at hand. Only so many are out at a time: who comes after that reads into
 * less, which is slow and costs little. Thread-safe.
 *
 * <p>A buffer is not emptied in between; whoever takes one reads only what it put there.
 */
final class LargeBuffers {
  /** Bytes of each. */
  static final int BYTES = 32 * 1024;

  /** Kept at most; what is given back beyond is garbage. */
  static final int KEPT = 32;

  /** All that are out take at most this part of the memory. */
  private static final int PART_OF_MEMORY = 16;

  private final int most;
  private final AtomicInteger out = new AtomicInteger();
  private final ConcurrentLinkedDeque<byte[]> free = new ConcurrentLinkedDeque<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * @param most out at a time
   */
  LargeBuffers(int most) {
    this.most = most;
  }

  /**
   * As many as fit this memory.
   *
   * @param bytes all that there is
   */
  static LargeBuffers in(long bytes) {
    return new LargeBuffers(Math.clamp(bytes / PART_OF_MEMORY / BYTES, KEPT, 1 << 20));
  }

  /** One that nobody else has; null if as many are out as may be. */
  byte @Nullable [] take() {
    if (out.incrementAndGet() > most) {
      out.decrementAndGet();
      return null;
    }
    byte @Nullable [] used = free.pollFirst();
    if (used == null) {
      return new byte[BYTES];
    }
    count.decrementAndGet();
    return used;
  }

  /** Gives back what the caller does not use any more, if it is one of these. */
  void giveBack(byte[] buffer) {
    if (buffer.length == BYTES) {
      out.decrementAndGet();
      if (count.incrementAndGet() <= KEPT) {
        free.addFirst(buffer);
      } else {
        count.decrementAndGet();
      }
    }
  }

  /** Kept now. */
  int kept() {
    return count.get();
  }
}
