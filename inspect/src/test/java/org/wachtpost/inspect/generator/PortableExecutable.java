package org.wachtpost.inspect.generator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The smallest program file that says its version: headers and one resource. It cannot run. */
public final class PortableExecutable {
  private static final int PE_AT = 0x80;
  private static final int SECTION_RVA = 0x1000;
  private static final int SECTION_AT = 0x200;
  private static final int SECTION_SIZE = 0x200;
  private static final int OPTIONAL_HEADER_SIZE = 0xF0;
  private static final int RESOURCE_TYPE_VERSION = 16;

  private PortableExecutable() {}

  /** With a file version such as 15.01.2106.002. */
  public static byte[] withVersion(String build) {
    ByteBuffer file = ByteBuffer.allocate(SECTION_AT + SECTION_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3C, PE_AT);
    file.position(PE_AT);
    file.putInt(0x4550).putShort((short) 0x8664).putShort((short) 1);
    file.position(PE_AT + 20);
    file.putShort((short) OPTIONAL_HEADER_SIZE).putShort((short) 0x22);
    int optional = PE_AT + 24;
    file.putShort(optional, (short) 0x20B); // PE32+
    file.putInt(optional + 32, 0x1000).putInt(optional + 36, 0x200); // alignments
    file.putInt(optional + 56, 0x2000).putInt(optional + 60, SECTION_AT);
    file.putInt(optional + 108, 16); // number of directories
    file.putInt(optional + 112 + 2 * 8, SECTION_RVA).putInt(optional + 116 + 2 * 8, SECTION_SIZE);
    int section = optional + OPTIONAL_HEADER_SIZE;
    file.position(section);
    file.put(".rsrc\0\0\0".getBytes(StandardCharsets.US_ASCII));
    file.putInt(SECTION_SIZE).putInt(SECTION_RVA).putInt(SECTION_SIZE).putInt(SECTION_AT);
    resource(file, build.split("\\."));
    return file.array();
  }

  private static void resource(ByteBuffer file, String[] build) {
    int base = SECTION_AT;
    directory(file, base, RESOURCE_TYPE_VERSION, 0x8000_0000 | 24);
    directory(file, base + 24, 1, 0x8000_0000 | 48);
    directory(file, base + 48, 1_033, 72);
    int data = 88;
    file.putInt(base + 72, SECTION_RVA + data);
    int start = base + data;
    file.position(start + 2);
    file.putShort((short) 52).putShort((short) 0);
    file.put("VS_VERSION_INFO\0".getBytes(StandardCharsets.UTF_16LE));
    while ((file.position() - start) % 4 != 0) {
      file.put((byte) 0);
    }
    int high = Integer.parseInt(build[0]) << 16 | Integer.parseInt(build[1]);
    int low = Integer.parseInt(build[2]) << 16 | Integer.parseInt(build[3]);
    file.putInt(0xFEEF04BD).putInt(0x10000).putInt(high).putInt(low).putInt(high).putInt(low);
    file.position(file.position() + 28);
    int size = file.position() - start;
    file.putShort(start, (short) size);
    file.putInt(base + 76, size);
  }

  private static void directory(ByteBuffer file, int at, int id, int offset) {
    file.putShort(at + 14, (short) 1); // one entry, by number
    file.putInt(at + 16, id).putInt(at + 20, offset);
  }
}
