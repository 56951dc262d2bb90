package org.wachtpost.store.rocks;

import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;

/**
 * Finds out whether a blob that is brought is stored already, but damaged: the name alone is no
 * reason to throw good bytes away. The thread that brings the blob reads what is stored, and not
 * the commit thread, for which all accounts would wait.
 */
final class DamagedBodies {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedBodies.class);

  private final BlobNames names;
  private final Reader reader;
  private final ChunkCodec codec;

  DamagedBodies(BlobNames names, Reader reader, ChunkCodec codec) {
    this.names = names;
    this.reader = reader;
    this.codec = codec;
  }

  /** Those of the blobs that are stored and damaged. */
  Map<BlobId, StoredBlob> among(AccountId account, Iterable<BlobId> blobs) {
    Map<BlobId, StoredBlob> damaged = new LinkedHashMap<>();
    for (BlobId blob : blobs) {
      find(account, blob).ifPresent(stored -> damaged.put(blob, stored));
    }
    return damaged;
  }

  /**
   * What is stored under the name, if its content is not the one that the name says, or cannot be
   * read: a bad sector is damage too. What is brought has to take its place.
   *
   * @throws StoreException if it cannot be found out whether the name is known
   */
  Optional<StoredBlob> find(AccountId account, BlobId blob) {
    return names.find(account, blob).filter(stored -> isDamaged(account, blob, stored));
  }

  private boolean isDamaged(AccountId account, BlobId blob, StoredBlob stored) {
    Optional<String> damage = damage(account, blob, stored);
    damage.ifPresent(
        what -> LOG.warn("blob {} of {} is damaged, what came is kept: {}", blob, account, what));
    return damage.isPresent();
  }

  private Optional<String> damage(AccountId account, BlobId blob, StoredBlob stored) {
    String doing = "cannot read blob " + blob + " of " + account;
    MessageDigest digest = BlobId.newDigest();
    try {
      for (int index = 0; index < stored.chunks(); index++) {
        byte[] key = Layout.chunk(account, stored.content(), index);
        byte[] chunk = reader.read(doing, database -> database.getChunk(key));
        if (chunk == null) {
          return Optional.of("chunk " + index + " is missing");
        }
        digest.update(stored.unpack(codec, index, chunk));
      }
    } catch (StoreException.Corrupt e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (StoreException.Unavailable e) {
      if (e.getCause() instanceof RocksDBException) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      throw e;
    }
    return BlobId.of(digest.digest()).equals(blob)
        ? Optional.empty()
        : Optional.of("its content has another hash");
  }
}
