package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;

/** Keeps two processes from opening one store. The file {@code LOCK} names the holder. */
final class StoreLock implements AutoCloseable {
  private static final String NAME = "LOCK";

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws StoreException.Unavailable if another process, or another store of this one, has it
   */
  static StoreLock take(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      @Nullable FileLock lock = null;
      try {
        lock = channel.tryLock();
        if (lock == null) {
          throw inUse(directory, "by process " + holder(channel));
        }
        channel.truncate(0);
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
        channel.write(ByteBuffer.wrap(pid), 0);
        return new StoreLock(channel);
      } catch (OverlappingFileLockException e) {
        throw inUse(directory, "by this process");
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot lock " + file + ": " + e.getMessage(), e);
    }
  }

  private static StoreException.Unavailable inUse(Path directory, String by) {
    return new StoreException.Unavailable("the store in " + directory + " is in use " + by, null);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    String text = new String(pid.array(), 0, pid.position(), StandardCharsets.UTF_8);
    return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? text : "unknown";
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot release the lock: " + e.getMessage(), e);
    }
  }
}
