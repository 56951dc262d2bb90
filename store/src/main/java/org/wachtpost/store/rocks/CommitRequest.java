package org.wachtpost.store.rocks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;

/** A commit of one account. */
final class CommitRequest extends Request {
  private final AccountId account;
  private final long expectedVersion;
  private final CommitId id;
  private final Batch batch;
  private final Map<BlobId, StoredBlob> damaged;
  private final Map<BlobId, PackedBlob> added = new LinkedHashMap<>();
  private final LongSupplier contentNumbers;
  private @Nullable CommitResult result;

  /**
   * @param damaged which of the blobs that the batch adds are stored already, with damaged content
   */
  CommitRequest(
      AccountId account,
      long expectedVersion,
      CommitId id,
      Batch batch,
      ChunkCodec codec,
      Map<BlobId, StoredBlob> damaged,
      LongSupplier contentNumbers) {
    this.account = account;
    this.expectedVersion = expectedVersion;
    this.id = id;
    this.batch = batch;
    this.damaged = damaged;
    this.contentNumbers = contentNumbers;
    batch.addedBlobs().forEach((blob, content) -> added.put(blob, PackedBlob.of(codec, content)));
  }

  CommitResult result() {
    await();
    if (result == null) {
      throw new IllegalStateException("finished without a result");
    }
    return result;
  }

  @Override
  boolean durable() {
    return true;
  }

  @Override
  long bytes() {
    return batch.bytes() + batch.blobBytes();
  }

  @Override
  boolean addsBlobs() {
    return !added.isEmpty();
  }

  @Override
  void stage(Group group) throws RocksDBException {
    AccountHead head = group.head(account);
    if (head.version() != expectedVersion) {
      result = new CommitResult.Conflict(head.version());
      return;
    }
    for (BlobId blob : batch.requiredBlobs()) {
      if (!added.containsKey(blob) && group.blob(account, blob).isEmpty()) {
        result = new CommitResult.MissingBlob(blob);
        return;
      }
    }
    stageBlobs(group);
    batch.writes().forEach((key, value) -> group.putEntry(account, key, value));
    group.putHead(account, head.after(id));
    result = new CommitResult.Committed(expectedVersion + 1);
  }

  private void stageBlobs(Group group) throws RocksDBException {
    for (Map.Entry<BlobId, StoredBlob> blob : damaged.entrySet()) {
      group.dropDamaged(account, blob.getKey(), Optional.of(blob.getValue()));
    }
    for (BlobId blob : batch.droppedBlobs()) {
      Optional<StoredBlob> stored = group.blob(account, blob);
      if (stored.isPresent()) {
        group.dropBlob(account, blob, stored.get());
      }
    }
    for (Map.Entry<BlobId, PackedBlob> blob : added.entrySet()) {
      if (group.blob(account, blob.getKey()).isEmpty()) {
        group.addBlob(account, blob.getKey(), blob.getValue(), contentNumbers.getAsLong());
      }
    }
  }
}
