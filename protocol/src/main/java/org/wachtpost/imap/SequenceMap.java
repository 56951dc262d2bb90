package org.wachtpost.imap;

import java.util.Arrays;
import org.wachtpost.mail.UidSet;

/**
 * The messages of a mailbox as one client knows them: message sequence numbers from 1 to {@link
 * #count} and the UID of each, growing. Four bytes a message.
 */
final class SequenceMap {
  private int[] uids;
  private int count;

  SequenceMap(long[] sorted) {
    uids = new int[sorted.length];
    for (long uid : sorted) {
      uids[count++] = (int) uid;
    }
  }

  int count() {
    return count;
  }

  /** The UID of a message; {@code sequence} is from 1 to {@link #count}. */
  long uid(int sequence) {
    return uids[sequence - 1] & 0xffff_ffffL;
  }

  /** The greatest UID, 0 without messages. */
  long lastUid() {
    return count == 0 ? 0 : uid(count);
  }

  /** The sequence number of the message with this UID, or 0. */
  int sequence(long uid) {
    int at = firstFrom(uid);
    return at <= count && uid(at) == uid ? at : 0;
  }

  /** The first sequence number whose UID is this or greater; {@code count + 1} if there is none. */
  int firstFrom(long uid) {
    int low = 1;
    int high = count;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (uid(middle) < uid) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Adds a message behind all others. */
  void add(long uid) {
    if (uid <= lastUid()) {
      throw new IllegalArgumentException("UID " + uid + " behind " + lastUid());
    }
    if (count == uids.length) {
      uids = Arrays.copyOf(uids, Math.max(16, count + (count >> 2)));
    }
    uids[count++] = (int) uid;
  }

  /** How many of these messages it has. */
  int count(UidSet set) {
    int total = 0;
    for (int range = 0; range < set.ranges(); range++) {
      total += Math.max(0, firstFrom(set.last(range) + 1) - firstFrom(set.first(range)));
    }
    return total;
  }

  /** Sequence numbers of those of these messages that it has, growing. */
  int[] sequences(UidSet set) {
    int[] found = new int[count(set)];
    int at = 0;
    for (int range = 0; range < set.ranges(); range++) {
      int end = firstFrom(set.last(range) + 1);
      for (int sequence = firstFrom(set.first(range)); sequence < end; sequence++) {
        found[at++] = sequence;
      }
    }
    return found;
  }

  /**
   * The UIDs of sequence numbers {@code from} to {@code to} (not included) of this list, as a set.
   */
  UidSet uidSet(int[] sequences, int from, int to) {
    java.util.List<long[]> ranges = new java.util.ArrayList<>();
    int at = from;
    while (at < to) {
      int end = at + 1;
      // Neighbours here are neighbours in the mailbox: the range between them names no other.
      while (end < to && sequences[end] == sequences[end - 1] + 1) {
        end++;
      }
      ranges.add(new long[] {uid(sequences[at]), uid(sequences[end - 1])});
      at = end;
    }
    return UidSet.ofRanges(ranges);
  }

  /** Removes messages, given as sequence numbers, growing. */
  void remove(int[] sequences) {
    if (sequences.length == 0) {
      return;
    }
    int target = sequences[0] - 1;
    int next = 0;
    for (int index = target; index < count; index++) {
      if (next < sequences.length && sequences[next] == index + 1) {
        next++;
      } else {
        uids[target++] = uids[index];
      }
    }
    count = target;
  }
}
