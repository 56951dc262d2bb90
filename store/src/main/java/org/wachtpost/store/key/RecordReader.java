package org.wachtpost.store.key;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;

/**
 * Reads what {@link RecordWriter} wrote. Every method throws {@link StoreException.Corrupt} when
 * the bytes cannot be what the writer wrote.
 */
public final class RecordReader {
  private final byte[] bytes;
  private int position;
  private final int version;

  /** Reads a record whose layout version is at most {@code newestVersion}. */
  public RecordReader(byte[] bytes, int newestVersion) {
    this.bytes = bytes;
    this.version = u8();
    if (version < 1 || version > newestVersion) {
      throw corrupt("record version " + version + ", this server knows up to " + newestVersion);
    }
  }

  /** Version of the layout that the record was written in. */
  public int version() {
    return version;
  }

  public long number() {
    long value = varint();
    if (value < 0) {
      throw corrupt("number out of range");
    }
    return value;
  }

  /** A number that fits an int. */
  public int integer() {
    long value = number();
    if (value > Integer.MAX_VALUE) {
      throw corrupt("number " + value + " is too large");
    }
    return (int) value;
  }

  public long signed() {
    long zigzag = varint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Eight bytes, most significant first. */
  public long fixed64() {
    length(Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | u8();
    }
    return value;
  }

  public boolean flag() {
    int value = u8();
    if (value > 1) {
      throw corrupt("flag of " + value);
    }
    return value == 1;
  }

  public byte[] bytes() {
    return raw(length(number()));
  }

  /** As many bytes as the writer's {@code raw} put there. */
  public byte[] raw(int length) {
    length(length);
    byte[] value = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return value;
  }

  public String text() {
    int length = length(number());
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  public @Nullable String optionalText() {
    long marker = number();
    if (marker == 0) {
      return null;
    }
    int length = length(marker - 1);
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  public <T extends @Nullable Object> List<T> list(Function<RecordReader, T> element) {
    int count = length(number());
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(element.apply(this));
    }
    return values;
  }

  /** True when every byte has been read. */
  public boolean atEnd() {
    return position == bytes.length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("number without an end");
  }

  private int u8() {
    if (position >= bytes.length) {
      throw corrupt("record ends early");
    }
    return bytes[position++] & 0xff;
  }

  private int length(long wanted) {
    if (wanted < 0 || wanted > bytes.length - position) {
      throw corrupt("length " + wanted + " beyond the record");
    }
    return (int) wanted;
  }

  private StoreException.Corrupt corrupt(String what) {
    return new StoreException.Corrupt(what + " (at byte " + position + ")", null);
  }
}
