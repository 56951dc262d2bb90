package org.wachtpost.inspect.check;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.rules.Rules;

/**
 * Is a column a published attacker's address? The first bytes of nearly every address say no
 * already; only the rest is turned into text. One thread.
 */
final class KnownAddresses {
  private static final int PREFIX = 7;
  private static final int BITS = 1 << 12;

  private final SliceTable exact;
  private final boolean[] prefixes = new boolean[BITS];
  private final boolean all;

  KnownAddresses(Rules rules) {
    exact = new SliceTable(text -> rules.address(Urls.client(text)).isPresent() ? 1 : 0);
    Set<String> known = rules.addresses();
    boolean shorter = false;
    for (String address : known) {
      byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
      if (bytes.length < PREFIX) {
        shorter = true;
      } else {
        long word = 0;
        for (int i = 0; i < PREFIX; i++) {
          word |= (bytes[i] & 0xffL) << (8 * i);
        }
        prefixes[slot(word)] = true;
      }
    }
    all = shorter;
  }

  /** True if the column holds a published address, with or without port and zone. */
  boolean contains(Row row, int column) {
    int length = row.length(column);
    if (length == 0) {
      return false;
    }
    // An address that begins with a digit has nothing before it that would have to be taken off.
    byte first = row.at(column, 0);
    if (length >= PREFIX && first >= '0' && first <= '9' && !all) {
      long word = row.word(column) & (-1L >>> (64 - 8 * PREFIX));
      if (!prefixes[slot(word)]) {
        return false;
      }
    }
    return exact.judge(row, column) != 0;
  }

  private static int slot(long word) {
    return (int) (word * 0x9E3779B97F4A7C15L >>> 52);
  }
}
