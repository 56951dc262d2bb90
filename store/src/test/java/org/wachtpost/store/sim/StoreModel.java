package org.wachtpost.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;

/** What a store must hold: plain maps, told of every change that was acknowledged. */
public final class StoreModel {
  private static final Key FIRST = Key.of(new byte[] {0});
  private static final Key LAST = Key.of(new byte[] {-1, -1, -1});

  private final TreeMap<AccountId, Account> accounts = new TreeMap<>();

  private static final class Account {
    private long version;
    private final TreeMap<Key, byte[]> entries = new TreeMap<>();
    private final TreeMap<BlobId, byte[]> blobs = new TreeMap<>();
    private final Set<BlobId> loose = new HashSet<>();
    private final List<CommitId> commits = new ArrayList<>();
  }

  private Account account(AccountId id) {
    return accounts.computeIfAbsent(id, _ -> new Account());
  }

  public long version(AccountId account) {
    return account(account).version;
  }

  /** Blobs that the account has, durable or not. */
  public Map<BlobId, byte[]> blobs(AccountId account) {
    return account(account).blobs;
  }

  public void committed(AccountId id, CommitId commit, Batch batch) {
    Account account = account(id);
    account.version++;
    account.commits.add(commit);
    batch
        .writes()
        .forEach((key, value) -> {
          if (value.isPresent()) {
            account.entries.put(key, value.get());
          } else {
            account.entries.remove(key);
          }
        });
    account.blobs.putAll(batch.addedBlobs());
    account.loose.removeAll(batch.addedBlobs().keySet());
    account.loose.removeAll(batch.requiredBlobs());
    batch.droppedBlobs().forEach(account.blobs::remove);
    account.loose.removeAll(batch.droppedBlobs());
  }

  /** A blob was written that no commit requires yet. */
  public void streamed(AccountId id, byte[] content) {
    Account account = account(id);
    BlobId blob = BlobId.ofContent(content);
    if (account.blobs.putIfAbsent(blob, content) == null) {
      account.loose.add(blob);
    }
  }

  public void dropped(AccountId account) {
    accounts.remove(account);
  }

  /** Power was lost: blobs that no commit required may be gone; what is there must be whole. */
  public void forgetLooseBlobs(Store store) {
    accounts.forEach((id, account) -> {
      account.loose.removeIf(blob -> {
        boolean gone = store.blobSize(id, blob).isEmpty();
        if (gone) {
          account.blobs.remove(blob);
        }
        return gone;
      });
    });
  }

  /** Asserts that the store holds exactly this. */
  public void verify(Store store) {
    List<AccountId> listed = new ArrayList<>();
    store.forEachAccount(listed::add);
    List<AccountId> expected = new ArrayList<>();
    accounts.forEach((id, account) -> {
      if (account.version > 0) {
        expected.add(id);
      }
    });
    assertThat(listed).isEqualTo(expected);
    accounts.keySet().forEach(id -> verify(store, id));
  }

  /** Asserts that the store holds exactly this of one account. */
  public void verify(Store store, AccountId id) {
    Account account = account(id);
    try (Snapshot snapshot = store.snapshot(id)) {
      verifyEntries(snapshot, account);
    }
    assertThat(store.version(id)).isEqualTo(account.version);
    Map<BlobId, Long> sizes = new HashMap<>();
    store.forEachBlob(id, entry -> sizes.put(entry.blob(), entry.size()));
    assertThat(sizes.keySet()).as("blobs of %s", id).isEqualTo(account.blobs.keySet());
    account.blobs.forEach(
        (blob, content) -> assertThat(content(store, id, blob)).isEqualTo(content));
    int count = account.commits.size();
    for (int i = Math.max(0, count - 2 * Limits.REMEMBERED_COMMITS); i < count; i++) {
      Optional<Long> outcome =
          i < count - Limits.REMEMBERED_COMMITS
              ? Optional.empty()
              : Optional.of(account.version - (count - 1 - i));
      assertThat(store.outcome(id, account.commits.get(i))).isEqualTo(outcome);
    }
  }

  private static byte[] content(Store store, AccountId id, BlobId blob) {
    try (InputStream in = store.openBlob(id, blob, 0).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void verifyEntries(Snapshot snapshot, Account account) {
    assertThat(snapshot.version()).isEqualTo(account.version);
    for (Direction direction : Direction.values()) {
      TreeMap<Key, byte[]> seen = new TreeMap<>();
      List<Key> order = new ArrayList<>();
      try (Cursor cursor = snapshot.range(FIRST, LAST, direction, Integer.MAX_VALUE)) {
        while (cursor.next()) {
          seen.put(cursor.key(), cursor.value());
          order.add(cursor.key());
        }
      }
      assertThat(seen.keySet()).isEqualTo(account.entries.keySet());
      assertThat(direction == Direction.FORWARD ? order : order.reversed()).isSorted();
      seen.forEach((key, value) -> assertThat(value).isEqualTo(account.entries.get(key)));
    }
  }
}
