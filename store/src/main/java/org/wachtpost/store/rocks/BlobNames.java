package org.wachtpost.store.rocks;

import java.util.Optional;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;

/** Looks for blobs by their names, and remembers which it did not find. */
final class BlobNames {
  private final Reader reader;
  private final AbsentBlobs absent;

  BlobNames(Reader reader, AbsentBlobs absent) {
    this.reader = reader;
    this.absent = absent;
  }

  /**
   * The blob's header, empty if the account has no such blob.
   *
   * @throws StoreException if it cannot be found out
   */
  Optional<StoredBlob> find(AccountId account, BlobId blob) {
    var name = new AbsentBlobs.Name(account, blob);
    if (absent.knows(name)) {
      return Optional.empty();
    }
    long mark = absent.mark();
    byte[] header =
        reader.read(
            "cannot look for blob " + blob + " of " + account,
            database -> database.get(Layout.blob(account, blob)));
    if (header == null) {
      absent.learn(name, mark);
      return Optional.empty();
    }
    return Optional.of(StoredBlob.ofBytes(header));
  }
}
