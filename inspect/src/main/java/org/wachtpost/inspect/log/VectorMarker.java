package org.wachtpost.inspect.log;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many bytes at a time as the processor compares at once. Needs the module {@code
 * jdk.incubator.vector}, which the launcher asks for.
 */
final class VectorMarker implements Marker {
  private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** True if it is worth the while: at least 16 bytes at a time. */
  static boolean wide() {
    return LANES >= 16;
  }

  @Override
  public boolean mark(byte[] bytes, int words, byte wanted, long[] bits) {
    long any = 0;
    for (int word = 0; word < words; word++) {
      int at = word * Marks.WORD;
      long marks = 0;
      for (int part = 0; part < Marks.WORD; part += LANES) {
        marks |= ByteVector.fromArray(SPECIES, bytes, at + part).eq(wanted).toLong() << part;
      }
      bits[word] = marks;
      any |= marks;
    }
    return any != 0;
  }
}
