package org.wachtpost.imap.wire;

import java.util.ArrayList;
import java.util.List;
import org.wachtpost.mail.UidSet;

/** A sequence set as the client wrote it: numbers, ranges, {@code *}; or {@code $}. */
public final class SequenceSet {
  /** Stands for {@code *}. */
  static final long STAR = Long.MAX_VALUE;

  /** The result of the last SEARCH that was saved (RFC 9051 §6.4.4.1). */
  public static final SequenceSet SAVED = new SequenceSet(List.of());

  private final List<long[]> ranges;

  private SequenceSet(List<long[]> ranges) {
    this.ranges = ranges;
  }

  static SequenceSet of(List<long[]> ranges) {
    return new SequenceSet(List.copyOf(ranges));
  }

  /**
   * These numbers as a set that keeps their order: neighbours that grow by one as a range. The two
   * lists of COPYUID belong together one by one, and a sorted result is told as it was sorted.
   */
  public static String inOrder(long[] numbers) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < numbers.length) {
      int end = at + 1;
      while (end < numbers.length && numbers[end] == numbers[end - 1] + 1) {
        end++;
      }
      text.append(at == 0 ? "" : ",").append(numbers[at]);
      if (end - at > 1) {
        text.append(':').append(numbers[end - 1]);
      }
      at = end;
    }
    return text.toString();
  }

  public boolean isSaved() {
    return this == SAVED;
  }

  /** Whether a {@code *} stands in it. */
  public boolean hasStar() {
    return ranges.stream().anyMatch(range -> range[0] == STAR || range[1] == STAR);
  }

  /** The greatest number in it, ranges with a {@code *} left out; 0 if there is none. */
  public long greatest() {
    long greatest = 0;
    for (long[] range : ranges) {
      long last = Math.max(range[0], range[1]);
      greatest = last == STAR ? greatest : Math.max(greatest, last);
    }
    return greatest;
  }

  /**
   * The numbers it means.
   *
   * @param star what {@code *} stands for; 0 when there is nothing, and then ranges with a star are
   *     empty
   */
  public UidSet resolve(long star) {
    List<long[]> resolved = new ArrayList<>(ranges.size());
    for (long[] range : ranges) {
      long first = range[0] == STAR ? star : range[0];
      long last = range[1] == STAR ? star : range[1];
      if (first != 0 && last != 0) {
        resolved.add(new long[] {Math.min(first, last), Math.max(first, last)});
      }
    }
    return UidSet.ofRanges(resolved);
  }
}
