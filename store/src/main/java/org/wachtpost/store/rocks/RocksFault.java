package org.wachtpost.store.rocks;

import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.wachtpost.store.StoreException;

/** What RocksDB's errors mean to callers of the store. */
final class RocksFault {
  private RocksFault() {}

  static boolean isCorruption(RocksDBException e) {
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  static StoreException translate(String doing, RocksDBException e) {
    String message = doing + ": " + e.getMessage();
    return isCorruption(e)
        ? new StoreException.Corrupt(message, e)
        : new StoreException.Unavailable(message, e);
  }
}
