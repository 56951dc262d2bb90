package org.wachtpost.store.rocks;

import org.wachtpost.store.Limits;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Header of a blob. Record version 1: number size, number content, number chunk length.
 *
 * @param size length of the blob, bytes
 * @param content number under which its chunks are kept
 * @param chunkBytes length of every chunk but the last
 */
record StoredBlob(long size, long content, int chunkBytes) {
  private static final int LAYOUT = 1;

  StoredBlob(long size, long content) {
    this(size, content, Layout.CHUNK_BYTES);
  }

  int chunks() {
    return Math.toIntExact((size + chunkBytes - 1) / chunkBytes);
  }

  /** Length that chunk {@code index} must have. */
  int chunkLength(int index) {
    return (int) Math.min(chunkBytes, size - (long) index * chunkBytes);
  }

  byte[] toBytes() {
    return new RecordWriter(LAYOUT).number(size).number(content).number(chunkBytes).toBytes();
  }

  static StoredBlob ofBytes(byte[] bytes) {
    RecordReader reader = new RecordReader(bytes, LAYOUT);
    StoredBlob blob = new StoredBlob(reader.number(), reader.number(), reader.integer());
    if (blob.chunkBytes < 1 || blob.size > Limits.BLOB_BYTES || !reader.atEnd()) {
      throw new StoreException.Corrupt("impossible header of a blob: " + blob, null);
    }
    return blob;
  }
}
