package org.wachtpost.store;

import org.jspecify.annotations.Nullable;

/** A consistent view of one account. Thread-safe; costs memory until closed, so close it soon. */
public interface Snapshot extends AutoCloseable {

  /** The version of the account that this view shows. */
  long version();

  /** The value at the key, or null. The array is the caller's own. */
  byte @Nullable [] read(Key key);

  /**
   * Entries with {@code from <= key < to} by unsigned bytes, at most {@code limit} of them, first
   * to last or last to first.
   */
  Cursor range(Key from, Key to, Direction direction, int limit);

  @Override
  void close();
}
