package org.wachtpost.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What an engine keeps per account beside its entries: the version and the names of the commits
 * that led to it. For engines only.
 *
 * <p>Stored as record version 1: number version, list of (raw 16 bytes commit name), oldest first.
 *
 * @param version the account's newest version
 * @param recent names of the last commits, oldest first; the last one produced {@code version}
 */
public record AccountHead(long version, List<CommitId> recent) {
  private static final int LAYOUT = 1;

  /** Of an account that was never committed to. */
  public static final AccountHead EMPTY = new AccountHead(0, List.of());

  public AccountHead {
    recent = List.copyOf(recent);
    if (version < 0 || recent.size() > Math.min(version, Limits.REMEMBERED_COMMITS)) {
      throw new IllegalArgumentException(recent.size() + " commits at version " + version);
    }
  }

  /** After one more commit. */
  public AccountHead after(CommitId commit) {
    List<CommitId> names = new ArrayList<>(Limits.REMEMBERED_COMMITS);
    int from = recent.size() < Limits.REMEMBERED_COMMITS ? 0 : 1;
    names.addAll(recent.subList(from, recent.size()));
    names.add(commit);
    return new AccountHead(version + 1, names);
  }

  /** The version that this commit produced, if it is remembered. */
  public Optional<Long> outcome(CommitId commit) {
    int index = recent.lastIndexOf(commit);
    return index < 0 ? Optional.empty() : Optional.of(version - (recent.size() - 1 - index));
  }

  public byte[] toBytes() {
    RecordWriter writer = new RecordWriter(LAYOUT).number(version).number(recent.size());
    for (CommitId commit : recent) {
      writer.fixed64(commit.high()).fixed64(commit.low());
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws StoreException.Corrupt if it cannot be that
   */
  public static AccountHead ofBytes(byte[] bytes) {
    RecordReader reader = new RecordReader(bytes, LAYOUT);
    long version = reader.number();
    int count = reader.integer();
    if (version < 1 || count > Math.min(version, Limits.REMEMBERED_COMMITS)) {
      throw new StoreException.Corrupt(count + " commits at version " + version, null);
    }
    List<CommitId> recent = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      recent.add(new CommitId(reader.fixed64(), reader.fixed64()));
    }
    if (!reader.atEnd()) {
      throw new StoreException.Corrupt("account head with bytes behind its end", null);
    }
    return new AccountHead(version, recent);
  }
}
