package org.wachtpost.store.rocks;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Work for the commit thread, waited for by the thread that made it. The commit thread stages it
 * into a group, writes the group, and then finishes it; exactly one of {@link #finish} and {@link
 * #fail} is called.
 */
abstract class Request {
  private final Thread waiter = Thread.currentThread();
  private @Nullable RuntimeException failure;
  private volatile boolean done;

  /** True if the answer has to wait until the work is durable. */
  abstract boolean durable();

  /** About how many bytes it writes. */
  abstract long bytes();

  /** True if it adds bodies: the first thing that is refused when the disk fills up. */
  abstract boolean addsBlobs();

  /**
   * Adds its writes to the group: first reads and checks, which may throw, then writes, which must
   * not.
   */
  abstract void stage(Group group) throws RocksDBException;

  /** True until {@link #finish} or {@link #fail} was called. */
  final boolean waiting() {
    return !done;
  }

  final void finish() {
    done = true;
    LockSupport.unpark(waiter);
  }

  /** As {@link #finish}, with an exception that no other request gets. */
  final void fail(RuntimeException cause) {
    failure = cause;
    finish();
  }

  /** Waits for the commit thread; an interrupt is kept for the caller. */
  final void await() {
    boolean interrupted = false;
    while (!done) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      waiter.interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
