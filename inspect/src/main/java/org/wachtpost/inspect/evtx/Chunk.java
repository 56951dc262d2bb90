package org.wachtpost.inspect.evtx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The 64 KiB that records, names and templates of one chunk live in, and what has been read of
 * them.
 *
 * <p>Offsets are from the start of the chunk. Every read is checked: {@link BinXmlException} rather
 * than an index out of bounds.
 */
final class Chunk {
  static final int SIZE = 65_536;
  static final int HEADER_SIZE = 512;
  private static final long MAGIC = 0x006B6E6843666C45L; // "ElfChnk\0", little-endian
  static final int MAGIC_SIZE = 8;
  private static final int NAME_HEADER_SIZE = 8;

  final Budget budget = new Budget();
  final Map<Integer, Template> templates = new HashMap<>();
  final Map<Integer, Optional<TemplateFields>> fields = new HashMap<>();
  private final byte[] bytes;
  private final ByteBuffer view;
  private final Map<Integer, String> names = new HashMap<>();

  /**
   * @param bytes {@link #SIZE} bytes, what a file cut off inside the chunk lacks being zero;
   *     further ones are not part of the chunk and zero as well
   */
  Chunk(byte[] bytes) {
    this.bytes = bytes;
    this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether bytes begin as a chunk does. */
  static boolean startsChunk(byte[] bytes) {
    return bytes.length >= MAGIC_SIZE
        && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0) == MAGIC;
  }

  /** Whether what stands a chunk further is a chunk, unused, or the end of the file. */
  static boolean mayFollow(byte[] bytes) {
    long next = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(SIZE);
    return next == MAGIC || next == 0;
  }

  /** Where in bytes the next chunk begins, at most {@link #SIZE} after the first of them. */
  static int findChunk(byte[] bytes) {
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 1;
    while (at < SIZE && (bytes[at] != 'E' || view.getLong(at) != MAGIC)) {
      at++;
    }
    return at;
  }

  boolean hasMagic() {
    return view.getLong(0) == MAGIC;
  }

  boolean isZero() {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  long lastRecordId() {
    return view.getLong(32);
  }

  int freeSpaceOffset() {
    return view.getInt(48);
  }

  boolean headerChecksumMatches() {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, 120);
    crc.update(bytes, 128, HEADER_SIZE - 128);
    return (int) crc.getValue() == view.getInt(124);
  }

  boolean recordsChecksumMatches() {
    int end = freeSpaceOffset();
    if (end < HEADER_SIZE || end > SIZE) {
      return false;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, HEADER_SIZE, end - HEADER_SIZE);
    return (int) crc.getValue() == view.getInt(52);
  }

  int u8(int offset) throws BinXmlException {
    check(offset, 1);
    return bytes[offset] & 0xFF;
  }

  // Put together from bytes: most event logs are read before the calls that a buffer or a handle
  // makes for a number are compiled (docs/decisions/0040-vectors-for-logs.md).

  int u16(int offset) throws BinXmlException {
    check(offset, 2);
    return bytes[offset] & 0xFF | (bytes[offset + 1] & 0xFF) << 8;
  }

  int i32(int offset) throws BinXmlException {
    check(offset, 4);
    return bytes[offset] & 0xFF
        | (bytes[offset + 1] & 0xFF) << 8
        | (bytes[offset + 2] & 0xFF) << 16
        | bytes[offset + 3] << 24;
  }

  long i64(int offset) throws BinXmlException {
    check(offset, 8);
    return i32(offset) & 0xFFFF_FFFFL | (long) i32(offset + 4) << 32;
  }

  /** A size or offset: 32 bits that must lie inside the chunk. */
  int size32(int offset) throws BinXmlException {
    int value = i32(offset);
    if (value < 0 || value > SIZE) {
      throw new BinXmlException(offset, "size or offset beyond the chunk");
    }
    return value;
  }

  /** UTF-16 text of that many code units. */
  String utf16(int offset, int units) throws BinXmlException {
    check(offset, 2 * units);
    char[] text = new char[units];
    for (int i = 0, at = offset; i < units; i++, at += 2) {
      text[i] = (char) (bytes[at] & 0xFF | bytes[at + 1] << 8);
    }
    return new String(text);
  }

  byte[] copy(int offset, int length) throws BinXmlException {
    check(offset, length);
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Whether the bytes at an offset are those of an array from one place to another. */
  boolean same(int offset, byte[] others, int from, int to) {
    int length = to - from;
    return offset >= 0
        && offset <= SIZE - length
        && Arrays.equals(bytes, offset, offset + length, others, from, to);
  }

  /** The first UTF-16 NUL from an offset on, or where no further code unit fits before the end. */
  int nul16(int from, int end) {
    int at = from;
    while (at <= end - 2 && (bytes[at] | bytes[at + 1]) != 0) {
      at += 2;
    }
    return at;
  }

  /** Whether a record could start at an offset. */
  boolean isRecordMagic(int at) {
    return at <= SIZE - 4
        && bytes[at] == 0x2A
        && bytes[at + 1] == 0x2A
        && (bytes[at + 2] | bytes[at + 3]) == 0;
  }

  /** The next place at or after an offset where a record could start, or -1. */
  int findRecordMagic(int from) {
    for (int at = from; at <= SIZE - 4; at++) {
      if (isRecordMagic(at)) {
        return at;
      }
    }
    return -1;
  }

  /** The name stored at an offset. */
  String name(int offset) throws BinXmlException {
    String known = names.get(offset);
    if (known != null) {
      return known;
    }
    int units = u16(offset + 6);
    String name = utf16(offset + NAME_HEADER_SIZE, units);
    names.put(offset, name);
    return name;
  }

  /** Bytes that a name stored at an offset takes: header, text and terminator. */
  int nameSize(int offset) throws BinXmlException {
    return NAME_HEADER_SIZE + 2 * u16(offset + 6) + 2;
  }

  /** Whether a sound name stands there: its hash and its terminator match. */
  boolean isNameAt(int offset) {
    try {
      if (offset < HEADER_SIZE) {
        return false;
      }
      int units = u16(offset + 6);
      String text = utf16(offset + NAME_HEADER_SIZE, units);
      return u16(offset + 4) == hash(text) && u16(offset + NAME_HEADER_SIZE + 2 * units) == 0;
    } catch (BinXmlException e) {
      return false; // beyond the chunk: the answer is no
    }
  }

  /** The hash that stands before a name. */
  static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = hash * 65_599 + name.charAt(i);
    }
    return hash & 0xFFFF;
  }

  private void check(int offset, int length) throws BinXmlException {
    if (offset < 0 || length < 0 || offset > SIZE - length) {
      throw new BinXmlException(Math.clamp(offset, 0, SIZE), "ends beyond the chunk");
    }
  }
}
