package org.wachtpost.store.key;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;

/** Builds keys whose byte order is the order of their parts. */
public final class KeyWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(32);

  /** A key that starts with this prefix byte (see {@link KeySpace}). */
  public static KeyWriter prefix(char prefix) {
    KeyWriter writer = new KeyWriter();
    writer.out.write(prefix);
    return writer;
  }

  /** One byte, 0 to 255. */
  public KeyWriter u8(int value) {
    out.write(value);
    return this;
  }

  /** Four bytes, most significant first, unsigned. */
  public KeyWriter u32(long value) {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("not an unsigned 32-bit number: " + value);
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  /** Eight bytes, most significant first; the number must not be negative. */
  public KeyWriter u64(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  /** Text as UTF-8 with a zero byte behind it, so that a shorter text sorts before a longer one. */
  public KeyWriter text(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("NUL in a key's text");
    }
    out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    out.write(0);
    return this;
  }

  public KeyWriter blob(BlobId blob) {
    out.writeBytes(blob.toBytes());
    return this;
  }

  public KeyWriter bytes(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  public Key key() {
    return Key.of(out.toByteArray());
  }
}
