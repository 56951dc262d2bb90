package org.wachtpost.inspect.generator;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A value that fills a hole of a template. */
public sealed interface EvtxValue {

  /** Bytes of a type of [MS-EVEN6] §2.2.18. */
  record Plain(int type, byte[] bytes) implements EvtxValue {}

  /** BinXml inside a value: fragments, each a template and what fills it. */
  record Embedded(List<Fragment> fragments) implements EvtxValue {}

  /** A template and its values; without a template identifier the element is written bare. */
  record Fragment(BinXmlPart.Element template, List<EvtxValue> values, boolean asTemplate) {}

  static EvtxValue none() {
    return new Plain(0x00, new byte[0]);
  }

  static EvtxValue string(String text) {
    return new Plain(0x01, text.getBytes(StandardCharsets.UTF_16LE));
  }

  static EvtxValue strings(List<String> texts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String text : texts) {
      all.writeBytes(text.getBytes(StandardCharsets.UTF_16LE));
      all.write(0);
      all.write(0);
    }
    return new Plain(0x81, all.toByteArray());
  }

  static EvtxValue u8(int value) {
    return new Plain(0x04, new byte[] {(byte) value});
  }

  static EvtxValue u16(int value) {
    return new Plain(0x06, little(2).putShort((short) value).array());
  }

  static EvtxValue u32(long value) {
    return new Plain(0x08, little(4).putInt((int) value).array());
  }

  static EvtxValue u64(long value) {
    return new Plain(0x0A, little(8).putLong(value).array());
  }

  static EvtxValue hex64(long value) {
    return new Plain(0x15, little(8).putLong(value).array());
  }

  static EvtxValue time(Instant time) {
    return new Plain(0x11, little(8).putLong(fileTime(time)).array());
  }

  static EvtxValue guid(UUID guid) {
    return new Plain(0x0F, guidBytes(guid));
  }

  static EvtxValue embedded(BinXmlPart.Element template, List<EvtxValue> values) {
    return new Embedded(List.of(new Fragment(template, values, true)));
  }

  /** A SID written like {@code S-1-5-18}, or none for the empty string. */
  static EvtxValue sid(String sid) {
    if (sid.isEmpty()) {
      return none();
    }
    String[] parts = sid.split("-", -1);
    ByteBuffer bytes = little(8 + 4 * (parts.length - 3));
    bytes.put((byte) Integer.parseInt(parts[1])).put((byte) (parts.length - 3));
    long authority = Long.parseLong(parts[2]);
    for (int shift = 40; shift >= 0; shift -= 8) {
      bytes.put((byte) (authority >>> shift));
    }
    for (int i = 3; i < parts.length; i++) {
      bytes.putInt((int) Long.parseLong(parts[i]));
    }
    return new Plain(0x13, bytes.array());
  }

  static long fileTime(Instant time) {
    return (time.getEpochSecond() + 11_644_473_600L) * 10_000_000L + time.getNano() / 100;
  }

  static byte[] guidBytes(UUID guid) {
    ByteBuffer bytes = little(16);
    bytes.putInt((int) (guid.getMostSignificantBits() >>> 32));
    bytes.putShort((short) (guid.getMostSignificantBits() >>> 16));
    bytes.putShort((short) guid.getMostSignificantBits());
    bytes.order(ByteOrder.BIG_ENDIAN).putLong(guid.getLeastSignificantBits());
    return bytes.array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
