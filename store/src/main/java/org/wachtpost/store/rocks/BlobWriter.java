package org.wachtpost.store.rocks;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;
import org.wachtpost.store.StoreException;

/**
 * Writes a blob of unknown length, holding one chunk of it at a time. Until its name is known the
 * chunks belong to a pending content, which is removed when the store is opened after a crash.
 */
final class BlobWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BlobWriter.class);

  private final CommitThread commits;
  private final ChunkCodec codec;
  private final DamagedBodies damaged;
  private final LongSupplier contentNumbers;

  BlobWriter(
      CommitThread commits, ChunkCodec codec, DamagedBodies damaged, LongSupplier contentNumbers) {
    this.commits = commits;
    this.codec = codec;
    this.damaged = damaged;
    this.contentNumbers = contentNumbers;
  }

  BlobId write(AccountId account, InputStream content) throws IOException {
    long number = contentNumbers.getAsLong();
    byte[] piece = content.readNBytes(Layout.CHUNK_BYTES);
    if (piece.length < Layout.CHUNK_BYTES) {
      BlobId blob = BlobId.ofContent(piece);
      BlobRequest small =
          new BlobRequest.Small(
              account, blob, PackedBlob.of(codec, piece), damaged.find(account, blob), number);
      commits.submit(small);
      small.await();
      return blob;
    }
    return stream(account, number, piece, content);
  }

  private BlobId stream(AccountId account, long number, byte[] first, InputStream content)
      throws IOException {
    MessageDigest digest = BlobId.newDigest();
    BlobRequest.@Nullable Place writtenTo = null;
    long size = 0;
    boolean finished = false;
    try {
      byte[] piece = first;
      int index = 0;
      while (piece.length > 0) {
        digest.update(piece);
        size += piece.length;
        if (size > Limits.BLOB_BYTES) {
          throw new IllegalArgumentException("blob of more than " + Limits.BLOB_BYTES + " bytes");
        }
        byte[] packed = codec.pack(piece, 0, piece.length);
        BlobRequest.Piece request =
            new BlobRequest.Piece(account, number, index++, piece.length, packed);
        commits.submit(request);
        BlobRequest.Place place = request.writtenTo();
        writtenTo = writtenTo == null ? place : writtenTo;
        piece = content.readNBytes(Layout.CHUNK_BYTES);
      }
      BlobId blob = BlobId.of(digest.digest());
      StoredBlob header = new StoredBlob(size, number);
      BlobRequest finish =
          new BlobRequest.Finish(
              account,
              blob,
              header,
              damaged.find(account, blob),
              Objects.requireNonNull(writtenTo));
      commits.submit(finish);
      finish.await();
      finished = true;
      return blob;
    } finally {
      if (!finished) {
        abandon(account, new StoredBlob(size, number));
      }
    }
  }

  private void abandon(AccountId account, StoredBlob written) {
    BlobRequest abandon = new BlobRequest.Abandon(account, written);
    // Not waited for: if it fails, the pending record leads to the chunks when the store is opened.
    try {
      commits.submit(abandon);
    } catch (StoreException.Unavailable e) {
      LOG.debug("unfinished blob of {} stays until the next start", account, e);
    }
  }
}
