package org.wachtpost.queue;

import java.time.Instant;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What happened with a message, in words.
 *
 * @param words may hold text from the network: hostile when shown
 */
public record TraceEntry(Instant time, String words) {
  /** Longest entry, characters. */
  static final int CHARACTERS = 16_000;

  private static final int LAYOUT_VERSION = 1;

  public TraceEntry {
    words = words.length() > CHARACTERS ? words.substring(0, CHARACTERS) : words;
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT_VERSION).number(time.toEpochMilli()).text(words).toBytes();
  }

  static TraceEntry decode(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT_VERSION);
    return new TraceEntry(Instant.ofEpochMilli(in.number()), in.text());
  }
}
