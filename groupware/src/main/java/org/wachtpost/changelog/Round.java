package org.wachtpost.changelog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;

/** The changes that go into one commit, each applied on top of those before it. */
final class Round {
  private final long nextVersion;
  private final Overlay overlay;
  private final List<Pending<?>> changes = new ArrayList<>();
  private final List<LogRecord> records = new ArrayList<>();
  private final List<Requirement> requirements = new ArrayList<>();
  private long recordBytes;

  private record Requirement(Pending<?> change, BlobId blob) {}

  /**
   * @param stored whether the store has a blob of the account now
   */
  Round(Snapshot snapshot, Predicate<BlobId> stored) {
    this.nextVersion = snapshot.version() + 1;
    this.overlay = new Overlay(snapshot, stored);
  }

  /** Applies a change; false, and nothing is done, if it must wait for the next commit. */
  boolean offer(Pending<?> change) {
    Overlay own = new Overlay(overlay);
    OverlayTransaction transaction = new OverlayTransaction(nextVersion, own);
    boolean applied = change.run(transaction);
    transaction.end();
    if (!applied) {
      changes.add(change); // its own overlay is forgotten: no trace
      return true;
    }
    long ownRecordBytes = ChangeLog.bytes(transaction.records());
    if (!fits(own, ownRecordBytes)) {
      if (!overlay.isEmpty()) {
        return false;
      }
      change.fail(
          new IllegalArgumentException(
              "change of " + own.keys() + " keys and " + own.bytes() + " bytes"));
      changes.add(change);
      return true;
    }
    overlay.merge(own);
    own.requiredBlobs.forEach(blob -> requirements.add(new Requirement(change, blob)));
    records.addAll(transaction.records());
    recordBytes += ownRecordBytes;
    changes.add(change);
    return true;
  }

  private boolean fits(Overlay own, long ownRecordBytes) {
    long logBytes = recordBytes + ownRecordBytes;
    int parts = ChangeLog.parts(logBytes);
    long partBytes = 32L * parts;
    return overlay.keys() + own.keys() + parts <= Limits.BATCH_KEYS
        && overlay.bytes() + own.bytes() + logBytes + partBytes <= Limits.BATCH_BYTES
        && overlay.blobBytes() + own.blobBytes() <= Limits.BATCH_BLOB_BYTES
        && overlay.blobs() + own.blobs() <= Limits.BATCH_BLOBS
        && !overlay.dropsWhatIsRequiredBy(own);
  }

  /** True if there is nothing to commit: every change only read, or failed. */
  boolean isEmpty() {
    return overlay.isEmpty() && records.isEmpty();
  }

  long nextVersion() {
    return nextVersion;
  }

  Batch batch(Instant now) {
    ChangeLog.write(
        nextVersion, now, records, (key, value) -> overlay.write(key, Optional.of(value)));
    return overlay.toBatch();
  }

  List<Pending<?>> changes() {
    return changes;
  }

  /** The changes that required this blob. */
  List<Pending<?>> requiring(BlobId blob) {
    List<Pending<?>> requiring = new ArrayList<>();
    for (Requirement requirement : requirements) {
      if (requirement.blob.equals(blob) && !requiring.contains(requirement.change)) {
        requiring.add(requirement.change);
      }
    }
    return requiring;
  }
}
