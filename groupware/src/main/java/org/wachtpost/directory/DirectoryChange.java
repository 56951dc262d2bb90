package org.wachtpost.directory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.LogEntry;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * One change of the directory as it is made: what it writes, and the log entry of it, which says in
 * a word what was done to whom, and keeps what stood under each key before, so that it can be
 * undone. Used by one thread within one transaction.
 */
final class DirectoryChange {
  /** What was done, layout 1: word, subject. */
  private static final int DONE = 1;

  /** What stood there before, layout 2: key, whether there was a value, its size, a piece of it. */
  private static final int BEFORE = 2;

  /** A value may be longer than a log record: it is kept in pieces, bytes. */
  private static final int PIECE_BYTES = 12 * 1024;

  private final Transaction tx;
  private final Map<Key, Optional<byte[]>> before = new LinkedHashMap<>();

  DirectoryChange(Transaction tx) {
    this.tx = tx;
  }

  /**
   * What the log says of one change.
   *
   * @param before what stood under each key that it wrote; empty if nothing did
   */
  record Logged(String word, String subject, Map<Key, Optional<byte[]>> before) {}

  Transaction transaction() {
    return tx;
  }

  byte @Nullable [] read(Key key) {
    return tx.read(key);
  }

  void put(Key key, byte[] value) {
    remember(key);
    tx.put(key, value);
  }

  void delete(Key key) {
    remember(key);
    tx.delete(key);
  }

  private void remember(Key key) {
    before.computeIfAbsent(key, k -> Optional.ofNullable(tx.read(k)));
  }

  /** Writes the log entry: the last step of a change. */
  void log(String word, String subject) {
    record(new RecordWriter(DONE).text(word).text(subject));
    before.forEach((key, value) -> {
      byte[] bytes = value.orElse(new byte[0]);
      int from = 0;
      do {
        int to = Math.min(bytes.length, from + PIECE_BYTES);
        record(
            new RecordWriter(BEFORE)
                .bytes(key.toBytes())
                .flag(value.isPresent())
                .bytes(Arrays.copyOfRange(bytes, from, to)));
        from = to;
      } while (from < bytes.length);
    });
  }

  private void record(RecordWriter record) {
    tx.log(new LogRecord(LogRecord.Type.DIRECTORY, record.toBytes()));
  }

  /** The changes that one entry of the log tells of, in the order in which they were made. */
  static List<Logged> read(LogEntry entry) {
    List<Logged> changes = new ArrayList<>();
    for (LogRecord record : entry.records()) {
      if (record.type() == LogRecord.Type.DIRECTORY) {
        read(new RecordReader(record.body(), BEFORE), changes);
      }
    }
    return changes;
  }

  private static void read(RecordReader in, List<Logged> changes) {
    if (in.version() == DONE) {
      changes.add(new Logged(in.text(), in.text(), new LinkedHashMap<>()));
    } else if (changes.isEmpty()) {
      throw new StoreException.Corrupt("log of the directory: a value of no change", null);
    } else {
      Key key = Key.of(in.bytes());
      Optional<byte[]> piece = in.flag() ? Optional.of(in.bytes()) : Optional.empty();
      changes.getLast().before().merge(key, piece, DirectoryChange::joined);
    }
  }

  private static Optional<byte[]> joined(Optional<byte[]> first, Optional<byte[]> next) {
    return first.flatMap(a ->
        next.map(b -> {
          byte[] both = Arrays.copyOf(a, a.length + b.length);
          System.arraycopy(b, 0, both, a.length, b.length);
          return both;
        }));
  }
}
