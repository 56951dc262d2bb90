package org.wachtpost.changelog;

import org.jspecify.annotations.Nullable;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;

/**
 * What a change function sees of its account and does to it. Reads see the transaction's own
 * writes. Used by one thread; void once the change function has returned.
 */
public interface Transaction {
  /** The version that this change will have when it is committed: the modification sequence. */
  long nextVersion();

  byte @Nullable [] read(Key key);

  /** As {@link org.wachtpost.store.Snapshot#range}, own writes included. */
  Cursor range(Key from, Key to, Direction direction, int limit);

  void put(Key key, byte[] value);

  void delete(Key key);

  /** Adds a blob of at most {@link org.wachtpost.store.Limits#INLINE_BLOB_BYTES}. */
  void addBlob(BlobId id, byte[] content);

  void requireBlob(BlobId id);

  /**
   * Whether the blob may be there; it is not if this says so, and then nothing in the account
   * refers to it. Cheaper than to look for what refers to it.
   */
  boolean mayHaveBlob(BlobId id);

  /** Only for the collector. */
  void dropBlob(BlobId id);

  /** Adds a record of what changed to the log entry of this commit. */
  void log(LogRecord record);
}
