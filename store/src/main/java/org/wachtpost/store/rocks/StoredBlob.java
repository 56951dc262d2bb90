package org.wachtpost.store.rocks;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Header of a blob. Record versions 1 and 2: number size, number content, number chunk length.
 *
 * @param size length of the blob, bytes
 * @param content number under which its chunks are kept
 * @param chunkBytes length of every chunk but the last, before it is packed
 * @param packed whether the chunks are packed by {@link ChunkCodec}: from record version 2 on
 */
record StoredBlob(long size, long content, int chunkBytes, boolean packed) {
  private static final Logger LOG = LoggerFactory.getLogger(StoredBlob.class);
  private static final int LAYOUT = 2;

  StoredBlob(long size, long content) {
    this(size, content, Layout.CHUNK_BYTES, true);
  }

  int chunks() {
    return Math.toIntExact((size + chunkBytes - 1) / chunkBytes);
  }

  /** Length that the content of chunk {@code index} must have. */
  int chunkLength(int index) {
    return (int) Math.min(chunkBytes, size - (long) index * chunkBytes);
  }

  /**
   * The content of chunk {@code index}.
   *
   * @throws StoreException.Corrupt if what is stored is not that
   */
  byte[] unpack(ChunkCodec codec, int index, byte[] stored) {
    if (packed) {
      return codec.unpack(stored, chunkLength(index));
    }
    if (stored.length != chunkLength(index)) {
      throw new StoreException.Corrupt("a chunk of " + stored.length + " bytes", null);
    }
    return stored;
  }

  /** Gives what is stored at a key of a chunk. */
  interface Chunks {
    byte @Nullable [] at(byte[] key) throws RocksDBException;
  }

  /**
   * True if what is stored is the content that the blob's name says, false if it is damaged.
   *
   * @throws RocksDBException if it cannot be read for another reason
   */
  boolean isWhole(AccountId account, BlobId blob, ChunkCodec codec, Chunks stored)
      throws RocksDBException {
    MessageDigest digest = BlobId.newDigest();
    try {
      for (int index = 0; index < chunks(); index++) {
        byte[] chunk = stored.at(Layout.chunk(account, content, index));
        if (chunk == null) {
          return false;
        }
        digest.update(unpack(codec, index, chunk));
      }
    } catch (StoreException.Corrupt e) {
      LOG.warn("blob {} of {} is damaged, and comes anew: {}", blob, account, e.getMessage());
      return false;
    } catch (RocksDBException e) {
      if (!RocksFault.isCorruption(e)) {
        throw e;
      }
      LOG.warn("blob {} of {} is damaged, and comes anew: {}", blob, account, e.getMessage());
      return false;
    }
    return BlobId.of(digest.digest()).equals(blob);
  }

  byte[] toBytes() {
    return new RecordWriter(packed ? LAYOUT : 1)
        .number(size)
        .number(content)
        .number(chunkBytes)
        .toBytes();
  }

  static StoredBlob ofBytes(byte[] bytes) {
    RecordReader reader = new RecordReader(bytes, LAYOUT);
    boolean packed = reader.version() > 1;
    StoredBlob blob = new StoredBlob(reader.number(), reader.number(), reader.integer(), packed);
    if (blob.chunkBytes < 1
        || blob.chunkBytes > Layout.CHUNK_BYTES
        || blob.size > Limits.BLOB_BYTES
        || !reader.atEnd()) {
      throw new StoreException.Corrupt("impossible header of a blob: " + blob, null);
    }
    return blob;
  }
}
