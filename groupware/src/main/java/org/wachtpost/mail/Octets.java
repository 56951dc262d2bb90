package org.wachtpost.mail;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds octets in an array, eight at a time: mail is read through for its line ends several times
 * on its way in.
 *
 * <p>An octet that is zero in a word borrows from nothing below it, so the lowest mark that {@link
 * #zeros} sets is always a true one; those above it may not be.
 */
public final class Octets {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long CRS = '\r' * ONES;
  private static final long LFS = '\n' * ONES;

  private Octets() {}

  /** Index of the first LF in {@code from <= index < to}, or -1. */
  public static int indexOfLf(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long found = zeros((long) WORDS.get(bytes, i) ^ LFS);
      if (found != 0) {
        return i + place(found);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Index of the first CR or LF in {@code from <= index < to}, or {@code to}. */
  public static int endOfLine(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORDS.get(bytes, i);
      long found = zeros(word ^ CRS) | zeros(word ^ LFS);
      if (found != 0) {
        return i + place(found);
      }
    }
    while (i < to && bytes[i] != '\r' && bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  /** The high bit of the octets of a word that are zero, and maybe of some above one that is. */
  private static long zeros(long word) {
    return word - ONES & ~word & HIGHS;
  }

  private static int place(long found) {
    return Long.numberOfTrailingZeros(found) / Byte.SIZE;
  }
}
