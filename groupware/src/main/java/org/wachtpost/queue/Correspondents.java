package org.wachtpost.queue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * To whom each account has written before, by a hash of the address: enough to tell a new recipient
 * from an old one, and no address book. Thread-safe.
 */
public final class Correspondents {
  /** After this long without mail somebody is new again. */
  public static final Duration MEMORY = Duration.ofDays(400);

  /** How old what is remembered may be before it is written again. */
  private static final long FRESH_DAYS = 30;

  private static final int LAYOUT = 1;
  private static final int HASH_BYTES = 8;
  private static final int KEYS_A_COMMIT = 500;

  private final Accounts accounts;
  private final InstantSource time;
  private final int shards;

  public Correspondents(Accounts accounts, InstantSource time, int shards) {
    this.accounts = accounts;
    this.time = time;
    this.shards = shards;
  }

  /** Those that the account has not written to before, each once. */
  Set<String> unknown(AccountId writer, Collection<String> addresses) {
    Set<String> unknown = new LinkedHashSet<>();
    try (Snapshot snapshot = accounts.snapshot(shard(writer))) {
      for (String address : addresses) {
        String name = normal(address);
        if (snapshot.read(key(writer, name)) == null) {
          unknown.add(name);
        }
      }
    }
    return unknown;
  }

  /** Remembers that the account wrote to these. */
  void remember(AccountId writer, Collection<String> addresses) {
    List<String> stale = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(shard(writer))) {
      for (String address : addresses) {
        byte[] value = snapshot.read(key(writer, normal(address)));
        if (value == null || day(value) < today() - FRESH_DAYS) {
          stale.add(normal(address));
        }
      }
    }
    byte[] value = new RecordWriter(LAYOUT).number(today()).toBytes();
    for (int from = 0; from < stale.size(); from += KEYS_A_COMMIT) {
      List<String> part = stale.subList(from, Math.min(stale.size(), from + KEYS_A_COMMIT));
      accounts.change(
          shard(writer),
          tx -> {
            part.forEach(each -> tx.put(key(writer, each), value));
            return null;
          });
    }
  }

  /** Forgets whom nobody wrote to for {@link #MEMORY}; a job calls this now and then. */
  public void forgetOld() {
    long before = today() - MEMORY.toDays();
    for (int shard = 0; shard < shards; shard++) {
      AccountId account = new AccountId(AccountId.Kind.QUEUE, shard);
      int forgotten;
      do {
        forgotten = accounts.change(account, tx -> forget(tx, before));
      } while (forgotten == KEYS_A_COMMIT);
    }
  }

  private static int forget(Transaction tx, long before) {
    Key prefix = KeyWriter.prefix(KeySpace.QUEUE_CORRESPONDENT).key();
    List<Key> old = new ArrayList<>();
    try (Cursor cursor =
        tx.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (old.size() < KEYS_A_COMMIT && cursor.next()) {
        if (day(cursor.value()) < before) {
          old.add(cursor.key());
        }
      }
    }
    old.forEach(tx::delete);
    return old.size();
  }

  private long today() {
    return time.instant().getEpochSecond() / Duration.ofDays(1).toSeconds();
  }

  private static long day(byte[] value) {
    return new RecordReader(value, LAYOUT).number();
  }

  private AccountId shard(AccountId writer) {
    return new AccountId(AccountId.Kind.QUEUE, Math.floorMod(writer.number(), shards));
  }

  private static String normal(String address) {
    return address.toLowerCase(Locale.ROOT);
  }

  private static Key key(AccountId writer, String address) {
    try {
      byte[] text = address.getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return KeyWriter.prefix(KeySpace.QUEUE_CORRESPONDENT)
          .u64(writer.number())
          .bytes(Arrays.copyOf(hash, HASH_BYTES))
          .key();
    } catch (NoSuchAlgorithmException e) {
      throw new StoreException.Unavailable("the Java platform lacks SHA-256", e);
    }
  }
}
