package org.wachtpost.store.rocks;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Key;

/**
 * The version and the short values of the accounts that were committed to last, so that a change
 * need not ask the engine for what the change before it has written: an account's counters have
 * short keys, and every change reads them.
 *
 * <p>Why a snapshot may use it: the commit thread takes an account's {@link State} away before it
 * writes to the account, and puts another one there after the write is durable. Whoever finds the
 * same state before and after it took a native snapshot has a snapshot of just that state. States
 * only gain values, read from such snapshots.
 */
final class Recent {
  /** Keys up to this length are kept, octets. */
  static final int KEY_BYTES = 5;

  /** Values up to this length are kept, octets. */
  static final int VALUE_BYTES = 256;

  /** Values kept of one account. */
  static final int VALUES = 16;

  /** Accounts kept; when there are so many all are forgotten. */
  static final int ACCOUNTS = 2_048;

  private final ConcurrentHashMap<AccountId, State> states = new ConcurrentHashMap<>();

  /** Taken away and not put back yet. Used by the commit thread only. */
  private final Map<AccountId, State> before = new HashMap<>();

  /** What is known to be at a key. */
  static final class Value {
    private final byte @Nullable [] bytes;

    private Value(byte @Nullable [] bytes) {
      this.bytes = bytes == null ? null : bytes.clone();
    }

    /** The caller's own copy; null if there is nothing at the key. */
    byte @Nullable [] bytes() {
      return bytes == null ? null : bytes.clone();
    }
  }

  /** An account at one version. */
  static final class State {
    private final long version;
    private final ConcurrentHashMap<Key, Value> values = new ConcurrentHashMap<>();

    State(long version) {
      this.version = version;
    }

    long version() {
      return version;
    }

    /** What is at the key, null if that is not known. */
    @Nullable Value value(Key key) {
      return key.length() <= KEY_BYTES ? values.get(key) : null;
    }

    /** What is at the key in this version. */
    void learn(Key key, byte @Nullable [] value) {
      boolean isShort = key.length() <= KEY_BYTES && (value == null || value.length <= VALUE_BYTES);
      if (isShort && values.size() < VALUES) {
        values.put(key, new Value(value));
      }
    }
  }

  @Nullable State state(AccountId account) {
    return states.get(account);
  }

  /** These accounts are going to be written to. Called by the commit thread. */
  void begin(Collection<AccountId> accounts) {
    before.clear();
    for (AccountId account : accounts) {
      State state = states.remove(account);
      if (state != null) {
        before.put(account, state);
      }
    }
  }

  /**
   * What was begun is durable. Called by the commit thread.
   *
   * @param heads of the accounts that were written to
   * @param written short keys that were written
   */
  void written(
      Map<AccountId, AccountHead> heads, Map<AccountId, Map<Key, Optional<byte[]>>> written) {
    if (states.size() + heads.size() > ACCOUNTS) {
      states.clear();
    }
    heads.forEach((account, head) -> {
      State after = new State(head.version());
      Map<Key, Optional<byte[]>> writes = written.getOrDefault(account, Map.of());
      State state = before.get(account);
      if (state != null && head.version() > state.version) {
        after.values.putAll(state.values);
      }
      writes.forEach((key, value) -> {
        after.values.remove(key);
        after.learn(key, value.orElse(null));
      });
      states.put(account, after);
    });
    before.clear();
  }

  /** Forgets all: the database was opened again, or a write has failed. */
  void clear() {
    states.clear();
    before.clear();
  }
}
