package org.wachtpost.store.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a versioned binary record: a version byte, then fields in order. Numbers are LEB128
 * varints, texts and byte strings carry their length in front.
 */
public final class RecordWriter {
  private byte[] out = new byte[128];
  private int size;

  /** A record in this version of its layout, 1 to 255. */
  public RecordWriter(int version) {
    if (version < 1 || version > 255) {
      throw new IllegalArgumentException("record version " + version);
    }
    write(version);
  }

  /** A number that is not negative. */
  public RecordWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    long rest = value;
    while (rest >= 0x80) {
      write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    write((int) rest);
    return this;
  }

  /** Any number, zigzag encoded. */
  public RecordWriter signed(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    long rest = zigzag;
    while ((rest & ~0x7fL) != 0) {
      write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    write((int) rest);
    return this;
  }

  /** Any 64 bits, as eight bytes, most significant first. */
  public RecordWriter fixed64(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      write((int) (value >>> shift));
    }
    return this;
  }

  public RecordWriter flag(boolean value) {
    write(value ? 1 : 0);
    return this;
  }

  public RecordWriter bytes(byte[] value) {
    number(value.length);
    write(value);
    return this;
  }

  /** Bytes of a length that the reader knows. */
  public RecordWriter raw(byte[] value) {
    write(value);
    return this;
  }

  public RecordWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A text or null: null is a length of 0, a text has its length plus one in front. */
  public RecordWriter optionalText(@Nullable String value) {
    if (value == null) {
      return number(0);
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(utf8.length + 1L);
    write(utf8);
    return this;
  }

  /** A count and then each element. */
  public <T extends @Nullable Object> RecordWriter list(
      Collection<T> values, BiConsumer<RecordWriter, T> element) {
    number(values.size());
    for (T value : values) {
      element.accept(this, value);
    }
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(out, size);
  }

  public int size() {
    return size;
  }

  private void write(int octet) {
    require(1);
    out[size++] = (byte) octet;
  }

  private void write(byte[] octets) {
    require(octets.length);
    System.arraycopy(octets, 0, out, size, octets.length);
    size += octets.length;
  }

  private void require(int more) {
    if (size + more > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, size + more));
    }
  }
}
