package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.Arrays;

/**
 * A page of a list of results (RFC 9394 §4, partial-range).
 *
 * @param first one end of the page as it was asked for; 1 is the first result, or the last one
 * @param second the other end, before or behind {@code first}; may lie behind the end of the list
 * @param backwards whether it is counted from the last result
 */
public record PartialRange(long first, long second, boolean backwards) {
  public PartialRange {
    if (first < 1 || second < 1) {
      throw new IllegalArgumentException(first + ":" + second);
    }
  }

  /**
   * {@code 1:500}, or {@code -1:-500} from the end; {@code 500:1} is the same page as the first.
   */
  public static PartialRange read(CommandReader in) throws IOException, ImapSyntaxException {
    boolean backwards = in.take('-');
    long first = in.number();
    in.expect(':');
    if (backwards) {
      in.expect('-');
    }
    long second = in.number();
    if (first == 0 || second == 0) {
      throw new ImapSyntaxException("results are counted from 1");
    }
    return new PartialRange(first, second, backwards);
  }

  /** What of the list is on this page, in its order. */
  public int[] of(int[] list) {
    if (Math.min(first, second) > list.length) {
      return new int[0];
    }
    int near = (int) Math.min(first, second) - 1;
    int far = (int) Math.min(Math.max(first, second), list.length);
    return backwards
        ? Arrays.copyOfRange(list, list.length - far, list.length - near)
        : Arrays.copyOfRange(list, near, far);
  }

  /** As it was asked for, which is how the response names it (RFC 9394 §3.1). */
  @Override
  public String toString() {
    String sign = backwards ? "-" : "";
    return sign + first + ":" + sign + second;
  }
}
