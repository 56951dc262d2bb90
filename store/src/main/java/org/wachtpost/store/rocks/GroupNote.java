package org.wachtpost.store.rocks;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What every group says about itself and its forerunners in the write-ahead log, so that a damaged
 * log can be told from a torn one, and the accounts that lost commits from those that did not.
 * Record version 1: number group, flag synced, list of (account prefix, number group).
 *
 * @param group the group's number; numbers grow by one, and start anew, higher, at each opening
 * @param synced true if the group was synced before it was answered
 * @param recent the accounts committed to last before this group, each with the group of its last
 *     commit, oldest first
 * @param complete true if {@code recent} names every account committed to since the opening
 */
record GroupNote(long group, boolean synced, Map<AccountId, Long> recent, boolean complete) {
  private static final int LAYOUT = 1;

  GroupNote {
    recent = new LinkedHashMap<>(recent);
  }

  byte[] toBytes() {
    RecordWriter writer = new RecordWriter(LAYOUT).number(group).flag(synced).flag(complete);
    return writer
        .list(
            recent.entrySet(),
            (out, entry) -> out.raw(Layout.prefix(entry.getKey())).number(entry.getValue()))
        .toBytes();
  }

  static GroupNote ofBytes(byte[] bytes) {
    RecordReader reader = new RecordReader(bytes, LAYOUT);
    long group = reader.number();
    boolean synced = reader.flag();
    boolean complete = reader.flag();
    Map<AccountId, Long> recent = new LinkedHashMap<>();
    for (int i = reader.integer(); i > 0; i--) {
      recent.put(Layout.account(reader.raw(Layout.PREFIX_BYTES), 0), reader.number());
    }
    return new GroupNote(group, synced, recent, complete);
  }

  /** The oldest group about whose accounts this note says everything. */
  long knownFrom() {
    if (complete || recent.isEmpty()) {
      return epoch() << 32;
    }
    return recent.values().iterator().next() + 1;
  }

  /** True if both groups were written after the same opening. */
  boolean sameOpening(GroupNote other) {
    return epoch() == other.epoch();
  }

  /** Which opening of the store wrote it. */
  long epoch() {
    return group >>> 32;
  }

  /** The note inside a write batch as it stands in the log: its first record, if it has one. */
  static byte[] find(ByteBuffer batch) {
    // Write batch: sequence (8), count (4), records; a note is type 3, varint length, bytes.
    batch.position(12);
    if (batch.get() != 3) {
      return new byte[0];
    }
    int length = 0;
    int shift = 0;
    byte next;
    do {
      next = batch.get();
      length |= (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    byte[] note = new byte[length];
    batch.get(note);
    return note;
  }
}
