package org.wachtpost.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The changes of one commit: keys put and deleted, blobs added, required and dropped. The last word
 * on a key or a blob wins. Not thread-safe; not to be changed once committed.
 */
public final class Batch {
  private final NavigableMap<Key, Optional<byte[]>> writes = new TreeMap<>();
  private final Map<BlobId, byte[]> addedBlobs = new LinkedHashMap<>();
  private final Set<BlobId> requiredBlobs = new LinkedHashSet<>();
  private final Set<BlobId> droppedBlobs = new LinkedHashSet<>();
  private long bytes;
  private long blobBytes;

  /** Sets the key. The array is taken over. */
  public Batch put(Key key, byte[] value) {
    if (value.length > Limits.VALUE_BYTES) {
      throw new IllegalArgumentException("value of " + value.length + " bytes at " + key);
    }
    write(key, Optional.of(value));
    return this;
  }

  /** Removes the key, whether it is there or not. */
  public Batch delete(Key key) {
    write(key, Optional.empty());
    return this;
  }

  /** Adds a blob of at most {@link Limits#INLINE_BLOB_BYTES}. The array is taken over. */
  public BlobId addBlob(byte[] content) {
    if (content.length > Limits.INLINE_BLOB_BYTES) {
      throw new IllegalArgumentException("inline blob of " + content.length + " bytes");
    }
    BlobId id = BlobId.ofContent(content);
    addBlob(id, content);
    return id;
  }

  /** As {@link #addBlob(byte[])}, with the name computed before (it is trusted). */
  public Batch addBlob(BlobId id, byte[] content) {
    if (content.length > Limits.INLINE_BLOB_BYTES) {
      throw new IllegalArgumentException("inline blob of " + content.length + " bytes");
    }
    byte[] before = addedBlobs.put(id, content);
    blobBytes += content.length - (before == null ? 0 : before.length);
    droppedBlobs.remove(id);
    return this;
  }

  /** The commit fails with {@link CommitResult.MissingBlob} unless this blob is there. */
  public Batch requireBlob(BlobId id) {
    requiredBlobs.add(id);
    droppedBlobs.remove(id);
    return this;
  }

  /** Removes the blob: only for the collector, which has seen that nothing refers to it. */
  public Batch dropBlob(BlobId id) {
    droppedBlobs.add(id);
    requiredBlobs.remove(id);
    byte[] added = addedBlobs.remove(id);
    blobBytes -= added == null ? 0 : added.length;
    return this;
  }

  private void write(Key key, Optional<byte[]> value) {
    Optional<byte[]> before = writes.put(key, value);
    bytes += value.map(v -> v.length).orElse(0);
    if (before == null) {
      bytes += key.length();
    } else {
      bytes -= before.map(v -> v.length).orElse(0);
    }
  }

  /** Keys written so far. */
  public int keys() {
    return writes.size();
  }

  /** Content of the blobs added so far, bytes. */
  public long blobBytes() {
    return blobBytes;
  }

  /** Keys and values written so far, bytes. */
  public long bytes() {
    return bytes;
  }

  /** True if another {@code keys} and {@code bytes} would still be within the limits. */
  public boolean hasRoomFor(int moreKeys, long moreBytes) {
    return writes.size() + moreKeys <= Limits.BATCH_KEYS && bytes + moreBytes <= Limits.BATCH_BYTES;
  }

  /**
   * Throws unless the batch is within the limits; engines call it first.
   *
   * @throws IllegalArgumentException naming the limit
   */
  public void checkLimits() {
    if (writes.size() > Limits.BATCH_KEYS) {
      throw new IllegalArgumentException("batch of " + writes.size() + " keys");
    }
    if (bytes > Limits.BATCH_BYTES) {
      throw new IllegalArgumentException("batch of " + bytes + " bytes");
    }
    int blobs = addedBlobs.size() + requiredBlobs.size() + droppedBlobs.size();
    if (blobs > Limits.BATCH_BLOBS) {
      throw new IllegalArgumentException("batch of " + blobs + " blobs");
    }
    if (blobBytes > Limits.BATCH_BLOB_BYTES) {
      throw new IllegalArgumentException("batch with " + blobBytes + " bytes of blobs");
    }
  }

  /** Keys in order; an empty value is a deletion. */
  public NavigableMap<Key, Optional<byte[]>> writes() {
    return Collections.unmodifiableNavigableMap(writes);
  }

  public Map<BlobId, byte[]> addedBlobs() {
    return Collections.unmodifiableMap(addedBlobs);
  }

  public Set<BlobId> requiredBlobs() {
    return Collections.unmodifiableSet(requiredBlobs);
  }

  public Set<BlobId> droppedBlobs() {
    return Collections.unmodifiableSet(droppedBlobs);
  }
}
