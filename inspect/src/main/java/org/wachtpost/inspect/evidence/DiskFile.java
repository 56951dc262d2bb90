package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file of a folder. */
record DiskFile(
    Path file, String path, WindowsPath windowsPath, long size, @Nullable Instant modified)
    implements EvidenceFile {

  @Override
  public InputStream open() throws IOException {
    return new ChannelStream(read(), size);
  }

  @Override
  public SeekableByteChannel channel() throws IOException {
    return read();
  }

  private FileChannel read() throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a plain file: " + path);
    }
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Reads through the platform's one buffer per thread, without the locks of its streams. */
  private static final class ChannelStream extends BlockStream {
    /** The platform keeps a buffer as large as the largest read. */
    private static final int MOST_BYTES = 256 * 1024;

    private final FileChannel channel;
    private final long size;
    private long done;

    ChannelStream(FileChannel channel, long size) {
      this.channel = channel;
      this.size = size;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int read = channel.read(ByteBuffer.wrap(bytes, offset, Math.min(length, MOST_BYTES)));
      done += Math.max(read, 0);
      if (read < 0 && done < size) {
        // Somebody works on the evidence: nobody shall think that all of it was read.
        throw new IOException(
            "it became shorter while it was read: " + done + " of " + size + " bytes");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
