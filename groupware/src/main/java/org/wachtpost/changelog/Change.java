package org.wachtpost.changelog;

import org.jspecify.annotations.Nullable;

/**
 * A change of an account: reads, decides, writes, and says what came of it. May run more than once
 * and on another thread than its caller's, so it has no effect but on its transaction.
 */
@FunctionalInterface
public interface Change<T extends @Nullable Object> {
  T apply(Transaction transaction);
}
