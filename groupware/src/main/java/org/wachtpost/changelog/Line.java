package org.wachtpost.changelog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one account that wait. One thread leads: it takes what waits, commits it, and
 * hands the lead to the first of those that came meanwhile. So a thread leads for its own change
 * only, and waits for at most the commit before it.
 */
final class Line {
  /** Changes that share one commit at most; their results wait in memory. */
  static final int CHANGES = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Pending<?>> waiting = new ArrayDeque<>();
  private boolean led;

  /** Threads that use this line; guarded by the map of lines. */
  int users;

  <T extends @Nullable Object> Pending<T> pending(Change<T> change) {
    return new Pending<>(change, lock.newCondition());
  }

  /** Queues the change and waits until it is settled (false) or its thread must lead (true). */
  boolean mustLead(Pending<?> pending) {
    lock.lock();
    try {
      waiting.add(pending);
      if (!led) {
        led = true;
        return true;
      }
      while (!pending.settled && !pending.leads) {
        pending.turn.awaitUninterruptibly();
      }
      return !pending.settled;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what waits, first come first; the leading thread's own change is the first. */
  List<Pending<?>> take() {
    lock.lock();
    try {
      List<Pending<?>> taken = new ArrayList<>(Math.min(waiting.size(), CHANGES));
      while (!waiting.isEmpty() && taken.size() < CHANGES) {
        taken.add(waiting.remove());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  void settle(List<Pending<?>> done) {
    lock.lock();
    try {
      for (Pending<?> pending : done) {
        pending.settled = true;
        pending.turn.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The leading thread is through with what it took. */
  void handOver() {
    lock.lock();
    try {
      Pending<?> next = waiting.peek();
      if (next == null) {
        led = false;
      } else {
        next.leads = true;
        next.turn.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
