package org.wachtpost.inspect.log;

/** Finds bytes, {@link Marks#WORD} places at a time. Both kinds pass one contract test. */
sealed interface Marker permits VectorMarker, WordMarker {
  /**
   * Writes {@link Marks#KINDS} entries of {@code bits} for each {@link Marks#WORD} bytes: which of
   * these are line ends, which are the separator, and which are quotes.
   *
   * @param words how many times as many bytes are looked at; all of them are readable
   * @return true if there was a quote
   */
  boolean mark(byte[] bytes, int words, byte separator, long[] bits);

  /** Logs of fewer bytes are read before the vectors' classes would be loaded and compiled. */
  long WORTH_VECTORS_BYTES = 256 << 10;

  /** The faster one for many bytes, if the Java platform was started with it. */
  static Marker best() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && VectorMarker.wide()
        ? new VectorMarker()
        : new WordMarker();
  }
}
