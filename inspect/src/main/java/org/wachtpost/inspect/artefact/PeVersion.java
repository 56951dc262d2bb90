package org.wachtpost.inspect.artefact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The file version in a Windows program's version resource. */
public final class PeVersion {
  private static final int SIGNATURE = 0xFEEF04BD;
  private static final int FIXED_BYTES = 52;
  private static final int STRUCT_VERSION = 0x0001_0000;

  private PeVersion() {}

  /**
   * The version as {@code 15.1.2375.17}; null if the bytes are no program or have no version.
   *
   * <p>The fixed block is found by its signature and structure version: that needs no trust in the
   * program's own tables, which a copy may have damaged.
   */
  public static @Nullable String fileVersion(byte[] program) {
    if (program.length < 64 || program[0] != 'M' || program[1] != 'Z') {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + FIXED_BYTES <= program.length; at++) {
      if (program[at] == (byte) 0xBD
          && bytes.getInt(at) == SIGNATURE
          && bytes.getInt(at + 4) == STRUCT_VERSION) {
        int high = bytes.getInt(at + 8);
        int low = bytes.getInt(at + 12);
        return (high >>> 16) + "." + (high & 0xffff) + "." + (low >>> 16) + "." + (low & 0xffff);
      }
    }
    return null;
  }
}
