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

  private static final int SLOTS = MAX_ENTRIES * 2;

  private final ToIntFunction<String> judge;
  private final long[] hashes = new long[SLOTS];
  private final byte[][] keys = new byte[SLOTS][];
  private final int[] values = new int[SLOTS];
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
    int slot = (int) (hash >>> 40) & (SLOTS - 1);
    while (true) {
      byte[] key = keys[slot];
      if (key == null) {
        return add(row, column, hash, slot);
      }
      if (hashes[slot] == hash && key.length == to - from && Swar.same(key, buffer, from)) {
        return values[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  private int add(Row row, int column, long hash, int slot) {
    byte[] key = Arrays.copyOfRange(row.buffer, row.from(column), row.to[column]);
    int value = judge.applyAsInt(new String(key, StandardCharsets.UTF_8));
    if (entries == MAX_ENTRIES) {
      Arrays.fill(keys, null);
      entries = 0;
    }
    hashes[slot] = hash;
    keys[slot] = key;
    values[slot] = value;
    entries++;
    return value;
  }
}
