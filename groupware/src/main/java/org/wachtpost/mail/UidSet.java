package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of UIDs as ranges in order, without overlap. Immutable. */
public final class UidSet {
  /** Largest UID. */
  public static final long MAX = 0xffff_ffffL;

  public static final UidSet ALL = range(1, MAX);
  public static final UidSet EMPTY = new UidSet(new long[0]);

  private final long[] bounds;

  private UidSet(long[] bounds) {
    this.bounds = bounds;
  }

  /** First to last, both included. */
  public static UidSet range(long first, long last) {
    return first > last ? EMPTY : new UidSet(new long[] {first, last});
  }

  public static UidSet of(long... uids) {
    long[] sorted = uids.clone();
    Arrays.sort(sorted);
    int ranges = 0;
    for (int index = 0; index < sorted.length; index++) {
      if (index == 0 || sorted[index] > sorted[index - 1] + 1) {
        ranges++;
      }
    }
    long[] bounds = new long[2 * ranges];
    int used = 0;
    for (int index = 0; index < sorted.length; index++) {
      if (index == 0 || sorted[index] > sorted[index - 1] + 1) {
        bounds[used++] = sorted[index];
        bounds[used++] = sorted[index];
      } else {
        bounds[used - 1] = sorted[index];
      }
    }
    return new UidSet(bounds);
  }

  /** Union of the ranges (first, last), in any order, overlapping or not. */
  public static UidSet ofRanges(List<long[]> ranges) {
    List<long[]> sorted = new ArrayList<>(ranges);
    sorted.sort((a, b) -> Long.compare(a[0], b[0]));
    long[] merged = new long[sorted.size() * 2];
    int used = 0;
    for (long[] range : sorted) {
      if (used > 0 && range[0] <= merged[used - 1] + 1) {
        merged[used - 1] = Math.max(merged[used - 1], range[1]);
      } else {
        merged[used++] = range[0];
        merged[used++] = range[1];
      }
    }
    return new UidSet(Arrays.copyOf(merged, used));
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public int ranges() {
    return bounds.length / 2;
  }

  /** How many UIDs. */
  public long size() {
    long size = 0;
    for (int range = 0; range < ranges(); range++) {
      size += last(range) - first(range) + 1;
    }
    return size;
  }

  public long first(int range) {
    return bounds[2 * range];
  }

  public long last(int range) {
    return bounds[2 * range + 1];
  }

  /** Those of them from {@code first} to {@code last}. */
  public UidSet between(long first, long last) {
    long[] clipped = new long[bounds.length];
    int used = 0;
    for (int range = 0; range < ranges(); range++) {
      long from = Math.max(first, first(range));
      long to = Math.min(last, last(range));
      if (from <= to) {
        clipped[used++] = from;
        clipped[used++] = to;
      }
    }
    return new UidSet(Arrays.copyOf(clipped, used));
  }

  /** Those of them that are not in the other set. */
  public UidSet minus(UidSet other) {
    long[] left = new long[bounds.length + other.bounds.length];
    int used = 0;
    int hole = 0;
    for (int range = 0; range < ranges(); range++) {
      long from = first(range);
      while (hole < other.ranges() && other.last(hole) < from) {
        hole++;
      }
      for (int next = hole; next < other.ranges() && other.first(next) <= last(range); next++) {
        if (other.first(next) > from) {
          left[used++] = from;
          left[used++] = other.first(next) - 1;
        }
        from = other.last(next) + 1;
      }
      if (from <= last(range)) {
        left[used++] = from;
        left[used++] = last(range);
      }
    }
    return new UidSet(Arrays.copyOf(left, used));
  }

  public boolean contains(long uid) {
    int low = 0;
    int high = ranges() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (uid < first(middle)) {
        high = middle - 1;
      } else if (uid > last(middle)) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** {@code 1:3,7} as IMAP writes it; empty text for the empty set. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int range = 0; range < ranges(); range++) {
      if (range > 0) {
        text.append(',');
      }
      text.append(first(range));
      if (last(range) != first(range)) {
        text.append(':').append(last(range));
      }
    }
    return text.toString();
  }
}
