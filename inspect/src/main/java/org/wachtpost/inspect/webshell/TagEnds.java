package org.wachtpost.inspect.webshell;

import org.jspecify.annotations.Nullable;

/**
 * Where tags end. Each is looked through by itself, since hardly any other one starts in it; once
 * that has cost more than reading the whole text, the ends of all are found in one pass.
 */
final class TagEnds {
  /** So many times its length a text may be looked through tag by tag. */
  private static final int MAX_READINGS = 2;

  private final byte[] octets;
  private final int start;
  private final int end;
  private final NextPlace bare;
  private long looks;

  /** For each place where the tag ends that has no quote open there. */
  private int @Nullable [] ends;

  TagEnds(byte[] octets, int start, int end) {
    this.octets = octets;
    this.start = start;
    this.end = end;
    this.bare = new NextPlace(from -> Octets.indexOf(octets, '>', from, end));
  }

  /** The place of the next {@code >}, whatever it stands in. Asked for places that only go up. */
  int bare(int from) {
    return bare.from(from);
  }

  /**
   * The place of the {@code >} that ends the tag whose name ends at {@code from}, quotes and server
   * blocks inside it skipped; {@code to} if it is not before that.
   */
  int next(int from, int to) {
    if (ends != null) {
      return Math.min(to, ends[from - start]);
    }
    int quote = 0;
    int at = from;
    while (at < to) {
      int c = octets[at];
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (endsTag(at)) {
        break;
      }
      at++;
    }
    looks += at - from;
    if (looks > (long) MAX_READINGS * (end - start)) {
      ends = all();
    }
    return at;
  }

  private boolean endsTag(int at) {
    return octets[at] == '>' && octets[at - 1] != '%';
  }

  /** From the end on: what follows a sign is known when it is come to. */
  private int[] all() {
    int[] found = new int[end - start + 1];
    int none = end;
    int inDouble = end;
    int inSingle = end;
    found[end - start] = end;
    for (int i = end - 1; i > start; i--) {
      int c = octets[i];
      int behind = none;
      none = c == '"' ? inDouble : c == '\'' ? inSingle : endsTag(i) ? i : none;
      inDouble = c == '"' ? behind : inDouble;
      inSingle = c == '\'' ? behind : inSingle;
      found[i - start] = none;
    }
    return found;
  }
}
