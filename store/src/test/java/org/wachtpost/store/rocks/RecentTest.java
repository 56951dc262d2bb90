package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;

class RecentTest {
  private static final AccountId ACCOUNT = new AccountId(AccountId.Kind.PERSON, 1);
  private static final Key SHORT = Key.of(new byte[] {'M'});
  private static final Key LONG = Key.of(new byte[] {'U', 0, 0, 0, 1, 0, 0, 0, 1});
  private static final int COMMITS = 400;

  @TempDir private Path directory;
  private final Random random = new Random(7);

  /** A kept value must never be of another version than what the engine gives for the others. */
  @Test
  void aSnapshotShowsOneVersionWhileOthersCommit() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (RocksStore store = RocksStore.open(directory, RocksSettings.defaults());
        ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Integer>> looked = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        looked.add(readers.submit(() -> readUntil(store, over)));
      }
      for (long version = 0; version < COMMITS; version++) {
        Batch batch = new Batch();
        byte[] value = ByteBuffer.allocate(8).putLong(version + 1).array();
        batch.put(SHORT, value);
        batch.put(LONG, value);
        store.commit(ACCOUNT, version, CommitId.random(random), batch);
      }
      over.set(true);
      for (Future<Integer> each : looked) {
        assertThat(each.get()).isPositive();
      }
    } finally {
      over.set(true);
    }
  }

  private static int readUntil(RocksStore store, AtomicBoolean over) {
    int looked = 0;
    while (!over.get() || looked == 0) {
      try (Snapshot snapshot = store.snapshot(ACCOUNT)) {
        long version = snapshot.version();
        assertThat(number(snapshot.read(SHORT))).isEqualTo(version);
        assertThat(number(snapshot.read(LONG))).isEqualTo(version);
        assertThat(number(snapshot.read(SHORT))).isEqualTo(version);
        looked++;
      }
    }
    return looked;
  }

  private static long number(byte[] value) {
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  @Test
  void aChangedArrayOfAReaderChangesNothing() {
    try (RocksStore store = RocksStore.open(directory, RocksSettings.defaults())) {
      Batch batch = new Batch();
      batch.put(SHORT, new byte[] {1});
      store.commit(ACCOUNT, 0, CommitId.random(random), batch);
      try (Snapshot snapshot = store.snapshot(ACCOUNT)) {
        byte[] read = snapshot.read(SHORT);
        assertThat(read).containsExactly(1);
        read[0] = 9;
        assertThat(snapshot.read(SHORT)).containsExactly(1);
      }
    }
  }

  @Test
  void aDroppedAccountIsForgotten() {
    try (RocksStore store = RocksStore.open(directory, RocksSettings.defaults())) {
      Batch batch = new Batch();
      batch.put(SHORT, new byte[] {1});
      store.commit(ACCOUNT, 0, CommitId.random(random), batch);
      store.drop(ACCOUNT);
      try (Snapshot snapshot = store.snapshot(ACCOUNT)) {
        assertThat(snapshot.version()).isZero();
        assertThat(snapshot.read(SHORT)).isNull();
      }
    }
  }

  @Test
  void keepsShortValuesOfAFewAccounts() {
    Recent recent = new Recent();
    for (int i = 0; i < 3 * Recent.ACCOUNTS; i++) {
      AccountId account = new AccountId(AccountId.Kind.PERSON, i + 1);
      recent.begin(List.of(account));
      Map<Key, Optional<byte[]>> writes = new HashMap<>();
      for (byte key = 0; key < 2 * Recent.VALUES; key++) {
        writes.put(Key.of(new byte[] {key}), Optional.of(new byte[Recent.VALUE_BYTES]));
      }
      Key large = Key.of(new byte[] {'L'});
      writes.put(large, Optional.of(new byte[Recent.VALUE_BYTES + 1]));
      recent.written(
          Map.of(account, AccountHead.EMPTY.after(CommitId.random(random))),
          Map.of(account, writes));
      Recent.State state = recent.state(account);
      assertThat(state).isNotNull();
      assertThat(state.value(large)).isNull();
      assertThat(writes.keySet().stream().filter(key -> state.value(key) != null))
          .hasSize(Recent.VALUES);
    }
    long kept = 0;
    for (int i = 0; i < 3 * Recent.ACCOUNTS; i++) {
      kept += recent.state(new AccountId(AccountId.Kind.PERSON, i + 1)) == null ? 0 : 1;
    }
    assertThat(kept).isLessThanOrEqualTo(Recent.ACCOUNTS);
  }
}
