package org.wachtpost.changelog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;

/** One change's transaction: its overlay and its log records. */
final class OverlayTransaction implements Transaction {
  private final long nextVersion;
  private final Overlay overlay;
  private final List<LogRecord> records = new ArrayList<>();
  private boolean open = true;

  OverlayTransaction(long nextVersion, Overlay overlay) {
    this.nextVersion = nextVersion;
    this.overlay = overlay;
  }

  Overlay overlay() {
    return overlay;
  }

  List<LogRecord> records() {
    return records;
  }

  /** From now on every use is an error. */
  void end() {
    open = false;
  }

  private Overlay usable() {
    if (!open) {
      throw new IllegalStateException("the change has returned");
    }
    return overlay;
  }

  @Override
  public long nextVersion() {
    return nextVersion;
  }

  @Override
  public byte @Nullable [] read(Key key) {
    return usable().read(key);
  }

  @Override
  public Cursor range(Key from, Key to, Direction direction, int limit) {
    return usable().range(from, to, direction, limit);
  }

  @Override
  public void put(Key key, byte[] value) {
    usable().write(key, Optional.of(value));
  }

  @Override
  public void delete(Key key) {
    usable().write(key, Optional.empty());
  }

  @Override
  public void addBlob(BlobId id, byte[] content) {
    usable().addBlob(id, content);
  }

  @Override
  public void requireBlob(BlobId id) {
    usable().requiredBlobs.add(id);
  }

  @Override
  public boolean mayHaveBlob(BlobId id) {
    return usable().mayHaveBlob(id);
  }

  @Override
  public void dropBlob(BlobId id) {
    usable().dropBlob(id);
  }

  @Override
  public void log(LogRecord record) {
    usable();
    if (record.body().length > ChangeLog.RECORD_BYTES) {
      throw new IllegalArgumentException("log record of " + record.body().length + " bytes");
    }
    records.add(record);
  }
}
