package org.wachtpost.net;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for much that comes at once, used by one connection after the other: a connection wants
 * one for a message and none while it waits. The last one given back goes out first, since the
 * processor still has it at hand. Thread-safe.
 *
 * <p>A buffer is not emptied in between; whoever takes one reads only what it put there.
 */
final class LargeBuffers {
  /** Bytes of each. */
  static final int BYTES = 32 * 1024;

  /** Kept at most; what is given back beyond is garbage. */
  static final int KEPT = 32;

  private final ConcurrentLinkedDeque<byte[]> free = new ConcurrentLinkedDeque<>();
  private final AtomicInteger count = new AtomicInteger();

  /** One that nobody else has. */
  byte[] take() {
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
