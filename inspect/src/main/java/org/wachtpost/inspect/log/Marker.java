package org.wachtpost.inspect.log;

/** Finds a byte, {@link Marks#WORD} places at a time. Both kinds pass one contract test. */
sealed interface Marker permits VectorMarker, WordMarker {
  /**
   * Sets bit {@code i % 64} of {@code bits[i / 64]} for every byte {@code i} that is {@code
   * wanted}, clears the others.
   *
   * @param words how many entries of {@code bits} are written; all their bytes are readable
   * @return true if there was one
   */
  boolean mark(byte[] bytes, int words, byte wanted, long[] bits);

  /** Logs of fewer bytes are read before the vectors' classes would be loaded and compiled. */
  long WORTH_VECTORS_BYTES = 64 << 20;

  /** The faster one for so many bytes, if the Java platform was started with it. */
  static Marker best(long bytes) {
    return bytes >= WORTH_VECTORS_BYTES
            && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && VectorMarker.wide()
        ? new VectorMarker()
        : new WordMarker();
  }
}
