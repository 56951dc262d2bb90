package org.wachtpost.store.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** One change of one account, as it stands in the log on the {@link MemoryDisk}. */
sealed interface LogRecord {
  int LAYOUT = 1;

  /** The account that it changes. */
  AccountId account();

  /** A commit; {@code writes} with an empty value are deletions. */
  record Commit(
      AccountId account,
      CommitId id,
      NavigableMap<Key, Optional<byte[]>> writes,
      Map<BlobId, byte[]> added,
      Set<BlobId> dropped)
      implements LogRecord {

    static Commit of(AccountId account, CommitId id, Batch batch) {
      return new Commit(account, id, batch.writes(), batch.addedBlobs(), batch.droppedBlobs());
    }
  }

  /** Streamed blobs. */
  record Blobs(AccountId account, Map<BlobId, byte[]> added) implements LogRecord {}

  /** The account was removed. */
  record Drop(AccountId account) implements LogRecord {}

  default byte[] toBytes() {
    RecordWriter writer = new RecordWriter(LAYOUT);
    writer.number(account().kind().code()).number(account().number());
    switch (this) {
      case Commit commit -> {
        writer.number(0).fixed64(commit.id.high()).fixed64(commit.id.low());
        writer.list(
            commit.writes.entrySet(),
            (out, entry) -> {
              out.bytes(entry.getKey().unsafeBytes()).flag(entry.getValue().isPresent());
              entry.getValue().ifPresent(out::bytes);
            });
        writeBlobs(commit.added, writer);
        writer.list(commit.dropped, (out, blob) -> out.raw(blob.toBytes()));
      }
      case Blobs blobs -> writeBlobs(blobs.added, writer.number(1));
      case Drop _ -> writer.number(2);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws StoreException.Corrupt if it cannot be that
   */
  static LogRecord ofBytes(byte[] bytes) {
    RecordReader reader = new RecordReader(bytes, LAYOUT);
    AccountId account =
        new AccountId(AccountId.Kind.ofCode((char) reader.integer()), reader.number());
    int type = reader.integer();
    return switch (type) {
      case 0 -> readCommit(account, reader);
      case 1 -> new Blobs(account, readBlobs(reader));
      case 2 -> new Drop(account);
      default -> throw new StoreException.Corrupt("log record of type " + type, null);
    };
  }

  private static Commit readCommit(AccountId account, RecordReader reader) {
    CommitId id = new CommitId(reader.fixed64(), reader.fixed64());
    NavigableMap<Key, Optional<byte[]>> writes = new TreeMap<>();
    for (int i = reader.integer(); i > 0; i--) {
      Key key = Key.of(reader.bytes());
      writes.put(key, reader.flag() ? Optional.of(reader.bytes()) : Optional.empty());
    }
    Map<BlobId, byte[]> added = readBlobs(reader);
    List<BlobId> dropped = reader.list(LogRecord::readBlobId);
    return new Commit(account, id, writes, added, Set.copyOf(dropped));
  }

  private static void writeBlobs(Map<BlobId, byte[]> blobs, RecordWriter writer) {
    writer.list(
        blobs.entrySet(),
        (out, entry) -> out.raw(entry.getKey().toBytes()).bytes(entry.getValue()));
  }

  private static Map<BlobId, byte[]> readBlobs(RecordReader reader) {
    Map<BlobId, byte[]> blobs = new LinkedHashMap<>();
    for (int i = reader.integer(); i > 0; i--) {
      blobs.put(readBlobId(reader), reader.bytes());
    }
    return blobs;
  }

  private static BlobId readBlobId(RecordReader reader) {
    return BlobId.of(reader.raw(BlobId.BYTES));
  }
}
