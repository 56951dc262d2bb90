package org.wachtpost.store.rocks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * Lists accounts by jumping from one account's first key to the next account's. Where a block is
 * damaged the next numbers are tried one by one, so that the accounts behind it are found.
 */
final class AccountList {
  private static final int PAGE = 256;

  /** How many numbers are tried behind a damaged block before going on with the next kind. */
  private static final int TRIES = 4_096;

  private byte[] next = {0x01};
  private boolean atEnd;
  private @Nullable String damage;

  boolean atEnd() {
    return atEnd;
  }

  /** Throws if accounts may be missing from what was listed. */
  void throwIfDamaged() {
    if (damage != null) {
      throw new StoreException.Corrupt("the list of accounts is not complete: " + damage, null);
    }
  }

  List<AccountId> nextPage(Database database) throws RocksDBException {
    List<AccountId> page = new ArrayList<>();
    try (ReadOptions reading = new ReadOptions().setVerifyChecksums(true);
        RocksIterator iterator = database.rocks().newIterator(database.data(), reading)) {
      while (page.size() < PAGE && !atEnd) {
        step(iterator, page);
      }
    }
    return page;
  }

  private void step(RocksIterator iterator, List<AccountId> page) throws RocksDBException {
    if (!seek(iterator)) {
      return;
    }
    byte[] key = iterator.key();
    AccountId account = Layout.account(key, 0);
    if (key[Layout.PREFIX_BYTES] == Layout.HEAD) {
      page.add(account);
    }
    next = Layout.prefixEnd(account);
  }

  /** False if there is nothing at or behind {@code next}, or only behind what is damaged. */
  private boolean seek(RocksIterator iterator) throws RocksDBException {
    for (int tries = 0; tries < TRIES; tries++) {
      iterator.seek(next);
      if (iterator.isValid()) {
        return true;
      }
      try {
        iterator.status();
        atEnd = true;
        return false;
      } catch (RocksDBException e) {
        if (!RocksFault.isCorruption(e)) {
          throw e;
        }
        damage = e.getMessage();
        next = isPrefix(next) ? Layout.prefixEnd(Layout.account(next, 0)) : nextKind();
        if (next.length == 0) {
          atEnd = true;
          return false;
        }
      }
    }
    next = nextKind();
    atEnd = next.length == 0;
    return false;
  }

  private static boolean isPrefix(byte[] key) {
    return key.length == Layout.PREFIX_BYTES;
  }

  /** Prefix of the first account of the kind behind {@code next}; empty if there is none. */
  private byte[] nextKind() {
    return Stream.of(AccountId.Kind.values())
        .filter(kind -> kind.code() > next[0])
        .min(Comparator.comparingInt(AccountId.Kind::code))
        .map(kind -> Layout.prefix(new AccountId(kind, 0)))
        .orElse(new byte[0]);
  }
}
