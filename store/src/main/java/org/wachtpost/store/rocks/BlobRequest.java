package org.wachtpost.store.rocks;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;

/** A step of writing a blob outside a commit; durable with the next commit. */
abstract sealed class BlobRequest extends Request {
  final AccountId account;

  private BlobRequest(AccountId account) {
    this.account = account;
  }

  @Override
  boolean durable() {
    return false;
  }

  @Override
  boolean addsBlobs() {
    return true;
  }

  /** A whole small blob. */
  static final class Small extends BlobRequest {
    private final BlobId blob;
    private final PackedBlob content;
    private final long contentNumber;

    Small(AccountId account, BlobId blob, PackedBlob content, long contentNumber) {
      super(account);
      this.blob = blob;
      this.content = content;
      this.contentNumber = contentNumber;
    }

    @Override
    long bytes() {
      return content.size();
    }

    @Override
    void stage(Group group) throws RocksDBException {
      if (group.blob(account, blob).isEmpty()) {
        group.addBlob(account, blob, content, contentNumber);
      }
    }
  }

  /** A chunk of a blob whose name is not known yet, packed, of so many bytes. */
  static final class Piece extends BlobRequest {
    private final long contentNumber;
    private final int index;
    private final int length;
    private final byte[] packed;
    private @Nullable Database writtenTo;

    Piece(AccountId account, long contentNumber, int index, int length, byte[] packed) {
      super(account);
      this.contentNumber = contentNumber;
      this.index = index;
      this.length = length;
      this.packed = packed;
    }

    @Override
    long bytes() {
      return length;
    }

    @Override
    void stage(Group group) {
      writtenTo = group.database();
      if (index == 0) {
        group.putMeta(Layout.pending(contentNumber), Layout.prefix(account));
      }
      group.putChunk(Layout.chunk(account, contentNumber, index), packed);
    }

    /** The database that took the piece. */
    Database writtenTo() {
      await();
      if (writtenTo == null) {
        throw new IllegalStateException("finished without a database");
      }
      return writtenTo;
    }
  }

  /** The name of a blob whose pieces are written. */
  static final class Finish extends BlobRequest {
    private final BlobId blob;
    private final StoredBlob header;
    private final Database writtenTo;

    Finish(AccountId account, BlobId blob, StoredBlob header, Database writtenTo) {
      super(account);
      this.blob = blob;
      this.header = header;
      this.writtenTo = writtenTo;
    }

    @Override
    long bytes() {
      return 0;
    }

    @Override
    void stage(Group group) throws RocksDBException {
      if (group.database() != writtenTo) {
        // The database was reopened after an error: unsynced pieces may not have survived that.
        throw new StoreException.Unavailable("the disk failed while the blob was written", null);
      }
      Optional<StoredBlob> stored = group.blob(account, blob);
      if (stored.isPresent()) {
        group.deleteContent(account, header);
      } else {
        group.putBlob(account, blob, header);
      }
      group.deleteMeta(Layout.pending(header.content()));
    }
  }

  /** Takes back the pieces of a blob that will not be finished. */
  static final class Abandon extends BlobRequest {
    private final StoredBlob written;

    Abandon(AccountId account, StoredBlob written) {
      super(account);
      this.written = written;
    }

    @Override
    long bytes() {
      return 0;
    }

    @Override
    boolean addsBlobs() {
      return false;
    }

    @Override
    void stage(Group group) {
      group.deleteContent(account, written);
      group.deleteMeta(Layout.pending(written.content()));
    }
  }
}
