package org.wachtpost.inspect.log;

/**
 * Where line ends, separators and quotes stand in a buffer: one bit per byte, so that a row is cut
 * by counting bits and not by looking at its bytes again. One thread.
 */
final class Marks {
  /** Bytes that one word of bits stands for. */
  static final int WORD = 64;

  /** Words of bits for that many bytes, next to each other: a row is in one place of memory. */
  static final int KINDS = 3;

  static final int NEWLINES = 0;
  static final int SEPARATORS = 1;
  static final int QUOTES = 2;

  private Marker marker;
  private long bytesUntilFaster = Long.MAX_VALUE;
  private long[] marks = new long[0];
  private boolean anyQuote;

  Marks(Marker marker) {
    this.marker = marker;
  }

  /** From {@link Marker#WORTH_VECTORS_BYTES} on, the fastest marker is taken. */
  void fasterLater() {
    bytesUntilFaster = Marker.WORTH_VECTORS_BYTES;
  }

  /**
   * Marks the bytes before {@code limit}; {@link #WORD} more must be readable.
   *
   * @param format what stands between columns, and whether quotes mean anything
   */
  void take(byte[] bytes, int limit, LogFormat format) {
    int words = (limit + WORD - 1) / WORD;
    bytesUntilFaster -= limit;
    if (bytesUntilFaster <= 0) {
      marker = Marker.best();
      bytesUntilFaster = Long.MAX_VALUE;
    }
    if (marks.length < words * KINDS) {
      marks = new long[(bytes.length + WORD - 1) / WORD * KINDS];
    }
    boolean quoted = marker.mark(bytes, words, format.separator(), marks);
    anyQuote = format.quotes() && quoted;
  }

  /** The first line end at or after {@code from}; there must be one. */
  int newline(int from) {
    int word = from >>> 6;
    int place = word * KINDS + NEWLINES;
    long bits = marks[place] & (-1L << from);
    while (bits == 0) {
      word++;
      place += KINDS;
      bits = marks[place];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /** True if a quote that means something stands from {@code from} on and before {@code to}. */
  boolean quoted(int from, int to) {
    if (!anyQuote) {
      return false;
    }
    int place = (from >>> 6) * KINDS + QUOTES;
    int last = (to >>> 6) * KINDS + QUOTES;
    long bits = marks[place] & (-1L << from);
    while (place < last) {
      if (bits != 0) {
        return true;
      }
      place += KINDS;
      bits = marks[place];
    }
    return (bits & ((1L << to) - 1)) != 0;
  }

  /**
   * Writes down where columns end, for a row in which no quote stands.
   *
   * @param newline the row's line end
   * @param need columns from this one on are of no interest
   * @param ends has room for {@link #WORD} and four entries more than {@code need}
   * @return how many columns were cut, at most {@code need}
   */
  int cut(int start, int newline, int need, int[] ends) {
    int word = start >>> 6;
    int last = newline >>> 6;
    int place = word * KINDS + SEPARATORS;
    long bits = marks[place] & (-1L << start);
    int count = 0;
    while (word < last) {
      count = write(bits, word << 6, count, ends);
      if (count >= need) {
        return need;
      }
      word++;
      place += KINDS;
      bits = marks[place];
    }
    count = write(bits & ((1L << newline) - 1), word << 6, count, ends);
    if (count >= need) {
      return need;
    }
    ends[count] = newline;
    return count + 1;
  }

  /**
   * Four places at a time, whether there are as many or not: nothing for the processor to guess.
   */
  private static int write(long all, int base, int from, int[] ends) {
    long bits = all;
    int to = from + Long.bitCount(bits);
    int at = from;
    do {
      ends[at] = base + Long.numberOfTrailingZeros(bits);
      bits &= bits - 1;
      ends[at + 1] = base + Long.numberOfTrailingZeros(bits);
      bits &= bits - 1;
      ends[at + 2] = base + Long.numberOfTrailingZeros(bits);
      bits &= bits - 1;
      ends[at + 3] = base + Long.numberOfTrailingZeros(bits);
      bits &= bits - 1;
      at += 4;
    } while (at < to);
    return to;
  }
}
