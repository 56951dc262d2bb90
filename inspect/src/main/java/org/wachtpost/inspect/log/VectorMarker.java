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
  public boolean mark(byte[] bytes, int words, byte separator, long[] bits) {
    long any = 0;
    for (int word = 0; word < words; word++) {
      int at = word * Marks.WORD;
      long newlines = 0;
      long separators = 0;
      long quotes = 0;
      for (int part = 0; part < Marks.WORD; part += LANES) {
        ByteVector vector = ByteVector.fromArray(SPECIES, bytes, at + part);
        newlines |= vector.eq((byte) '\n').toLong() << part;
        separators |= vector.eq(separator).toLong() << part;
        quotes |= vector.eq((byte) '"').toLong() << part;
      }
      int place = word * Marks.KINDS;
      bits[place + Marks.NEWLINES] = newlines;
      bits[place + Marks.SEPARATORS] = separators;
      bits[place + Marks.QUOTES] = quotes;
      any |= quotes;
    }
    return any != 0;
  }
}
