package org.wachtpost.store.rocks;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.wachtpost.store.AccountHead;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;

/** A RocksDB snapshot, seen through one account. Ranges are read page by page. */
final class RocksSnapshot implements Snapshot {
  /** Entries of the first page; most ranges asked for are short. */
  private static final int FIRST_PAGE_ENTRIES = 64;

  private static final int PAGE_ENTRIES = 512;
  private static final int PAGE_BYTES = 512 * 1024;

  private final Reader reader;
  private final Database database;
  private final AccountId account;
  private final org.rocksdb.Snapshot snapshot;
  private final ReadOptions reading;
  private final Recent.@Nullable State state;
  private final long version;
  private volatile boolean closed;

  private record Entry(Key key, Value value) {}

  /** Keeps an array out of the record's equality. */
  private static final class Value {
    private final byte[] bytes;

    Value(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /** Called under a permit of the gate. */
  RocksSnapshot(Reader reader, Database database, Recent recent, AccountId account)
      throws RocksDBException {
    this.reader = reader;
    this.database = database;
    this.account = account;
    Recent.State known = recent.state(account);
    this.snapshot = database.takeSnapshot();
    this.state = known != null && recent.state(account) == known ? known : null;
    this.reading = new ReadOptions().setVerifyChecksums(true).setSnapshot(snapshot);
    boolean read = false;
    try {
      version = state != null ? state.version() : storedVersion();
      read = true;
    } finally {
      if (!read) {
        reading.close();
        database.release(snapshot);
      }
    }
  }

  private long storedVersion() throws RocksDBException {
    byte[] head = database.rocks().get(database.data(), reading, Layout.head(account));
    return head == null ? 0 : AccountHead.ofBytes(head).version();
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public byte @Nullable [] read(Key key) {
    boolean usable = !closed && reader.current() == database;
    Recent.Value known = state != null && usable ? state.value(key) : null;
    if (known != null) {
      return known.bytes();
    }
    byte[] physical = Layout.entry(account, key);
    byte[] value =
        reader.read(
            "cannot read " + account,
            current -> {
              requireOpen(current);
              return current.rocks().get(current.data(), reading, physical);
            });
    if (state != null) {
      state.learn(key, value);
    }
    return value;
  }

  @Override
  public Cursor range(Key from, Key to, Direction direction, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit " + limit);
    }
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
    return new RangeCursor(
        Layout.entry(account, from), Layout.entry(account, to), direction, limit);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    reader.release(current -> {
      reading.close();
      if (current == database) {
        database.release(snapshot);
      }
    });
  }

  private void requireOpen(Database current) {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
    if (current != database) {
      throw new StoreException.Unavailable(
          "the database was reopened after an error: take a new snapshot", null);
    }
  }

  private final class RangeCursor implements Cursor {
    private byte[] from;
    private byte[] to;
    private final Direction direction;
    private final Queue<Entry> page = new ArrayDeque<>();
    private int left;
    private int nextPageEntries = FIRST_PAGE_ENTRIES;
    private @Nullable Entry current;

    RangeCursor(byte[] from, byte[] to, Direction direction, int limit) {
      this.from = from;
      this.to = to;
      this.direction = direction;
      this.left = limit;
    }

    @Override
    public boolean next() {
      if (page.isEmpty() && left > 0) {
        reader.read(
            "cannot read a range of " + account,
            database -> {
              requireOpen(database);
              readPage();
              return true;
            });
      }
      current = page.poll();
      return current != null;
    }

    private void readPage() throws RocksDBException {
      int entries = Math.min(left, nextPageEntries);
      nextPageEntries = PAGE_ENTRIES;
      try (Slice lower = new Slice(from);
          Slice upper = new Slice(to);
          ReadOptions bounded =
              new ReadOptions(reading).setIterateLowerBound(lower).setIterateUpperBound(upper);
          RocksIterator iterator = database.rocks().newIterator(database.data(), bounded)) {
        int bytes = 0;
        byte[] last = from;
        for (start(iterator);
            iterator.isValid() && page.size() < entries && bytes < PAGE_BYTES;
            step(iterator)) {
          last = iterator.key();
          byte[] value = iterator.value();
          bytes += value.length;
          page.add(new Entry(Layout.entryKey(last), new Value(value)));
        }
        iterator.status();
        continueBehind(last, iterator.isValid());
      }
      left -= page.size();
    }

    private void start(RocksIterator iterator) {
      switch (direction) {
        case FORWARD -> iterator.seekToFirst();
        case BACKWARD -> iterator.seekToLast();
      }
    }

    private void step(RocksIterator iterator) {
      switch (direction) {
        case FORWARD -> iterator.next();
        case BACKWARD -> iterator.prev();
      }
    }

    private void continueBehind(byte[] last, boolean more) {
      if (!more) {
        left = page.size();
        return;
      }
      switch (direction) {
        // The first key behind another is that key with a zero byte.
        case FORWARD -> from = java.util.Arrays.copyOf(last, last.length + 1);
        case BACKWARD -> to = last;
      }
    }

    @Override
    public Key key() {
      return entry().key();
    }

    @Override
    public byte[] value() {
      return entry().value().bytes.clone();
    }

    private Entry entry() {
      if (current == null) {
        throw new IllegalStateException("no current entry");
      }
      return current;
    }

    @Override
    public void close() {
      left = 0;
      page.clear();
      current = null;
    }
  }
}
