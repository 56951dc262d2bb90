package org.wachtpost.store.rocks;

import java.util.ArrayList;
import java.util.List;

/**
 * A blob as it will be stored.
 *
 * @param size length of its content, bytes
 * @param chunks its chunks, packed
 */
record PackedBlob(int size, List<byte[]> chunks) {
  static PackedBlob of(ChunkCodec codec, byte[] content) {
    List<byte[]> chunks = new ArrayList<>(1);
    for (int from = 0; from < content.length; from += Layout.CHUNK_BYTES) {
      int length = Math.min(Layout.CHUNK_BYTES, content.length - from);
      chunks.add(codec.pack(content, from, length));
    }
    return new PackedBlob(content.length, chunks);
  }
}
