package org.wachtpost.inspect.evtx;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a value ([MS-EVEN6] §2.2.18): what Windows shows for each type. */
final class ValueText {
  private static final long FILETIME_EPOCH_SECONDS = -11_644_473_600L; // 1601-01-01
  private static final long FILETIME_TICKS_PER_SECOND = 10_000_000L;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** The file does not say which code page its ANSI strings have; this is the usual one. */
  private static final Charset ANSI = Charset.forName("windows-1252");

  /** Years beyond it are written with a sign (ISO 8601). */
  private static final int MAX_PLAIN_YEAR = 9999;

  private static final String TIME_FORM = "0000-00-00T00:00:00.0000000Z";
  private static final int TIME_LENGTH = 28;

  /** Numbers beyond it are written with a power of ten. */
  private static final int MAX_PLAIN_POWER = 20;

  private static final int MIN_PLAIN_POWER = -6;

  private ValueText() {}

  static Instant fileTime(long ticks) {
    // Unsigned: hostile values lie beyond the year 30000 and still are times.
    long seconds = Long.divideUnsigned(ticks, FILETIME_TICKS_PER_SECOND);
    long rest = Long.remainderUnsigned(ticks, FILETIME_TICKS_PER_SECOND);
    return Instant.ofEpochSecond(FILETIME_EPOCH_SECONDS + seconds, rest * 100);
  }

  /** Seven digits of a second: a FILETIME counts 100 nanoseconds. */
  static String time(Instant instant) {
    LocalDateTime at = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(28);
    if (at.getYear() > MAX_PLAIN_YEAR) {
      text.append('+');
    }
    digits(text, at.getYear(), 4).append('-');
    digits(text, at.getMonthValue(), 2).append('-');
    digits(text, at.getDayOfMonth(), 2).append('T');
    digits(text, at.getHour(), 2).append(':');
    digits(text, at.getMinute(), 2).append(':');
    digits(text, at.getSecond(), 2).append('.');
    return digits(text, at.getNano() / 100, 7).append('Z').toString();
  }

  /** The time that {@link #time(Instant)} wrote like that, or null for any other text. */
  static @Nullable Instant time(String text) {
    if (text.length() != TIME_LENGTH) {
      return null;
    }
    for (int i = 0; i < TIME_LENGTH; i++) {
      char form = TIME_FORM.charAt(i);
      char c = text.charAt(i);
      if (form == '0' ? c < '0' || c > '9' : c != form) {
        return null;
      }
    }
    int second = number(text, 17, 2);
    long day;
    try {
      day = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2)).toEpochDay();
    } catch (DateTimeException notADay) {
      return null; // the caller's slower reading says what it is
    }
    int hour = number(text, 11, 2);
    int minute = number(text, 14, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      return null;
    }
    long seconds = day * 86_400 + hour * 3_600L + minute * 60L + second;
    return Instant.ofEpochSecond(seconds, number(text, 20, 7) * 100L);
  }

  private static int number(String text, int from, int length) {
    return Integer.parseInt(text, from, from + length, 10);
  }

  private static StringBuilder digits(StringBuilder text, int number, int width) {
    for (int scale = 10, i = 1; i < width; i++, scale *= 10) {
      if (number < scale) {
        text.append('0');
      }
    }
    return text.append(number);
  }

  /**
   * The items of an array; strings end at a NUL, the last perhaps at the end.
   *
   * @throws BinXmlException if the bytes do not fit the type
   */
  static List<Value> items(Chunk chunk, Value value) throws BinXmlException {
    int type = value.type() & ~Value.ARRAY;
    int odd = type == Value.STRING ? value.length() % 2 : 0;
    int end = value.offset() + value.length() - odd;
    List<Value> items = new ArrayList<>();
    for (int at = value.offset(); at < end; ) {
      int size = itemSize(chunk, type, at, value);
      if (size < 0 || size > end - at) {
        throw new BinXmlException(at, "an array ends inside an item or has items of unknown size");
      }
      items.add(new Value(type, at, size));
      at += size + terminator(type);
    }
    return items;
  }

  private static int terminator(int type) {
    return type == Value.STRING ? 2 : type == Value.ANSI_STRING ? 1 : 0;
  }

  /** Bytes of the item of an array that begins at an offset, or -1 if its type does not say. */
  private static int itemSize(Chunk chunk, int type, int at, Value array) throws BinXmlException {
    int left = array.offset() + array.length() - at;
    if (type == Value.STRING) {
      return chunk.nul16(at, at + left) - at;
    }
    if (type == Value.ANSI_STRING) {
      int size = 0;
      while (size < left && chunk.u8(at + size) != 0) {
        size++;
      }
      return size;
    }
    if (type == Value.SID) {
      return 8 + 4 * chunk.u8(at + 1);
    }
    if (type == Value.SIZE_T && array.length() % 8 != 0) {
      return 4; // written by a process of 32 bits
    }
    int size = fixedSize(type);
    return size == 0 ? -1 : size;
  }

  /**
   * The text of a value that is not BinXml.
   *
   * @throws BinXmlException if the bytes do not fit the type
   */
  static String of(Chunk chunk, Value value) throws BinXmlException {
    int type = value.type();
    if ((type & Value.ARRAY) == 0) {
      return scalar(chunk, type, value.offset(), value.length());
    }
    StringBuilder text = new StringBuilder();
    for (Value item : items(chunk, value)) {
      text.append(text.isEmpty() && item.offset() == value.offset() ? "" : ",");
      text.append(scalar(chunk, item.type(), item.offset(), item.length()));
    }
    return text.toString();
  }

  /** The bytes of a value that could not be read, in hexadecimal. */
  static String hex(Chunk chunk, Value value) throws BinXmlException {
    return HEX.formatHex(chunk.copy(value.offset(), value.length()));
  }

  /** Bytes of one item, or 0 where the type does not say. */
  static int fixedSize(int type) {
    return switch (type) {
      case 0x03, 0x04 -> 1;
      case 0x05, 0x06 -> 2;
      case 0x07, 0x08, 0x0B, 0x0D, 0x14 -> 4;
      case 0x09, 0x0A, 0x0C, 0x10, 0x11, 0x15 -> 8;
      case 0x0F, 0x12 -> 16;
      default -> 0; // strings, binary data, SIDs and what no writer is known to use
    };
  }

  private static String scalar(Chunk chunk, int type, int offset, int length)
      throws BinXmlException {
    if (type == 0x0D && length == 1) {
      return chunk.u8(offset) != 0 ? "true" : "false";
    }
    if (type == Value.SIZE_T && length == 4) {
      return hexInteger(chunk.i32(offset) & 0xFFFF_FFFFL);
    }
    int size = fixedSize(type);
    if (length < size) {
      throw new BinXmlException(offset, "a value is shorter than its type");
    }
    return switch (type) {
      case Value.NULL -> "";
      case Value.STRING -> untilNul(chunk.utf16(offset, length / 2));
      case Value.ANSI_STRING -> untilNul(ansi(chunk.copy(offset, length)));
      case 0x03 -> Integer.toString((byte) chunk.u8(offset));
      case 0x04 -> Integer.toString(chunk.u8(offset));
      case 0x05 -> Integer.toString((short) chunk.u16(offset));
      case 0x06 -> Integer.toString(chunk.u16(offset));
      case 0x07 -> Integer.toString(chunk.i32(offset));
      case 0x08 -> Long.toString(chunk.i32(offset) & 0xFFFF_FFFFL);
      case 0x09 -> Long.toString(chunk.i64(offset));
      case 0x0A -> Long.toUnsignedString(chunk.i64(offset));
      case 0x0B ->
          real(
              Float.intBitsToFloat(chunk.i32(offset)),
              Float.toString(Float.intBitsToFloat(chunk.i32(offset))));
      case 0x0C ->
          real(
              Double.longBitsToDouble(chunk.i64(offset)),
              Double.toString(Double.longBitsToDouble(chunk.i64(offset))));
      case 0x0D -> chunk.i32(offset) != 0 ? "true" : "false";
      case 0x0E -> HEX.formatHex(chunk.copy(offset, length));
      case 0x0F -> guid(chunk, offset);
      case 0x10, 0x15 -> hexInteger(chunk.i64(offset));
      case 0x11 -> time(fileTime(chunk.i64(offset)));
      case 0x12 -> systemTime(chunk, offset);
      case 0x13 -> sid(chunk, offset, length);
      case 0x14 -> hexInteger(chunk.i32(offset) & 0xFFFF_FFFFL);
      case 0x20 -> HEX.formatHex(chunk.copy(offset, length));
      case 0x23 -> untilNul(new String(chunk.copy(offset, length), StandardCharsets.UTF_16LE));
      default -> throw new BinXmlException(offset, "a value of an unknown type");
    };
  }

  /** UTF-8 if it is that: text of a code page hardly ever is, by chance. */
  private static String ansi(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException other) {
      char[] text = new String(bytes, ANSI).toCharArray();
      for (int i = 0; i < text.length; i++) {
        // Five bytes mean nothing in the code page; Windows takes them as they are.
        text[i] = text[i] == '\uFFFD' ? (char) (bytes[i] & 0xFF) : text[i];
      }
      return new String(text);
    }
  }

  private static String hexInteger(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static String real(double value, String text) {
    if (Double.isNaN(value)) {
      return "-1.#IND";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "1.#INF" : "-1.#INF";
    }
    int exponent = text.indexOf('E');
    if (exponent < 0) {
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
    int power = Integer.parseInt(text, exponent + 1, text.length(), 10);
    if (power >= MIN_PLAIN_POWER && power <= MAX_PLAIN_POWER) {
      return new BigDecimal(text).toPlainString();
    }
    String digits = text.substring(0, exponent);
    return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits)
        + (power < 0 ? "e" : "e+")
        + power;
  }

  private static String guid(Chunk chunk, int offset) throws BinXmlException {
    StringBuilder text = new StringBuilder(36);
    text.append(HEX.toHexDigits(chunk.i32(offset))).append('-');
    text.append(HEX.toHexDigits((short) chunk.u16(offset + 4))).append('-');
    text.append(HEX.toHexDigits((short) chunk.u16(offset + 6))).append('-');
    String rest = HEX.formatHex(chunk.copy(offset + 8, 8));
    return text.append(rest, 0, 4).append('-').append(rest, 4, rest.length()).toString();
  }

  private static String systemTime(Chunk chunk, int offset) throws BinXmlException {
    int year = chunk.u16(offset);
    int month = chunk.u16(offset + 2);
    int day = chunk.u16(offset + 6);
    if (year == 0 && month == 0 && day == 0) {
      return time(fileTime(0)); // not set: shown as Windows shows a FILETIME of nothing
    }
    try {
      LocalDateTime time =
          LocalDateTime.of(
              year,
              month,
              day,
              chunk.u16(offset + 8),
              chunk.u16(offset + 10),
              chunk.u16(offset + 12),
              Math.multiplyExact(chunk.u16(offset + 14), 1_000_000));
      return time(time.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException | ArithmeticException e) {
      throw new BinXmlException(offset, "a SYSTEMTIME that is no time");
    }
  }

  // [MS-DTYP] §2.4.2.2
  private static String sid(Chunk chunk, int offset, int length) throws BinXmlException {
    if (length < 8 || length < 8 + 4 * chunk.u8(offset + 1)) {
      throw new BinXmlException(offset, "a SID is cut off");
    }
    int count = chunk.u8(offset + 1);
    StringBuilder text = new StringBuilder("S-").append(chunk.u8(offset)).append('-');
    long authority = 0;
    for (int i = 2; i < 8; i++) {
      authority = authority << 8 | chunk.u8(offset + i);
    }
    text.append(authority);
    for (int i = 0; i < count; i++) {
      text.append('-').append(chunk.i32(offset + 8 + 4 * i) & 0xFFFF_FFFFL);
    }
    return text.toString();
  }

  // Windows shows a string up to its first NUL; buffers behind it hold what was there before.
  private static String untilNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }
}
