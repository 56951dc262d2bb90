package org.wachtpost.mail;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds messages while they arrive: small ones in memory as long as all of them together do not
 * take too much of it, the others in files of the data directory that nobody else can read and that
 * are removed when the content is closed. Thread-safe; a sink is not.
 */
public final class Spool {
  /** Most messages fit the first array, most others the second; then it doubles. */
  private static final int FIRST_BYTES = 8 * 1024;

  private static final int SECOND_BYTES = 32 * 1024;

  /** Of a file, in memory; where that is short, much less. */
  private static final int FILE_BUFFER_BYTES = 64 * 1024;

  private static final int SCARCE_FILE_BUFFER_BYTES = 2 * 1024;
  private static final byte[] NONE = new byte[0];

  private final Path directory;
  private final int memoryBytes;
  private final long wholeMemoryBytes;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param directory where files are made; created if missing, emptied of leftovers
   * @param memoryBytes content up to this size stays in memory
   * @param wholeMemoryBytes of all contents and of the buffers of files together; what would go
   *     beyond goes into a file, with a small buffer
   */
  public Spool(Path directory, int memoryBytes, long wholeMemoryBytes) throws IOException {
    this.directory = directory;
    this.memoryBytes = memoryBytes;
    this.wholeMemoryBytes = wholeMemoryBytes;
    Files.createDirectories(directory);
    try (var leftovers = Files.newDirectoryStream(directory, "*.spool")) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
  }

  /** Starts to hold a message. Close it unless {@link Sink#finish} was called. */
  public Sink start() {
    return new Sink();
  }

  /** Bytes of messages and buffers that are in memory now. */
  long heldBytes() {
    return held.get();
  }

  private boolean hold(int bytes) {
    if (held.addAndGet(bytes) <= wholeMemoryBytes) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  /** Takes the bytes of one message. */
  public final class Sink extends OutputStream {
    private byte @Nullable [] memory = NONE;
    private @Nullable Path path;
    private @Nullable OutputStream unbuffered;
    private @Nullable OutputStream file;
    private int bufferHeld;
    private long size;
    private boolean finished;

    /** Bytes taken so far. */
    public long size() {
      return size;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      byte[] inMemory = memory;
      if (inMemory != null && (size + length > memoryBytes || !hold(length))) {
        inMemory = spill(inMemory);
      }
      if (inMemory != null) {
        int begin = (int) size;
        if (begin + length > inMemory.length) {
          int doubled = begin == 0 ? FIRST_BYTES : Math.max(SECOND_BYTES, 2 * inMemory.length);
          inMemory = Arrays.copyOf(inMemory, Math.max(begin + length, doubled));
          memory = inMemory;
        }
        System.arraycopy(bytes, offset, inMemory, begin, length);
      } else if (file != null) {
        file.write(bytes, offset, length);
      }
      size += length;
    }

    private byte @Nullable [] spill(byte[] inMemory) throws IOException {
      var ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      Path made = Files.createTempFile(directory, "message", ".spool", ownerOnly);
      path = made;
      OutputStream below = Files.newOutputStream(made, StandardOpenOption.WRITE);
      unbuffered = below;
      memory = null;
      held.addAndGet(-size);
      bufferHeld = hold(FILE_BUFFER_BYTES) ? FILE_BUFFER_BYTES : 0;
      OutputStream out =
          new BufferedOutputStream(
              below, bufferHeld > 0 ? FILE_BUFFER_BYTES : SCARCE_FILE_BUFFER_BYTES);
      file = out;
      out.write(inMemory, 0, (int) size);
      return null;
    }

    private void letGoOfBuffer() {
      held.addAndGet(-bufferHeld);
      bufferHeld = 0;
    }

    /** The content; the sink is used up. */
    public MessageContent finish() throws IOException {
      if (memory != null) {
        finished = true;
        return new HeldContent(MessageContent.of(memory, (int) size));
      }
      if (file == null || path == null) {
        throw new IllegalStateException("sink is closed");
      }
      file.close();
      file = null;
      letGoOfBuffer();
      finished = true;
      return new SpooledContent(path, size);
    }

    /** Throws the bytes away unless {@link #finish} was called. */
    @Override
    public void close() throws IOException {
      if (!finished && memory != null) {
        memory = null;
        held.addAndGet(-size);
      }
      if (!finished && path != null) {
        finished = true;
        file = null;
        letGoOfBuffer();
        if (unbuffered != null) {
          unbuffered.close(); // what the buffer holds is thrown away: the disk may be full
        }
        Files.deleteIfExists(path);
      }
    }
  }

  private final class HeldContent implements MessageContent {
    private final MessageContent content;
    private final AtomicBoolean open = new AtomicBoolean(true);

    HeldContent(MessageContent content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.size();
    }

    @Override
    public InputStream open() throws IOException {
      return content.open();
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        held.addAndGet(-content.size());
      }
    }
  }

  private record SpooledContent(Path path, long size) implements MessageContent {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove spool file", e);
      }
    }
  }
}
