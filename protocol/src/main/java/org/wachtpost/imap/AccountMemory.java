package org.wachtpost.imap;

import java.io.Serial;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.wachtpost.store.AccountId;

/**
 * What sessions hold in memory that grows with their mailboxes: in all no more than is named, and
 * of one account no more than three quarters of that. Thread-safe; a share is not.
 */
final class AccountMemory {
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AccountId, Long> byAccount = new HashMap<>();
  private long bytes;

  /**
   * @param mostBytes of all accounts together
   */
  AccountMemory(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** There is no memory left for this. */
  static final class ExhaustedException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    ExhaustedException() {
      super("no memory left for more", null, false, false);
    }
  }

  /** What one session holds, or one command of it; may be used again when closed. */
  final class Share implements AutoCloseable {
    private final AccountId account;
    private final int stepBytes;
    private long used;
    private long held;

    private Share(AccountId account, int stepBytes) {
      this.account = account;
      this.stepBytes = stepBytes;
    }

    /**
     * Holds so many bytes more.
     *
     * @throws ExhaustedException if they are not there; what was held before is held still
     */
    void add(long more) {
      if (used + more > held) {
        long step = Math.ceilDiv(used + more - held, stepBytes) * stepBytes;
        take(account, step);
        held += step;
      }
      used += more;
    }

    /** Holds nothing any more. */
    @Override
    public void close() {
      if (held > 0) {
        giveBack(account, held);
        held = 0;
      }
      used = 0;
    }
  }

  /**
   * @param stepBytes what it grows by, bytes: each step is counted once for all
   */
  Share share(AccountId account, int stepBytes) {
    return new Share(account, stepBytes);
  }

  /** Held now. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private void take(AccountId account, long more) {
    lock.lock();
    try {
      long its = byAccount.getOrDefault(account, 0L) + more;
      if (bytes + more > mostBytes || its > mostBytes - mostBytes / 4) {
        throw new ExhaustedException();
      }
      byAccount.put(account, its);
      bytes += more;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(AccountId account, long less) {
    lock.lock();
    try {
      bytes -= less;
      byAccount.computeIfPresent(account, (id, its) -> its > less ? its - less : null);
    } finally {
      lock.unlock();
    }
  }
}
