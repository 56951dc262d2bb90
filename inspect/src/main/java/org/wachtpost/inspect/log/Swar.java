package org.wachtpost.inspect.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Eight bytes at a time. Arrays given here have {@link #PADDING} readable bytes after every place
 * asked.
 */
final class Swar {
  /** Bytes that must follow the last byte looked at. */
  static final int PADDING = 64;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW = 0x7f7f7f7f7f7f7f7fL;

  private Swar() {}

  /** The eight bytes from {@code at}, the first one lowest. */
  static long word(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /**
   * The top bit of bytes of {@code word} that are zero: the lowest bit set is right, those above it
   * may be wrong.
   */
  static long zero(long word) {
    return (word - 0x0101010101010101L) & ~word & ~LOW;
  }

  /** The index of the first newline at or after {@code from}; there must be one. */
  static int newline(byte[] bytes, int from) {
    int at = from;
    while (true) {
      long hit = zero(word(bytes, at) ^ 0x0a0a0a0a0a0a0a0aL);
      if (hit != 0) {
        return at + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
      at += 8;
    }
  }

  /** True if the bytes from {@code from} on are those of {@code key}. */
  static boolean same(byte[] key, byte[] bytes, int from) {
    int last = key.length - Long.BYTES;
    if (last < 0) {
      return Arrays.equals(key, 0, key.length, bytes, from, from + key.length);
    }
    long apart = word(key, last) ^ word(bytes, from + last);
    for (int at = 0; at < last; at += Long.BYTES) {
      apart |= word(key, at) ^ word(bytes, from + at);
    }
    return apart == 0;
  }

  /** A hash of a slice, for tables that compare the bytes afterwards. */
  static long hash(byte[] bytes, int from, int to) {
    long hash = (to - from) * 0x9E3779B97F4A7C15L;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = (hash ^ word(bytes, at)) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 32;
    }
    if (at < to) {
      long rest = word(bytes, at) & (-1L >>> (64 - 8 * (to - at)));
      hash = (hash ^ rest) * 0x94D049BB133111EBL;
    }
    return hash ^ (hash >>> 29);
  }
}
