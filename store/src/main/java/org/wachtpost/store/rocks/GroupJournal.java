package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * Numbers the groups, and keeps the note of the last acknowledged one in the file {@code ACK}. The
 * file is written after the sync and is not synced itself before the store is closed: it may lag
 * behind, never run ahead, so a log that ends before it has lost something acknowledged; and a
 * power cut may leave it torn. Used by the commit thread only.
 */
final class GroupJournal implements AutoCloseable {
  static final String FILE = "ACK";

  private static final int FEWEST_ACCOUNTS = 32;

  private final FileChannel file;
  private final LinkedHashMap<AccountId, Long> recent = new LinkedHashMap<>();
  private long group;
  private boolean complete = true;

  GroupJournal(Path directory) throws IOException {
    file =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Numbers start anew, as the {@code epoch}-th opening of the store. */
  void start(long epoch) throws IOException {
    group = epoch << 32;
    recent.clear();
    complete = true;
    writeNote();
  }

  /** The note for the next group, to be written in front of it. */
  byte[] next(boolean synced) {
    group++;
    return new GroupNote(group, synced, recent, complete).toBytes();
  }

  /** The group is durable and will be answered. */
  void acknowledge(Set<AccountId> accounts) throws IOException {
    for (AccountId account : accounts) {
      recent.remove(account);
      recent.put(account, group);
    }
    int most = Math.max(FEWEST_ACCOUNTS, 4 * accounts.size());
    Iterator<Long> oldest = recent.values().iterator();
    for (int surplus = recent.size() - most; surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
      complete = false;
    }
    writeNote();
  }

  private void writeNote() throws IOException {
    byte[] note = new GroupNote(group, true, recent, complete).toBytes();
    ByteBuffer frame = ByteBuffer.allocate(8 + note.length);
    frame.putInt(note.length).putInt(crc(note)).put(note).flip();
    file.write(frame, 0);
  }

  /** The note of the last group known to be acknowledged, if the file is there and whole. */
  static Optional<GroupNote> lastAcknowledged(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    ByteBuffer frame = ByteBuffer.wrap(Files.readAllBytes(path));
    if (frame.remaining() < 8) {
      return Optional.empty();
    }
    int length = frame.getInt();
    int checksum = frame.getInt();
    if (length <= 0 || length > frame.remaining()) {
      return Optional.empty();
    }
    byte[] note = new byte[length];
    frame.get(note);
    if (crc(note) != checksum) {
      return Optional.empty();
    }
    try {
      return Optional.of(GroupNote.ofBytes(note));
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    }
  }

  /** True if the file is there and is not whole: torn by a power cut, or damaged. */
  static boolean isDamaged(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    return Files.exists(path) && Files.size(path) > 0 && lastAcknowledged(directory).isEmpty();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Makes the note durable: behind a store that was closed a damaged one is no torn one. */
  void sync() throws IOException {
    file.force(false);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
