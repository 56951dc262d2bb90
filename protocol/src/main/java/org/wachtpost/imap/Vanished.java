package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.mail.UidSet;

/** VANISHED (EARLIER) (RFC 7162 §3.2.10.1), and the arithmetic on UID sets that it needs. */
final class Vanished {
  private Vanished() {}

  static void tellEarlier(ResponseWriter out, UidSet gone) throws IOException {
    if (!gone.isEmpty()) {
      out.text("* VANISHED (EARLIER) ").text(gone.toString()).crlf();
    }
  }

  static UidSet intersection(UidSet left, UidSet right) {
    List<long[]> both = new ArrayList<>();
    int leftRange = 0;
    int rightRange = 0;
    while (leftRange < left.ranges() && rightRange < right.ranges()) {
      long first = Math.max(left.first(leftRange), right.first(rightRange));
      long last = Math.min(left.last(leftRange), right.last(rightRange));
      if (first <= last) {
        both.add(new long[] {first, last});
      }
      if (left.last(leftRange) < right.last(rightRange)) {
        leftRange++;
      } else {
        rightRange++;
      }
    }
    return UidSet.ofRanges(both);
  }

  static UidSet union(UidSet left, UidSet right) {
    if (left.isEmpty()) {
      return right;
    }
    if (right.isEmpty()) {
      return left;
    }
    List<long[]> ranges = new ArrayList<>();
    for (UidSet set : List.of(left, right)) {
      for (int range = 0; range < set.ranges(); range++) {
        ranges.add(new long[] {set.first(range), set.last(range)});
      }
    }
    return UidSet.ofRanges(ranges);
  }

  /** What of the set the map does not have. */
  static UidSet without(UidSet set, SequenceMap map) {
    List<long[]> rest = new ArrayList<>();
    for (int range = 0; range < set.ranges(); range++) {
      long from = set.first(range);
      int sequence = map.firstFrom(from);
      for (; sequence <= map.count() && map.uid(sequence) <= set.last(range); sequence++) {
        if (map.uid(sequence) > from) {
          rest.add(new long[] {from, map.uid(sequence) - 1});
        }
        from = map.uid(sequence) + 1;
      }
      if (from <= set.last(range)) {
        rest.add(new long[] {from, set.last(range)});
      }
    }
    return UidSet.ofRanges(rest);
  }

  /** The first members of the set, at most so many. */
  static long[] first(UidSet set, int most) {
    long[] members = new long[most];
    int count = 0;
    for (int range = 0; range < set.ranges(); range++) {
      for (long uid = set.first(range); uid <= set.last(range) && count < most; uid++) {
        members[count++] = uid;
      }
    }
    return java.util.Arrays.copyOf(members, count);
  }
}
