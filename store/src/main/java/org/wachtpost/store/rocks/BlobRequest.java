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
    private final Optional<StoredBlob> damaged;
    private final long contentNumber;

    /**
     * @param damaged what is stored under the name, if its content was found to be damaged
     */
    Small(
        AccountId account,
        BlobId blob,
        PackedBlob content,
        Optional<StoredBlob> damaged,
        long contentNumber) {
      super(account);
      this.blob = blob;
      this.content = content;
      this.damaged = damaged;
      this.contentNumber = contentNumber;
    }

    @Override
    long bytes() {
      return content.size();
    }

    @Override
    void stage(Group group) throws RocksDBException {
      group.dropDamaged(account, blob, damaged);
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
    private @Nullable Place writtenTo;

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
      writtenTo = new Place(group.database(), group.database().drops(account));
      if (index == 0) {
        group.putMeta(Layout.pending(contentNumber), Layout.prefix(account));
      }
      group.putChunk(Layout.chunk(account, contentNumber, index), packed);
    }

    /** Where the piece is. */
    Place writtenTo() {
      await();
      if (writtenTo == null) {
        throw new IllegalStateException("finished without a database");
      }
      return writtenTo;
    }
  }

  /**
   * Where a piece is: it is there no more in another database, or after another drop.
   *
   * @param database that took it
   * @param drops how often the account had been dropped there
   */
  record Place(Database database, int drops) {}

  /** The name of a blob whose pieces are written. */
  static final class Finish extends BlobRequest {
    private final BlobId blob;
    private final StoredBlob header;
    private final Optional<StoredBlob> damaged;
    private final Place writtenTo;

    /**
     * @param damaged what is stored under the name, if its content was found to be damaged
     * @param writtenTo where the first piece is
     */
    Finish(
        AccountId account,
        BlobId blob,
        StoredBlob header,
        Optional<StoredBlob> damaged,
        Place writtenTo) {
      super(account);
      this.blob = blob;
      this.header = header;
      this.damaged = damaged;
      this.writtenTo = writtenTo;
    }

    @Override
    long bytes() {
      return 0;
    }

    @Override
    void stage(Group group) throws RocksDBException {
      if (group.database() != writtenTo.database) {
        // The database was reopened after an error: unsynced pieces may not have survived that.
        throw new StoreException.Unavailable("the disk failed while the blob was written", null);
      }
      if (group.database().drops(account) != writtenTo.drops) {
        // Its first pieces went with the account.
        throw new StoreException.Unavailable(
            account + " was dropped while the blob was written", null);
      }
      group.dropDamaged(account, blob, damaged);
      if (group.blob(account, blob).isPresent()) {
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
