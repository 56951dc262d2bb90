package org.wachtpost.inspect.generator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Text put together as UTF-8 bytes: the generator writes gigabytes, and strings are too slow. */
final class ByteText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private byte[] bytes = new byte[1 << 16];
  private int size;

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  void clear() {
    size = 0;
  }

  ByteText add(byte[] part) {
    room(part.length);
    System.arraycopy(part, 0, bytes, size, part.length);
    size += part.length;
    return this;
  }

  ByteText add(String part) {
    return add(part.getBytes(StandardCharsets.UTF_8));
  }

  ByteText add(char ascii) {
    room(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  /** A part from an index on, with one character in place of another. */
  ByteText replacing(byte[] part, int from, char what, char with) {
    int count = part.length - from;
    room(count);
    for (int i = 0; i < count; i++) {
      byte b = part[from + i];
      bytes[size + i] = b == what ? (byte) with : b;
    }
    size += count;
    return this;
  }

  ByteText number(int value) {
    room(11);
    if (value == 0) {
      bytes[size++] = '0';
      return this;
    }
    int digits = value < 10 ? 1 : value < 100 ? 2 : value < 1_000 ? 3 : value < 10_000 ? 4 : 0;
    if (digits == 0) {
      return add(Integer.toString(value));
    }
    return padded(value, digits);
  }

  /** A number of exactly that many digits. */
  ByteText padded(int value, int digits) {
    room(digits);
    int rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  /** A time of day from milliseconds, like 06:49:42 or 06:49:42.162. */
  ByteText timeOfDay(int milliseconds, boolean withMilliseconds) {
    padded(milliseconds / 3_600_000, 2).add(':');
    padded(milliseconds / 60_000 % 60, 2).add(':');
    padded(milliseconds / 1_000 % 60, 2);
    return withMilliseconds ? add('.').padded(milliseconds % 1_000, 3) : this;
  }

  ByteText guid(RandomGenerator random) {
    room(36);
    hex(random.nextLong(), 8).add('-');
    long middle = random.nextLong();
    hex(middle, 4).add('-').hex(middle >>> 16, 4).add('-').hex(middle >>> 32, 4).add('-');
    return hex(random.nextLong(), 12);
  }

  ByteText hex(long value, int digits) {
    room(digits);
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      bytes[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
    size += digits;
    return this;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
