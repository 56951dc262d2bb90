package org.wachtpost.changelog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * The stored log of an account, an entry for each version that logged something. An entry that does
 * not fit one value has several parts. Old entries are deleted; the floor says from where on the
 * log is whole.
 */
public final class ChangeLog {
  /** Longest body of a log record, bytes. */
  public static final int RECORD_BYTES = 16 * 1024;

  /** A part is closed once it holds this many bytes of records. */
  private static final int PART_BYTES = 40 * 1024;

  /** What a record costs beside its body: type and length, bytes. */
  private static final int RECORD_OVERHEAD_BYTES = 4;

  private static final int LAYOUT = 1;
  private static final Key FLOOR = KeyWriter.prefix(KeySpace.LOG_FLOOR).key();
  private static final Key FIRST = KeyWriter.prefix(KeySpace.LOG).key();
  private static final Key END = FIRST.prefixEnd();

  private ChangeLog() {}

  /**
   * Reads the entries after version {@code since} up to the snapshot's version, in order. Versions
   * that logged nothing have no entry.
   *
   * @return false, and nothing read, if the log does not reach back that far any more
   */
  public static boolean forEachSince(Snapshot snapshot, long since, Consumer<LogEntry> consumer) {
    if (since + 1 < floor(snapshot.read(FLOOR))) {
      return false;
    }
    try (Cursor cursor =
        snapshot.range(key(since + 1, 0), END, Direction.FORWARD, Integer.MAX_VALUE)) {
      forEach(cursor, consumer);
    }
    return true;
  }

  private static void forEach(Cursor cursor, Consumer<LogEntry> consumer) {
    long version = -1;
    Instant time = Instant.EPOCH;
    List<LogRecord> records = new ArrayList<>();
    while (cursor.next()) {
      long partVersion = version(cursor.key());
      if (partVersion != version) {
        if (version >= 0) {
          consumer.accept(new LogEntry(version, time, records));
        }
        version = partVersion;
        records = new ArrayList<>();
      }
      RecordReader reader = new RecordReader(cursor.value(), LAYOUT);
      time = Instant.ofEpochMilli(reader.number());
      records.addAll(reader.list(ChangeLog::readRecord));
    }
    if (version >= 0) {
      consumer.accept(new LogEntry(version, time, records));
    }
  }

  private static LogRecord readRecord(RecordReader reader) {
    int code = reader.integer();
    for (LogRecord.Type type : LogRecord.Type.values()) {
      if (type.code() == code) {
        return new LogRecord(type, reader.bytes());
      }
    }
    throw new StoreException.Corrupt("unknown log record type " + code, null);
  }

  /** The first version whose entry is certainly there: those before were truncated. */
  public static long floor(Snapshot snapshot) {
    return floor(snapshot.read(FLOOR));
  }

  private static long floor(byte @Nullable [] value) {
    return value == null ? 0 : new RecordReader(value, LAYOUT).number();
  }

  /** Writes the entry of a version in as many parts as it needs. */
  static void write(
      long version, Instant time, List<LogRecord> records, BiConsumer<Key, byte[]> writer) {
    int part = 0;
    int bytes = 0;
    List<LogRecord> held = new ArrayList<>();
    for (LogRecord record : records) {
      held.add(record);
      bytes += record.body().length + RECORD_OVERHEAD_BYTES;
      if (bytes > PART_BYTES) {
        writer.accept(key(version, part++), value(time, held));
        held.clear();
        bytes = 0;
      }
    }
    if (!held.isEmpty()) {
      writer.accept(key(version, part), value(time, held));
    }
  }

  private static byte[] value(Instant time, List<LogRecord> records) {
    return new RecordWriter(LAYOUT)
        .number(Math.max(0, time.toEpochMilli()))
        .list(records, (out, record) -> out.number(record.type().code()).bytes(record.body()))
        .toBytes();
  }

  /** Bytes that records take in an entry, without what each part costs. */
  static long bytes(List<LogRecord> records) {
    long bytes = 0;
    for (LogRecord record : records) {
      bytes += record.body().length + RECORD_OVERHEAD_BYTES;
    }
    return bytes;
  }

  /** At most so many parts hold records of so many bytes. */
  static int parts(long bytes) {
    return (int) (bytes / PART_BYTES) + 1;
  }

  /**
   * Deletes the oldest entries, at most {@code limit} parts of them, if they are older than {@code
   * before}.
   *
   * @return how many parts were deleted
   */
  static int truncate(Transaction transaction, Instant before, int limit) {
    List<Key> old = new ArrayList<>();
    long floor = floor(transaction.read(FLOOR));
    try (Cursor cursor = transaction.range(FIRST, END, Direction.FORWARD, limit)) {
      while (cursor.next()) {
        long time = new RecordReader(cursor.value(), LAYOUT).number();
        if (time >= before.toEpochMilli()) {
          break;
        }
        old.add(cursor.key());
        floor = version(cursor.key()) + 1;
      }
    }
    if (!old.isEmpty()) {
      old.forEach(transaction::delete);
      transaction.put(FLOOR, new RecordWriter(LAYOUT).number(floor).toBytes());
    }
    return old.size();
  }

  private static Key key(long version, int part) {
    return KeyWriter.prefix(KeySpace.LOG).u64(version).u8(part).key();
  }

  private static long version(Key key) {
    if (key.length() != 10) {
      throw new StoreException.Corrupt("log key " + key, null);
    }
    long version = 0;
    for (int i = 1; i <= 8; i++) {
      version = version << 8 | key.at(i);
    }
    return version;
  }
}
