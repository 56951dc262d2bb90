package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;

/**
 * Keeps two processes from opening one store. The file {@code LOCK} names the holder.
 *
 * <p>POSIX gives locks to processes: closing any descriptor of the file drops the lock of the
 * process. So the file is not even opened where this process holds it already.
 */
final class StoreLock implements AutoCloseable {
  private static final String NAME = "LOCK";

  /** The files that this process has locked. It has these locks, so the list is one for it all. */
  private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Object file;

  private StoreLock(FileChannel channel, Object file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @throws StoreException.Unavailable if another process, or another store of this one, has it
   */
  static StoreLock take(Path directory) {
    Path path = directory.resolve(NAME);
    try {
      Object file = identity(path);
      if (!HELD.add(file)) {
        throw inUse(directory, "by this process");
      }
      boolean taken = false;
      try {
        StoreLock lock = lock(directory, path, file);
        taken = true;
        return lock;
      } finally {
        if (!taken) {
          HELD.remove(file);
        }
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot lock " + path + ": " + e.getMessage(), e);
    }
  }

  /** The file itself, by whatever name; it is made if it is not there. */
  private static Object identity(Path path) throws IOException {
    try {
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      // Nor was it opened.
    }
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? path.toRealPath() : key;
  }

  private static StoreLock lock(Path directory, Path path, Object file) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory, "by process " + holder(channel));
      }
      channel.truncate(0);
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(pid), 0);
      locked = true;
      return new StoreLock(channel, file);
    } catch (OverlappingFileLockException e) {
      throw inUse(directory, "by this process"); // by code that knows nothing of this class
    } finally {
      if (!locked) {
        channel.close();
      }
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
    } finally {
      HELD.remove(file);
    }
  }
}
