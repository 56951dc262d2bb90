package org.wachtpost.inspect.evtx;

/** Counts what a record and its chunk expand to; see {@link EvtxLimits}. */
final class Budget {
  private int recordNodes;
  private int recordCharacters;
  private int chunkNodes;
  private int chunkCharacters;

  void startRecord() {
    recordNodes = 0;
    recordCharacters = 0;
  }

  void node(int offset) throws BinXmlException {
    recordNodes++;
    chunkNodes++;
    if (recordNodes > EvtxLimits.NODES_PER_RECORD || exhausted()) {
      throw new BinXmlException(offset, "expands to more nodes than the limit");
    }
  }

  void characters(int offset, int count) throws BinXmlException {
    recordCharacters += count;
    chunkCharacters += count;
    if (recordCharacters > EvtxLimits.CHARACTERS_PER_RECORD || exhausted()) {
      throw new BinXmlException(offset, "expands to more text than the limit");
    }
  }

  /**
   * Counts at once what a record may expand to at most; false, and nothing counted, if that is more
   * than is left.
   */
  boolean reserve(long nodes, long characters) {
    boolean room =
        recordNodes + nodes <= EvtxLimits.NODES_PER_RECORD
            && recordCharacters + characters <= EvtxLimits.CHARACTERS_PER_RECORD
            && chunkNodes + nodes <= EvtxLimits.NODES_PER_CHUNK
            && chunkCharacters + characters <= EvtxLimits.CHARACTERS_PER_CHUNK;
    if (room) {
      recordNodes += (int) nodes;
      recordCharacters += (int) characters;
      chunkNodes += (int) nodes;
      chunkCharacters += (int) characters;
    }
    return room;
  }

  /** Whether nothing more of this chunk is to be read. */
  boolean exhausted() {
    return chunkNodes > EvtxLimits.NODES_PER_CHUNK
        || chunkCharacters > EvtxLimits.CHARACTERS_PER_CHUNK;
  }
}
