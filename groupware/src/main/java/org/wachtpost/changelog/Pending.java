package org.wachtpost.changelog;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way, and what came of it. The fields above the line belong to the leading thread
 * until the change is settled, those below it to the lock of the account's {@link Line}.
 */
final class Pending<T extends @Nullable Object> {
  private final Change<T> change;
  private @Nullable T result;
  private @Nullable Throwable failure;

  // ---- guarded by the line's lock
  final Condition turn;
  boolean settled;
  boolean leads;

  Pending(Change<T> change, Condition turn) {
    this.change = change;
    this.turn = turn;
  }

  /** Runs the change; what it throws is kept for {@link #take}. False if it threw. */
  // The caller of the change must get whatever it throws, errors included, and the leading thread,
  // which is another caller's, must not.
  boolean run(Transaction transaction) {
    result = null;
    failure = null;
    try {
      result = change.apply(transaction);
      return true;
    } catch (RuntimeException | Error e) {
      failure = e;
      return false;
    }
  }

  void fail(Throwable cause) {
    failure = cause;
  }

  /** The result, or what the change threw. Called by the thread that asked for the change. */
  @SuppressWarnings("NullAway") // T may be nullable, and then null is a result
  T take() {
    return switch (failure) {
      case null -> result;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    };
  }
}
