package org.wachtpost.inspect.log;

/**
 * Which bytes of a buffer are separators, and which may end a row or begin a quoted column. One
 * thread.
 *
 * <p>The loop over the buffer has nothing in it but arithmetic on bytes, without a branch: Java's
 * compiler makes vectors of it and takes as many bytes at a time as the processor has room for
 * (docs/decisions/0040-vectors-for-logs.md).
 */
final class Marks {
  /** Bytes that one answer of a bit for each byte is about. */
  static final int GROUP = Integer.SIZE;

  private static final int TOP = 0x80;

  /** With these bits alone, a line end and a quote are both {@link #ENDING}. */
  private static final int ENDINGS = 0x57;

  private static final int ENDING = 0x02;

  /** Brings the top bits of eight bytes together in the highest byte. */
  private static final long GATHER = 0x0002040810204081L;

  private byte[] separators = new byte[0];
  private byte[] endings = new byte[0];

  /**
   * Marks the bytes before {@code limit}; what is asked of later ones has no meaning.
   *
   * @param bytes has {@link Swar#PADDING} more bytes after {@code limit}
   */
  void take(byte[] bytes, int limit, byte separator) {
    if (separators.length < bytes.length) {
      separators = new byte[bytes.length];
      endings = new byte[bytes.length];
    }
    mark(bytes, limit, separator, separators, endings);
  }

  /** Sets the top bit of what is marked, and no other. */
  private static void mark(
      byte[] bytes, int limit, byte separator, byte[] separators, byte[] endings) {
    for (int at = 0; at < limit; at++) {
      // Of a number less one and not the number itself, the top bit is set for 0 alone.
      int apart = bytes[at] ^ separator;
      separators[at] = (byte) ((apart - 1) & ~apart & TOP);
      int other = (bytes[at] & ENDINGS) ^ ENDING;
      endings[at] = (byte) ((other - 1) & ~other & TOP);
    }
  }

  /** One bit for each byte of a {@link #GROUP}, the first one lowest: is it a separator? */
  int separators(int at) {
    byte[] marks = separators;
    return bits(Swar.word(marks, at))
        | bits(Swar.word(marks, at + 8)) << 8
        | bits(Swar.word(marks, at + 16)) << 16
        | bits(Swar.word(marks, at + 24)) << 24;
  }

  private static int bits(long tops) {
    return (int) (tops * GATHER >>> 56);
  }

  /** True if a line end or a quote is in the {@link #GROUP}; seldom true without. */
  boolean ending(int at) {
    byte[] marks = endings;
    return (Swar.word(marks, at)
            | Swar.word(marks, at + 8)
            | Swar.word(marks, at + 16)
            | Swar.word(marks, at + 24))
        != 0;
  }

  /**
   * The next byte at or after {@code from} that may be a line end or a quote; there must be one.
   */
  int nextEnding(int from) {
    int at = from;
    while (!ending(at)) {
      at += GROUP;
    }
    long hit = Swar.word(endings, at);
    while (hit == 0) {
      at += Long.BYTES;
      hit = Swar.word(endings, at);
    }
    return at + (Long.numberOfTrailingZeros(hit) >>> 3);
  }

  /** The first line end at or after {@code from}; there must be one. */
  int newline(byte[] bytes, int from) {
    int at = nextEnding(from);
    while (bytes[at] != '\n') {
      at = nextEnding(at + 1);
    }
    return at;
  }
}
