package org.wachtpost.store.rocks;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.wachtpost.store.StoreException;

/** Holds the database that is open now and lets readers at it through the gate. */
final class Reader {
  private final ReadGate gate;
  private final Runnable revive;
  private volatile @Nullable Database database;
  private volatile boolean closed;

  /** Something to read. */
  interface Reading<T extends @Nullable Object> {
    T on(Database database) throws RocksDBException;
  }

  /**
   * @param revive called before reading when the last reopening failed: tries again, and returns or
   *     throws
   */
  Reader(ReadGate gate, Database database, Runnable revive) {
    this.revive = revive;
    this.gate = gate;
    this.database = database;
  }

  /**
   * Reads under a permit.
   *
   * @throws StoreException.Unavailable if no database is open or it cannot be read
   * @throws StoreException.Corrupt if a checksum does not match
   */
  <T extends @Nullable Object> T read(String doing, Reading<T> reading) {
    if (database == null && !closed) {
      revive.run();
    }
    gate.enter();
    try {
      Database current = database;
      if (current == null) {
        throw new StoreException.Unavailable(
            closed ? "the store is closed" : "the disk failed; opening the database again", null);
      }
      return reading.on(current);
    } catch (RocksDBException e) {
      throw RocksFault.translate(doing, e);
    } finally {
      gate.leave();
    }
  }

  /** Gives back native objects under a permit, whatever database is open. */
  void release(Consumer<@Nullable Database> releasing) {
    gate.enter();
    try {
      releasing.accept(database);
    } finally {
      gate.leave();
    }
  }

  @Nullable Database current() {
    return database;
  }

  /** Runs while no reader is inside and no database is set, then sets what it returns. */
  void replace(java.util.function.UnaryOperator<@Nullable Database> replacing) {
    gate.enterAlone();
    try {
      Database before = database;
      database = null;
      database = replacing.apply(before);
    } finally {
      gate.leaveAlone();
    }
  }

  void markClosed() {
    closed = true;
  }
}
