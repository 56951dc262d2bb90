package org.wachtpost.inspect.webshell;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for octets, eight at a time. */
final class Octets {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;

  private Octets() {}

  /** The eight octets from {@code at} on, the first one lowest. */
  static long word(byte[] b, int at) {
    return (long) LONGS.get(b, at);
  }

  /** Eight times the same octet. */
  static long spread(int octet) {
    return (octet & 0xFF) * ONES;
  }

  /** The top bit of octets that are zero: the lowest one set is right. */
  static long zero(long word) {
    return (word - ONES) & ~word & TOPS;
  }

  /** The top bit of exactly the octets that are zero. */
  static long zeros(long word) {
    return ~(((word & ~TOPS) + ~TOPS) | word | ~TOPS);
  }

  /** The place of an octet; {@code to} if there is none. */
  static int indexOf(byte[] b, int octet, int from, int to) {
    long wanted = spread(octet);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long hits = zero(word(b, i) ^ wanted);
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (i < to && b[i] != octet) {
      i++;
    }
    return i;
  }

  /** The place of an octet of ASCII, or of one that is not ASCII; {@code to} if there is none. */
  static int indexOfMarked(byte[] b, int octet, int from, int to) {
    long wanted = spread(octet);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long word = word(b, i);
      long hits = zero(word ^ wanted) | word & TOPS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (i < to && b[i] != octet && b[i] >= 0) {
      i++;
    }
    return i;
  }
}
