package org.wachtpost.mail;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message while it arrives: small ones in memory, larger ones in a file of the data
 * directory that nobody else can read and that is removed when the content is closed.
 */
public final class Spool {
  private final Path directory;
  private final int memoryBytes;

  /**
   * @param directory where files are made; created if missing, emptied of leftovers
   * @param memoryBytes content up to this size stays in memory
   */
  public Spool(Path directory, int memoryBytes) throws IOException {
    this.directory = directory;
    this.memoryBytes = memoryBytes;
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

  /** Takes the bytes of one message. */
  public final class Sink extends OutputStream {
    private @Nullable ByteArrayOutputStream memory = new ByteArrayOutputStream(8192);
    private @Nullable Path path;
    private @Nullable OutputStream unbuffered;
    private @Nullable OutputStream file;
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
      ByteArrayOutputStream held = memory;
      if (held != null && size + length > memoryBytes) {
        held = spill(held);
      }
      if (held != null) {
        held.write(bytes, offset, length);
      } else if (file != null) {
        file.write(bytes, offset, length);
      }
      size += length;
    }

    private @Nullable ByteArrayOutputStream spill(ByteArrayOutputStream held) throws IOException {
      var ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      Path made = Files.createTempFile(directory, "message", ".spool", ownerOnly);
      path = made;
      OutputStream below = Files.newOutputStream(made, StandardOpenOption.WRITE);
      unbuffered = below;
      OutputStream out = new BufferedOutputStream(below, 65_536);
      held.writeTo(out);
      file = out;
      memory = null;
      return null;
    }

    /** The content; the sink is used up. */
    public MessageContent finish() throws IOException {
      if (memory != null) {
        finished = true;
        return MessageContent.of(memory.toByteArray());
      }
      if (file == null || path == null) {
        throw new IllegalStateException("sink is closed");
      }
      file.close();
      finished = true;
      return new SpooledContent(path, size);
    }

    /** Throws the bytes away unless {@link #finish} was called. */
    @Override
    public void close() throws IOException {
      if (!finished && path != null) {
        finished = true;
        if (unbuffered != null) {
          unbuffered.close(); // what the buffer holds is thrown away: the disk may be full
        }
        Files.deleteIfExists(path);
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
