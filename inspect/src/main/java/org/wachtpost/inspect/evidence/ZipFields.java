package org.wachtpost.inspect.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The fields that an archive's directory and a file's own header have in common. */
final class ZipFields {
  static final long LOCAL = 0x04034b50L;
  static final long CENTRAL = 0x02014b50L;
  static final long END = 0x06054b50L;
  static final long END_64 = 0x06064b50L;
  static final long LOCATOR_64 = 0x07064b50L;
  static final long DESCRIPTOR = 0x08074b50L;
  static final long ALL_32 = 0xffffffffL;

  private static final int EXTRA_64 = 0x0001;
  private static final int EXTRA_NTFS = 0x000a;
  private static final int EXTRA_TIME = 0x5455;
  private static final int EXTRA_NAME = 0x7075;
  private static final int UTF_8 = 1 << 11;

  /** 1601 to 1970 in seconds: NTFS counts from 1601. */
  private static final long NTFS_EPOCH_SECONDS = 11_644_473_600L;

  private final byte[] extra;
  long size;
  long packed;
  long header;

  /** Numbers as they stand in 32 bits, made right by the extra field where that holds them. */
  ZipFields(byte[] extra, long size, long packed, long header) {
    this.extra = extra;
    this.size = size;
    this.packed = packed;
    this.header = header;
    ByteBuffer wide = field(EXTRA_64);
    if (wide != null) {
      this.size = wide(wide, size);
      this.packed = wide(wide, packed);
      this.header = wide(wide, header);
    }
  }

  private static long wide(ByteBuffer wide, long narrow) {
    if (narrow != ALL_32 || wide.remaining() < 8) {
      return narrow;
    }
    long value = wide.getLong();
    return value < 0 ? Long.MAX_VALUE : value;
  }

  private @Nullable ByteBuffer field(int wanted) {
    ByteBuffer all = ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN);
    while (all.remaining() >= 4) {
      int kind = all.getShort() & 0xffff;
      int length = all.getShort() & 0xffff;
      if (length > all.remaining()) {
        return null;
      }
      if (kind == wanted) {
        return all.slice(all.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      all.position(all.position() + length);
    }
    return null;
  }

  /** The name; in UTF-8 if it is that or says so, else in the code page of DOS. */
  String name(byte[] name, int flags) {
    ByteBuffer better = field(EXTRA_NAME);
    if (better != null && better.remaining() > 5 && better.remaining() <= ZipBytes.NAME_BYTES) {
      CRC32 sum = new CRC32();
      sum.update(name);
      // It counts only as long as it belongs to the name beside it.
      if (better.getInt(1) == (int) sum.getValue()) {
        return StandardCharsets.UTF_8.decode(better.position(5)).toString();
      }
    }
    if ((flags & UTF_8) != 0) {
      return new String(name, StandardCharsets.UTF_8);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException other) {
      return new String(
          name,
          Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1);
    }
  }

  /** When it was last written; the old form names no zone and is taken as UTC. */
  @Nullable Instant modified(int time, int date) {
    ByteBuffer ntfs = field(EXTRA_NTFS);
    if (ntfs != null && ntfs.remaining() >= 16 && ntfs.getShort(4) == 1) {
      long ticks = ntfs.getLong(8);
      return Instant.ofEpochSecond(
          Math.floorDiv(ticks, 10_000_000L) - NTFS_EPOCH_SECONDS,
          Math.floorMod(ticks, 10_000_000L) * 100);
    }
    ByteBuffer unix = field(EXTRA_TIME);
    if (unix != null && unix.remaining() >= 5 && (unix.get(0) & 1) != 0) {
      return Instant.ofEpochSecond(unix.getInt(1));
    }
    try {
      return LocalDateTime.of(
              1980 + (date >> 9),
              date >> 5 & 0xf,
              date & 0x1f,
              time >> 11,
              time >> 5 & 0x3f,
              (time & 0x1f) * 2)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException none) {
      return null; // zero in most archives that have no times
    }
  }
}
