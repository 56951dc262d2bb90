package org.wachtpost.changelog;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;

/**
 * Writes over a snapshot, or over another overlay: a change's own writes lie over those of the
 * changes before it in the same commit, and are merged into them when the change is done, so that
 * one that fails leaves no trace.
 */
final class Overlay {
  private final @Nullable Snapshot snapshot;
  private final @Nullable Overlay below;

  /** What the store has now. A blob that went since the snapshot makes the commit a conflict. */
  private final Predicate<BlobId> stored;

  final NavigableMap<Key, Optional<byte[]>> writes = new TreeMap<>();
  final Map<BlobId, byte[]> addedBlobs = new LinkedHashMap<>();
  final Set<BlobId> requiredBlobs = new LinkedHashSet<>();
  final Set<BlobId> droppedBlobs = new LinkedHashSet<>();
  private long bytes;
  private long blobBytes;

  Overlay(Snapshot snapshot, Predicate<BlobId> stored) {
    this.snapshot = snapshot;
    this.below = null;
    this.stored = stored;
  }

  Overlay(Overlay below) {
    this.snapshot = null;
    this.below = below;
    this.stored = below::mayHaveBlob;
  }

  byte @Nullable [] read(Key key) {
    Optional<byte[]> write = writes.get(key);
    if (write != null) {
      return write.map(byte[]::clone).orElse(null);
    }
    if (below != null) {
      return below.read(key);
    }
    return base().read(key);
  }

  Cursor range(Key from, Key to, Direction direction, int limit) {
    NavigableMap<Key, Optional<byte[]>> own =
        from.compareTo(to) < 0
            ? new TreeMap<>(writes.subMap(from, true, to, false)) // writes may go on meanwhile
            : new TreeMap<>();
    int hidden = own.size();
    int limitBelow = limit > Integer.MAX_VALUE - hidden ? Integer.MAX_VALUE : limit + hidden;
    Cursor cursor =
        below != null
            ? below.range(from, to, direction, limitBelow)
            : base().range(from, to, direction, limitBelow);
    return own.isEmpty() ? cursor : new MergeCursor(cursor, own, direction, limit);
  }

  private Snapshot base() {
    if (snapshot == null) {
      throw new IllegalStateException("overlay without a base");
    }
    return snapshot;
  }

  void write(Key key, Optional<byte[]> value) {
    if (value.isPresent() && value.get().length > Limits.VALUE_BYTES) {
      throw new IllegalArgumentException("value of " + value.get().length + " bytes at " + key);
    }
    Optional<byte[]> before = writes.put(key, value);
    bytes += value.map(v -> v.length).orElse(0);
    bytes += before == null ? key.length() : -before.map(v -> v.length).orElse(0);
  }

  void addBlob(BlobId id, byte[] content) {
    if (addedBlobs.put(id, content) == null) {
      blobBytes += content.length;
    }
    droppedBlobs.remove(id);
  }

  boolean mayHaveBlob(BlobId id) {
    return addedBlobs.containsKey(id) || requiredBlobs.contains(id) || stored.test(id);
  }

  void dropBlob(BlobId id) {
    byte[] added = addedBlobs.remove(id);
    if (added != null) {
      blobBytes -= added.length;
    }
    requiredBlobs.remove(id);
    droppedBlobs.add(id);
  }

  boolean isEmpty() {
    return writes.isEmpty()
        && addedBlobs.isEmpty()
        && requiredBlobs.isEmpty()
        && droppedBlobs.isEmpty();
  }

  int keys() {
    return writes.size();
  }

  int blobs() {
    return addedBlobs.size() + requiredBlobs.size() + droppedBlobs.size();
  }

  /** Keys and values, bytes. */
  long bytes() {
    return bytes;
  }

  long blobBytes() {
    return blobBytes;
  }

  /** Whether {@code upper} requires a blob that this drops: they cannot share a commit. */
  boolean dropsWhatIsRequiredBy(Overlay upper) {
    return upper.requiredBlobs.stream().anyMatch(droppedBlobs::contains);
  }

  void merge(Overlay upper) {
    upper.writes.forEach(this::write);
    upper.addedBlobs.forEach(this::addBlob);
    upper.droppedBlobs.forEach(this::dropBlob);
    requiredBlobs.addAll(upper.requiredBlobs);
  }

  Batch toBatch() {
    Batch batch = new Batch();
    writes.forEach(
        (key, value) -> value.ifPresentOrElse(v -> batch.put(key, v), () -> batch.delete(key)));
    addedBlobs.forEach(batch::addBlob);
    droppedBlobs.forEach(batch::dropBlob);
    for (BlobId blob : requiredBlobs) {
      if (!addedBlobs.containsKey(blob)) {
        batch.requireBlob(blob);
      }
    }
    return batch;
  }
}
