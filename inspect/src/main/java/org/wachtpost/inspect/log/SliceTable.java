package org.wachtpost.inspect.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * Remembers a judgement per distinct column value, so that a judgement that is expensive is made
 * once for a path or an address and not once per row. Of bounded size: when {@link #MAX_ENTRIES}
 * are in, it starts anew. One thread only.
 */
public final class SliceTable {
  /** Distinct values remembered at a time. */
  public static final int MAX_ENTRIES = 1 << 15;

  /** Longer values are judged anew each time, so that the table's memory stays bounded. */
  public static final int MAX_KEY_BYTES = 512;

  /**
   * Slots at first: what a server's logs ask about mostly fits, and then stays in the processor's
   * nearest cache. At least every second one is empty.
   */
  private static final int FIRST_SLOTS = 1 << 10;

  private final ToIntFunction<String> judge;
  private long[] hashes = new long[FIRST_SLOTS];
  private byte[][] keys = new byte[FIRST_SLOTS][];
  private int[] values = new int[FIRST_SLOTS];
  private int entries;

  /** A table that asks {@code judge} about values it has not met. */
  public SliceTable(ToIntFunction<String> judge) {
    this.judge = judge;
  }

  /** The judgement on a column's bytes. */
  public int judge(Row row, int column) {
    int length = row.length(column);
    if (length == 0) {
      return judge.applyAsInt("");
    }
    if (length > MAX_KEY_BYTES) {
      return judge.applyAsInt(row.text(column));
    }
    byte[] buffer = row.buffer;
    int from = row.from(column);
    int to = row.to[column];
    long hash = Swar.hash(buffer, from, to);
    int last = keys.length - 1;
    int slot = (int) (hash >>> 40) & last;
    while (true) {
      byte[] key = keys[slot];
      if (key == null) {
        return add(row, column, hash);
      }
      if (hashes[slot] == hash && key.length == to - from && Swar.same(key, buffer, from)) {
        return values[slot];
      }
      slot = (slot + 1) & last;
    }
  }

  private int add(Row row, int column, long hash) {
    byte[] key = Arrays.copyOfRange(row.buffer, row.from(column), row.to[column]);
    int value = judge.applyAsInt(new String(key, StandardCharsets.UTF_8));
    if (entries == MAX_ENTRIES) {
      Arrays.fill(keys, null);
      entries = 0;
    } else if (entries * 2 == keys.length) {
      grow();
    }
    put(hash, key, value);
    entries++;
    return value;
  }

  private void grow() {
    long[] oldHashes = hashes;
    byte[][] oldKeys = keys;
    int[] oldValues = values;
    hashes = new long[oldKeys.length * 2];
    keys = new byte[oldKeys.length * 2][];
    values = new int[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        put(oldHashes[i], oldKeys[i], oldValues[i]);
      }
    }
  }

  private void put(long hash, byte[] key, int value) {
    int last = keys.length - 1;
    int slot = (int) (hash >>> 40) & last;
    while (keys[slot] != null) {
      slot = (slot + 1) & last;
    }
    hashes[slot] = hash;
    keys[slot] = key;
    values[slot] = value;
  }
}
