package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.Arrays;

/**
 * A page of a list of results (RFC 9394 §4, partial-range).
 *
 * @param from 1 for the first result, or counted from the last one, which is 1 then
 * @param to at least {@code from}; may lie behind the end of the list
 * @param backwards whether it is counted from the last one
 */
public record PartialRange(long from, long to, boolean backwards) {
  public PartialRange {
    if (from < 1 || to < from) {
      throw new IllegalArgumentException(from + ":" + to);
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
    return new PartialRange(Math.min(first, second), Math.max(first, second), backwards);
  }

  /** What of the list is on this page, in its order. */
  public int[] of(int[] list) {
    if (from > list.length) {
      return new int[0];
    }
    int near = (int) from - 1;
    int far = (int) Math.min(to, list.length);
    return backwards
        ? Arrays.copyOfRange(list, list.length - far, list.length - near)
        : Arrays.copyOfRange(list, near, far);
  }

  /** As it is written. */
  @Override
  public String toString() {
    String sign = backwards ? "-" : "";
    return sign + from + ":" + sign + to;
  }
}
