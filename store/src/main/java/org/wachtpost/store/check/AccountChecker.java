package org.wachtpost.store.check;

import java.util.function.Consumer;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;

/** Checks what an account's entries mean; the domain adds these to {@link StoreCheck}. */
public interface AccountChecker {
  /**
   * Reports each thing wrong with the account, one line each. A {@link
   * org.wachtpost.store.StoreException.Corrupt} that it throws is reported too.
   *
   * @param snapshot the account's entries
   * @param store for blobs: {@link Store#blobSize} and {@link Store#forEachBlob}
   */
  void check(AccountId account, Snapshot snapshot, Store store, Consumer<String> problems);
}
