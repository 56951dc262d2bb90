package org.wachtpost.inspect.evidence;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes archives byte by byte, also such as no program makes. */
final class RawZip {
  static final int LOCAL = 0x04034b50;
  static final int CENTRAL = 0x02014b50;

  private final ByteArrayOutputStream files = new ByteArrayOutputStream();
  private final List<byte[]> directory = new ArrayList<>();
  private int flags;
  private int method;
  private int mode;
  private long claimed = -1;

  RawZip flags(int bits) {
    flags = bits;
    return this;
  }

  RawZip method(int number) {
    method = number;
    return this;
  }

  RawZip mode(int bits) {
    mode = bits;
    return this;
  }

  RawZip claiming(long size) {
    claimed = size;
    return this;
  }

  RawZip stored(String name, byte[] content) {
    return add(name, content, content, method, flags, false);
  }

  RawZip deflated(String name, byte[] content) {
    return add(name, content, deflate(content), 8, flags, false);
  }

  RawZip wide(String name, byte[] content) {
    return add(name, content, deflate(content), 8, flags, true);
  }

  RawZip streamed(String name, byte[] content) {
    return add(name, content, content, 0, flags | 8, false);
  }

  RawZip unknown(String name, byte[] content) {
    return add(name, content, deflate(content), 8, flags | 8, false);
  }

  /** One more directory entry for the first file. */
  RawZip again(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] first = directory.getFirst();
    ByteBuffer record =
        ByteBuffer.allocate(46 + bytes.length).order(ByteOrder.LITTLE_ENDIAN).put(first, 0, 46);
    record.putShort(28, (short) bytes.length).putShort(30, (short) 0).put(bytes);
    directory.add(record.array());
    return this;
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] packed = new byte[content.length + 1000];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }

  private RawZip add(String name, byte[] content, byte[] packed, int how, int bits, boolean wide) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    CRC32 sum = new CRC32();
    sum.update(content);
    long size = claimed >= 0 ? claimed : content.length;
    int offset = files.size();
    boolean descriptor = (bits & 8) != 0;
    byte[] extra = new byte[0];
    if (wide) {
      extra =
          ByteBuffer.allocate(20)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) 1)
              .putShort((short) 16)
              .putLong(size)
              .putLong(packed.length)
              .array();
    }
    ByteBuffer local =
        ByteBuffer.allocate(30 + bytes.length + extra.length).order(ByteOrder.LITTLE_ENDIAN);
    local.putInt(LOCAL).putShort((short) 20).putShort((short) bits).putShort((short) how);
    local.putInt(0).putInt(descriptor ? 0 : (int) sum.getValue());
    local.putInt(descriptor ? 0 : wide ? -1 : packed.length);
    local.putInt(descriptor ? 0 : wide ? -1 : (int) size);
    local.putShort((short) bytes.length).putShort((short) extra.length).put(bytes).put(extra);
    files.writeBytes(local.array());
    files.writeBytes(packed);
    if (descriptor) {
      files.writeBytes(
          ByteBuffer.allocate(16)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(0x08074b50)
              .putInt((int) sum.getValue())
              .putInt(packed.length)
              .putInt((int) size)
              .array());
    }
    ByteBuffer central =
        ByteBuffer.allocate(46 + bytes.length + extra.length).order(ByteOrder.LITTLE_ENDIAN);
    central.putInt(CENTRAL).putShort((short) (mode == 0 ? 20 : 0x0314)).putShort((short) 20);
    central.putShort((short) bits).putShort((short) how).putInt(0).putInt((int) sum.getValue());
    central.putInt(wide ? -1 : packed.length).putInt(wide ? -1 : (int) size);
    central.putShort((short) bytes.length).putShort((short) extra.length).putShort((short) 0);
    central.putInt(0).putShort((short) 0).putShort((short) mode).putInt(offset);
    directory.add(central.put(bytes).put(extra).array());
    claimed = -1;
    return this;
  }

  byte[] bytes() {
    int from = files.size();
    directory.forEach(files::writeBytes);
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN).putInt(0x06054b50);
    end.putInt(0).putShort((short) directory.size()).putShort((short) directory.size());
    end.putInt(files.size() - from).putInt(from).putShort((short) 0);
    files.writeBytes(end.array());
    return files.toByteArray();
  }
}
