package org.wachtpost.imap.wire;

/**
 * What one command may cost to read.
 *
 * @param lineBytes bytes of one command outside its literals
 * @param literalBytes bytes of all literals of one command that are arguments (not messages)
 * @param skipBytes bytes of a refused command that are read over to stay in step; beyond that the
 *     connection ends
 * @param sequenceRanges ranges in one sequence set
 * @param nesting depth of search keys, of which OR, NOT and parentheses are a level each: programs
 *     ask for mail of a hundred people, in as many ORs; bounded by a thread's stack
 * @param searchKeys keys in one SEARCH, SORT or THREAD
 */
public record WireLimits(
    int lineBytes,
    int literalBytes,
    long skipBytes,
    int sequenceRanges,
    int nesting,
    int searchKeys) {
  public static final WireLimits STANDARD =
      new WireLimits(65_536, 262_144, 256L * 1024 * 1024, 16_384, 250, 2_048);

  /**
   * The same before log-in: whoever comes by may hold little memory. A line takes the longest SASL
   * response in Base64.
   */
  public WireLimits unauthenticated() {
    return new WireLimits(
        Math.min(lineBytes, 16_384),
        Math.min(literalBytes, 4_096),
        skipBytes,
        sequenceRanges,
        nesting,
        searchKeys);
  }

  public WireLimits {
    if (lineBytes <= 0 || literalBytes <= 0 || skipBytes < literalBytes) {
      throw new IllegalArgumentException("limits do not fit together");
    }
  }
}
