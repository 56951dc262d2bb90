package org.wachtpost.store.rocks;

import java.util.concurrent.Semaphore;

/**
 * Bounds the threads that are in native code. A native call pins the carrier of a virtual thread;
 * with fewer permits than carriers, others always go on. Whoever closes the database takes all
 * permits, so that nobody is inside.
 */
final class ReadGate {
  private final Semaphore permits;
  private final int count;

  ReadGate(int count) {
    this.count = count;
    this.permits = new Semaphore(count, true);
  }

  void enter() {
    permits.acquireUninterruptibly();
  }

  void leave() {
    permits.release();
  }

  void enterAlone() {
    permits.acquireUninterruptibly(count);
  }

  void leaveAlone() {
    permits.release(count);
  }
}
