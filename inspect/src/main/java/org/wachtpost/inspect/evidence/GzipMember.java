package org.wachtpost.inspect.evidence;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is packed in a {@code .gz} file (RFC 1952): old logs are often kept so. It was measured by
 * expanding it once; of a damaged one, {@code size} is what could be expanded before the damage.
 */
record GzipMember(EvidenceFile packed, String path, WindowsPath windowsPath, long size)
    implements EvidenceFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * What measuring found.
   *
   * @param bytes expanded bytes, up to the limit
   * @param failure what stopped it before the end; null if nothing did
   */
  record Measured(long bytes, @Nullable IOException failure) {}

  /** Expands the file to nowhere, at most {@code limit} bytes and one more. */
  static Measured measure(EvidenceFile packed, long limit) {
    long bytes = 0;
    try (InputStream stream = expand(packed)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int read = stream.read(buffer);
      while (read >= 0 && bytes <= limit) {
        bytes += read;
        read = stream.read(buffer);
      }
      return new Measured(bytes, null);
    } catch (IOException failed) {
      return new Measured(bytes, failed);
    }
  }

  private static InputStream expand(EvidenceFile packed) throws IOException {
    return new GzipStream(packed.open());
  }

  @Override
  public @Nullable Instant modified() {
    return packed.modified();
  }

  @Override
  public InputStream open() throws IOException {
    return new FirstBytes(expand(packed), size);
  }

  @Override
  public SeekableByteChannel channel() throws IOException {
    Path spool = Files.createTempFile("wachtpost-inspect", ".spool");
    try (InputStream stream = open()) {
      Files.copy(stream, spool, StandardCopyOption.REPLACE_EXISTING);
      return FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException failed) {
      Files.deleteIfExists(spool);
      throw failed;
    }
  }

  /** Ends after so many bytes: where measuring ended, and before any damage. */
  private static final class FirstBytes extends FilterInputStream {
    private long left;

    FirstBytes(InputStream stream, long bytes) {
      super(stream);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = super.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long skipped = super.skip(Math.min(bytes, left));
      left -= skipped;
      return skipped;
    }
  }
}
