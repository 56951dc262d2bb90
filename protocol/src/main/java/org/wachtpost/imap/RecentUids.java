package org.wachtpost.imap;

import java.util.ArrayList;
import java.util.List;

/** The messages that are recent for one session: ranges of UIDs, growing. */
final class RecentUids {
  private final List<long[]> ranges = new ArrayList<>();

  /** Adds what is behind all others. */
  void add(long first, long last) {
    if (first > last) {
      return;
    }
    long[] end = ranges.isEmpty() ? null : ranges.getLast();
    if (end != null && end[1] + 1 == first) {
      end[1] = last;
    } else {
      ranges.add(new long[] {first, last});
    }
  }

  boolean contains(long uid) {
    return ranges.stream().anyMatch(range -> range[0] <= uid && uid <= range[1]);
  }

  /** How many of them are there still. */
  int count(SequenceMap map) {
    int count = 0;
    for (long[] range : ranges) {
      count += map.firstFrom(range[1] + 1) - map.firstFrom(range[0]);
    }
    return count;
  }
}
