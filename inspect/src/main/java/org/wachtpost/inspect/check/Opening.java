package org.wachtpost.inspect.check;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;

/**
 * A file that is opened once: for the first bytes, by which it is known, and for all of it. One
 * thread.
 */
final class Opening implements AutoCloseable {
  /** First bytes that a file may be known by. */
  static final int HEAD_BYTES = 8192;

  private final EvidenceFile file;
  private @Nullable InputStream stream;
  private byte @Nullable [] head;

  Opening(EvidenceFile file) {
    this.file = file;
  }

  EvidenceFile file() {
    return file;
  }

  /** At most {@link #HEAD_BYTES} first bytes; the file is opened when they are first asked for. */
  byte[] head() throws IOException {
    byte[] known = head;
    if (known == null) {
      stream = file.open();
      byte[] bytes = new byte[HEAD_BYTES];
      int count = stream.readNBytes(bytes, 0, HEAD_BYTES);
      known = count < HEAD_BYTES ? Arrays.copyOf(bytes, count) : bytes;
      head = known;
    }
    return known;
  }

  /** All bytes, once. */
  InputStream all() throws IOException {
    InputStream first = new ByteArrayInputStream(head());
    return new SequenceInputStream(first, Objects.requireNonNull(stream));
  }

  @Override
  public void close() throws IOException {
    if (stream != null) {
      stream.close();
    }
  }
}
