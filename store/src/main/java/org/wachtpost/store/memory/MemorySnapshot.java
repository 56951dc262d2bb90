package org.wachtpost.store.memory;

import org.jspecify.annotations.Nullable;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;

/** A snapshot is a reference to an immutable state. */
final class MemorySnapshot implements Snapshot {
  private final AccountState state;
  private final Runnable requireOpenStore;
  private volatile boolean closed;

  MemorySnapshot(AccountState state, Runnable requireOpenStore) {
    this.state = state;
    this.requireOpenStore = requireOpenStore;
  }

  @Override
  public long version() {
    return state.head().version();
  }

  @Override
  public byte @Nullable [] read(Key key) {
    requireOpen();
    byte[] value = state.entries().get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public Cursor range(Key from, Key to, Direction direction, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit " + limit);
    }
    requireOpen();
    return new RangeCursor(from, to, direction, limit);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
    requireOpenStore.run();
  }

  private final class RangeCursor implements Cursor {
    private final Key from;
    private final Key to;
    private final Direction direction;
    private int left;
    private PersistentMap.@Nullable Entry<Key, byte[]> current;
    private boolean started;

    RangeCursor(Key from, Key to, Direction direction, int limit) {
      this.from = from;
      this.to = to;
      this.direction = direction;
      this.left = limit;
    }

    @Override
    public boolean next() {
      requireOpen();
      if (left <= 0 || (started && current == null)) {
        current = null;
        return false;
      }
      left--;
      PersistentMap.Entry<Key, byte[]> entry = step();
      started = true;
      current = entry != null && inRange(entry.key()) ? entry : null;
      return current != null;
    }

    private PersistentMap.@Nullable Entry<Key, byte[]> step() {
      return switch (direction) {
        case FORWARD ->
            current == null
                ? state.entries().after(from, true)
                : state.entries().after(current.key(), false);
        case BACKWARD -> state.entries().before(current == null ? to : current.key());
      };
    }

    private boolean inRange(Key key) {
      return from.compareTo(key) <= 0 && key.compareTo(to) < 0;
    }

    @Override
    public Key key() {
      return entry().key();
    }

    @Override
    public byte[] value() {
      return entry().value().clone();
    }

    private PersistentMap.Entry<Key, byte[]> entry() {
      if (current == null) {
        throw new IllegalStateException("no current entry");
      }
      return current;
    }

    @Override
    public void close() {
      left = 0;
      current = null;
    }
  }
}
