package org.wachtpost.store;

/** What every engine takes and none goes beyond; {@code StoreContract} tests each. */
public final class Limits {
  /** Longest key, bytes. */
  public static final int KEY_BYTES = 512;

  /** Longest value, bytes. */
  public static final int VALUE_BYTES = 64 * 1024;

  /** Keys put and deleted by one batch. */
  public static final int BATCH_KEYS = 1_000;

  /** Keys and values of one batch together, bytes; blobs are not counted. */
  public static final int BATCH_BYTES = 1024 * 1024;

  /** Blobs added, required and dropped by one batch, together. */
  public static final int BATCH_BLOBS = 1_000;

  /** Content of the blobs added by one batch together, bytes. */
  public static final long BATCH_BLOB_BYTES = 4L * 1024 * 1024;

  /** Largest blob that may travel inside a batch, bytes. */
  public static final int INLINE_BLOB_BYTES = 1024 * 1024;

  /** Largest blob, bytes. */
  public static final long BLOB_BYTES = 256L * 1024 * 1024;

  /** How many of an account's latest commits {@link Store#outcome} remembers. */
  public static final int REMEMBERED_COMMITS = 16;

  private Limits() {}
}
