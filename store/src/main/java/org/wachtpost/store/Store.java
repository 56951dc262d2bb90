package org.wachtpost.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An engine that keeps accounts: ordered key spaces with one version each, and their blobs.
 *
 * <p>Every method throws {@link StoreException.Unavailable} when the engine cannot serve now (disk
 * full, I/O error, closed) and {@link StoreException.Corrupt} when what is stored fails its checks.
 */
public interface Store extends AutoCloseable {

  /** A consistent view of the account as of its newest durable version; close it after use. */
  Snapshot snapshot(AccountId account);

  /**
   * Applies the batch if the account is still at {@code expectedVersion}. On return of {@link
   * CommitResult.Committed} the batch is durable. Nothing of the batch is visible otherwise.
   *
   * @throws StoreException.Unavailable if the engine could not make it durable: the commit has not
   *     happened, or its fate is unknown until {@link #outcome} says (after a restart)
   */
  CommitResult commit(AccountId account, long expectedVersion, CommitId id, Batch batch);

  /**
   * The version that the commit {@code id} produced, if it is among the account's last {@link
   * Limits#REMEMBERED_COMMITS} commits.
   */
  Optional<Long> outcome(AccountId account, CommitId id);

  /** The account's newest durable version, 0 if nothing was ever committed to it. */
  long version(AccountId account);

  /**
   * Writes a blob too large for {@link Batch#addBlob} (any size up to {@link Limits#BLOB_BYTES}).
   * Durable at the latest when a commit that {@linkplain Batch#requireBlob requires} it is. Reads
   * {@code content} to its end and does not close it.
   *
   * @throws IOException from {@code content}
   * @throws IllegalArgumentException if {@code content} is longer than {@link Limits#BLOB_BYTES}
   */
  BlobId writeBlob(AccountId account, InputStream content) throws IOException;

  /**
   * The blob's bytes from {@code offset} on, streamed; empty if the account has no such blob. From
   * an offset at or beyond the end, nothing is read. Reading throws {@link IOException} if the blob
   * is dropped meanwhile. Close the stream after use.
   */
  Optional<InputStream> openBlob(AccountId account, BlobId blob, long offset);

  /** Length of the blob in bytes, if the account has it. */
  Optional<Long> blobSize(AccountId account, BlobId blob);

  /** Every blob of the account with its length, in the order of their names. */
  void forEachBlob(AccountId account, Consumer<BlobEntry> consumer);

  /**
   * Every account that was ever committed to and not {@linkplain #drop dropped}, in order.
   *
   * @throws StoreException.Corrupt after all others were given, if some cannot be read
   */
  void forEachAccount(Consumer<AccountId> consumer);

  /** Removes all of the account: keys, version, blobs. Durable on return. */
  void drop(AccountId account);

  @Override
  void close();

  /** A blob and its length in bytes. */
  record BlobEntry(BlobId blob, long size) {}
}
