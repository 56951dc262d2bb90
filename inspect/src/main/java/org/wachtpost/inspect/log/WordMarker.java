package org.wachtpost.inspect.log;

/** Eight bytes at a time, in ordinary registers: works everywhere. */
final class WordMarker implements Marker {
  /** Brings the lowest bits of eight bytes together in the highest byte. */
  private static final long GATHER = 0x0102040810204080L;

  private static final long NEWLINE = Swar.spread('\n');
  private static final long QUOTE = Swar.spread('"');

  @Override
  public boolean mark(byte[] bytes, int words, byte separator, long[] bits) {
    long spread = Swar.spread(separator);
    long any = 0;
    for (int word = 0; word < words; word++) {
      int at = word * Marks.WORD;
      long newlines = 0;
      long separators = 0;
      long quotes = 0;
      for (int part = 0; part < Marks.WORD; part += Long.BYTES) {
        long eight = Swar.word(bytes, at + part);
        newlines |= gathered(Swar.equal(eight, NEWLINE)) << part;
        separators |= gathered(Swar.equal(eight, spread)) << part;
        quotes |= gathered(Swar.equal(eight, QUOTE)) << part;
      }
      int place = word * Marks.KINDS;
      bits[place + Marks.NEWLINES] = newlines;
      bits[place + Marks.SEPARATORS] = separators;
      bits[place + Marks.QUOTES] = quotes;
      any |= quotes;
    }
    return any != 0;
  }

  /** Eight bits of the top bits of eight bytes. */
  private static long gathered(long tops) {
    return (tops >>> 7) * GATHER >>> 56;
  }
}
