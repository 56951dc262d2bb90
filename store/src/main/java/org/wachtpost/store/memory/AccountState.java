package org.wachtpost.store.memory;

import java.util.Map;
import java.util.Optional;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;

/** All of an account at one moment; immutable. */
record AccountState(
    AccountHead head, PersistentMap<Key, byte[]> entries, PersistentMap<BlobId, byte[]> blobs) {

  static final AccountState EMPTY =
      new AccountState(AccountHead.EMPTY, new PersistentMap<>(), new PersistentMap<>());

  AccountState after(LogRecord.Commit commit) {
    PersistentMap<Key, byte[]> newEntries = entries;
    for (Map.Entry<Key, Optional<byte[]>> write : commit.writes().entrySet()) {
      Key key = write.getKey();
      newEntries =
          write.getValue().isPresent()
              ? newEntries.with(key, write.getValue().get())
              : newEntries.without(key);
    }
    PersistentMap<BlobId, byte[]> newBlobs = withBlobs(commit.added());
    for (BlobId blob : commit.dropped()) {
      newBlobs = newBlobs.without(blob);
    }
    return new AccountState(head.after(commit.id()), newEntries, newBlobs);
  }

  AccountState after(LogRecord.Blobs blobs) {
    return new AccountState(head, entries, withBlobs(blobs.added()));
  }

  private PersistentMap<BlobId, byte[]> withBlobs(Map<BlobId, byte[]> added) {
    PersistentMap<BlobId, byte[]> newBlobs = blobs;
    for (Map.Entry<BlobId, byte[]> blob : added.entrySet()) {
      if (newBlobs.get(blob.getKey()) == null) {
        newBlobs = newBlobs.with(blob.getKey(), blob.getValue());
      }
    }
    return newBlobs;
  }
}
