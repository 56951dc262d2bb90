package org.wachtpost.store.rocks;

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
