package org.wachtpost.store;

import java.util.Arrays;
import java.util.HexFormat;

/** A key within an account: 1 to {@link Limits#KEY_BYTES} bytes, ordered as unsigned bytes. */
public final class Key implements Comparable<Key> {
  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A key of these bytes; the array is taken over and must not be changed afterwards. */
  public static Key of(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > Limits.KEY_BYTES) {
      throw new IllegalArgumentException("key length " + bytes.length);
    }
    return new Key(bytes);
  }

  public int length() {
    return bytes.length;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return bytes[index] & 0xff;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for engines: not to be changed. */
  public byte[] unsafeBytes() {
    return bytes;
  }

  /**
   * The first key after every key that starts with this one: the exclusive end of a prefix range.
   *
   * @throws IllegalStateException if all bytes are 0xff
   */
  public Key prefixEnd() {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      throw new IllegalStateException("no key after prefix " + this);
    }
    byte[] end = Arrays.copyOf(bytes, length);
    end[length - 1]++;
    return new Key(end);
  }

  public boolean startsWith(Key prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
