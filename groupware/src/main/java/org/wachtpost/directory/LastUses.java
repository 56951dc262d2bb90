package org.wachtpost.directory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;

/**
 * When each credential was last used. Noted in memory and kept every few seconds, so that a log-in
 * waits for no commit; a crash loses the last seconds. Thread-safe.
 */
final class LastUses {
  private static final int USES_A_COMMIT = 500;

  private final Accounts accounts;
  private final Map<Key, Pending> pending = new ConcurrentHashMap<>();

  private record Pending(AccountId account, LastUse use) {}

  LastUses(Accounts accounts) {
    this.accounts = accounts;
  }

  void note(AccountId account, LastUse use) {
    pending.put(DirectoryRecords.lastUse(account, use.credential()), new Pending(account, use));
  }

  /** Keeps what was noted since the last call. */
  void flush() {
    Map<Key, Pending> some = new HashMap<>();
    pending.forEach((key, noted) -> {
      if (some.size() < USES_A_COMMIT) {
        some.put(key, noted);
      }
    });
    if (some.isEmpty()) {
      return;
    }
    accounts.change(
        AccountId.DIRECTORY,
        tx -> {
          some.forEach((key, noted) -> {
            if (isThere(tx, noted)) {
              tx.put(key, DirectoryRecords.write(noted.use()));
            }
          });
          return some.size();
        });
    some.forEach(pending::remove);
  }

  /** The credential may be gone since it was used. */
  private static boolean isThere(Transaction tx, Pending noted) {
    byte[] stored = tx.read(DirectoryRecords.account(noted.account()));
    return stored != null
        && DirectoryRecords.readAccount(noted.account(), stored)
            .secrets()
            .containsKey(noted.use().credential());
  }

  List<LastUse> of(AccountId account) {
    flush();
    Key from = DirectoryRecords.lastUsesOf(account);
    List<LastUse> uses = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(AccountId.DIRECTORY);
        Cursor cursor =
            snapshot.range(from, from.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        uses.add(DirectoryRecords.readLastUse(cursor.value()));
      }
    }
    return uses;
  }

  /** Those kept of an account, as a change sees them. */
  static List<Key> kept(Transaction tx, AccountId account) {
    Key from = DirectoryRecords.lastUsesOf(account);
    List<Key> keys = new ArrayList<>();
    try (Cursor cursor = tx.range(from, from.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        keys.add(cursor.key());
      }
    }
    return keys;
  }
}
