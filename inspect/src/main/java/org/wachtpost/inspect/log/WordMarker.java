package org.wachtpost.inspect.log;

/** Eight bytes at a time, in ordinary registers: works everywhere. */
final class WordMarker implements Marker {
  /** Brings the lowest bits of eight bytes together in the highest byte. */
  private static final long GATHER = 0x0102040810204080L;

  @Override
  public boolean mark(byte[] bytes, int words, byte wanted, long[] bits) {
    long spread = Swar.spread(wanted);
    long any = 0;
    for (int word = 0; word < words; word++) {
      int at = word * Marks.WORD;
      long marks = 0;
      for (int part = 0; part < 8; part++) {
        long hits = Swar.equal(Swar.word(bytes, at + 8 * part), spread) >>> 7;
        marks |= (hits * GATHER >>> 56) << (8 * part);
      }
      bits[word] = marks;
      any |= marks;
    }
    return any != 0;
  }
}
