package org.wachtpost.store.rocks;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;

/** Reads a blob chunk by chunk; holds one chunk and nothing native. Used by one thread. */
final class BlobStream extends InputStream {
  private final Reader reader;
  private final ChunkCodec codec;
  private final AccountId account;
  private final BlobId blob;
  private final StoredBlob header;
  private long position;
  private int chunkIndex = -1;
  private byte @Nullable [] chunk;

  BlobStream(
      Reader reader,
      ChunkCodec codec,
      AccountId account,
      BlobId blob,
      StoredBlob header,
      long offset) {
    this.reader = reader;
    this.codec = codec;
    this.account = account;
    this.blob = blob;
    this.header = header;
    this.position = Math.min(offset, header.size());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (position >= header.size()) {
      return -1;
    }
    int index = (int) (position / header.chunkBytes());
    byte[] bytes = chunk(index);
    int from = (int) (position % header.chunkBytes());
    int count = Math.min(length, bytes.length - from);
    System.arraycopy(bytes, from, buffer, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, header.size() - position);
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    byte[] bytes = chunk;
    if (bytes == null || position / header.chunkBytes() != chunkIndex) {
      return 0;
    }
    return bytes.length - (int) (position % header.chunkBytes());
  }

  @Override
  public void close() {
    chunk = null;
    chunkIndex = -1;
    position = header.size();
  }

  private byte[] chunk(int index) throws IOException {
    byte[] held = chunk;
    if (held != null && index == chunkIndex) {
      return held;
    }
    byte[] key = Layout.chunk(account, header.content(), index);
    byte[] bytes =
        reader.read("cannot read blob " + blob + " of " + account, db -> db.getChunk(key));
    if (bytes == null && isDropped()) {
      throw new IOException("blob " + blob + " of " + account + " was dropped while read");
    }
    byte[] content = contentOf(index, bytes);
    chunk = content;
    chunkIndex = index;
    return content;
  }

  private byte[] contentOf(int index, byte @Nullable [] stored) {
    StoreException.@Nullable Corrupt wrong = null;
    if (stored != null) {
      try {
        return header.unpack(codec, index, stored);
      } catch (StoreException.Corrupt e) {
        wrong = e;
      }
    }
    throw new StoreException.Corrupt(
        "blob %s of %s lacks bytes of chunk %d".formatted(blob, account, index), wrong);
  }

  private boolean isDropped() {
    byte[] now = reader.read("cannot read " + account, db -> db.get(Layout.blob(account, blob)));
    return now == null || StoredBlob.ofBytes(now).content() != header.content();
  }
}
