package org.wachtpost.changelog;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;

/** Lays writes that are not committed yet over a cursor: an empty value hides the key below. */
final class MergeCursor implements Cursor {
  private final Cursor below;
  private final Iterator<Map.Entry<Key, Optional<byte[]>>> above;
  private final Direction direction;
  private int remaining;
  private boolean belowHasEntry;
  private Map.@Nullable Entry<Key, Optional<byte[]>> aboveEntry;
  private @Nullable Key key;
  private byte @Nullable [] value;

  /**
   * @param below entries of the range without a limit of its own (or one that leaves room for every
   *     entry that {@code above} hides)
   * @param above writes within the range
   */
  MergeCursor(
      Cursor below, NavigableMap<Key, Optional<byte[]>> above, Direction direction, int limit) {
    this.below = below;
    this.direction = direction;
    this.remaining = limit;
    this.above =
        switch (direction) {
          case FORWARD -> above.entrySet().iterator();
          case BACKWARD -> above.descendingMap().entrySet().iterator();
        };
    this.belowHasEntry = below.next();
    this.aboveEntry = this.above.hasNext() ? this.above.next() : null;
  }

  @Override
  public boolean next() {
    while (remaining > 0 && (belowHasEntry || aboveEntry != null)) {
      if (step()) {
        remaining--;
        return true;
      }
    }
    key = null;
    value = null;
    return false;
  }

  /** Takes the nearer entry of the two sides; false if it was a deletion. */
  private boolean step() {
    Map.Entry<Key, Optional<byte[]>> write = aboveEntry;
    int order = write == null ? -1 : belowHasEntry ? compare(below.key(), write.getKey()) : 1;
    if (write == null || order < 0) {
      key = below.key();
      value = below.value();
      belowHasEntry = below.next();
      return true;
    }
    if (order == 0) {
      belowHasEntry = below.next();
    }
    aboveEntry = above.hasNext() ? above.next() : null;
    key = write.getKey();
    value = write.getValue().orElse(null);
    return value != null;
  }

  private int compare(Key left, Key right) {
    int order = left.compareTo(right);
    return direction == Direction.FORWARD ? order : -order;
  }

  @Override
  public Key key() {
    if (key == null) {
      throw new IllegalStateException("no current entry");
    }
    return key;
  }

  @Override
  public byte[] value() {
    if (value == null) {
      throw new IllegalStateException("no current entry");
    }
    return value.clone();
  }

  @Override
  public void close() {
    below.close();
  }
}
