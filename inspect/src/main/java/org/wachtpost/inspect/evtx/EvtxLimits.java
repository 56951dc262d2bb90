package org.wachtpost.inspect.evtx;

/**
 * What the reader gives up at. A chunk is 64 KiB, but templates that name each other could make it
 * any size: these numbers are far above what Windows writes and keep a hostile file cheap.
 */
public final class EvtxLimits {

  /** Elements and templates inside each other, in levels. */
  public static final int NESTING_LEVELS = 64;

  /** Nodes (elements, attributes, texts) that one record may expand to. */
  public static final int NODES_PER_RECORD = 65_536;

  /** Characters that one record may expand to. */
  public static final int CHARACTERS_PER_RECORD = 1 << 20;

  /** Nodes that the templates and records of one chunk may expand to together. */
  public static final int NODES_PER_CHUNK = 1 << 18;

  /** Characters that the records of one chunk may expand to together. */
  public static final int CHARACTERS_PER_CHUNK = 4 << 20;

  /** Places of damage reported per file; the rest is only counted. */
  public static final int DAMAGE_REPORTS_PER_FILE = 10_000;

  private EvtxLimits() {}
}
