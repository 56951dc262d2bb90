package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One file of the evidence, wherever it lies. Reading it changes nothing. */
public sealed interface EvidenceFile permits DiskFile, ArchiveEntry, GzipMember {
  /** Bytes a caller may ask for as a whole; larger files are read as a stream. */
  int MAX_WHOLE_BYTES = 16 << 20;

  /** How the file is named in reports; archives are shown as {@code archive.zip!/entry}. */
  String path();

  /** Where it lay on the server, as well as that can be told. */
  WindowsPath windowsPath();

  /** Its size in bytes, expanded. */
  long size();

  /** When it was last written, as the copy has it; null if the copy does not say. */
  @Nullable Instant modified();

  /** Its bytes from the beginning. */
  InputStream open() throws IOException;

  /** Its bytes with a position; archive entries are expanded for it first. */
  SeekableByteChannel channel() throws IOException;

  /** At most {@code limit} first bytes. */
  default byte[] head(int limit) throws IOException {
    try (InputStream stream = open()) {
      return stream.readNBytes(limit);
    }
  }

  /**
   * All its bytes, or the first {@link #MAX_WHOLE_BYTES}: read at once, as long as its size says.
   */
  default byte[] whole() throws IOException {
    try (InputStream stream = open()) {
      byte[] bytes = new byte[(int) Math.min(size(), MAX_WHOLE_BYTES)];
      int read = stream.readNBytes(bytes, 0, bytes.length);
      if (read < bytes.length) {
        return Arrays.copyOf(bytes, read);
      }
      byte[] more = stream.readNBytes(MAX_WHOLE_BYTES - read);
      if (more.length == 0) {
        return bytes;
      }
      byte[] all = Arrays.copyOf(bytes, read + more.length);
      System.arraycopy(more, 0, all, read, more.length);
      return all;
    }
  }

  /** SHA-256 of the whole file, lower-case hexadecimal. */
  default String sha256() throws IOException {
    try (InputStream stream = open()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      int read = stream.read(buffer);
      while (read >= 0) {
        digest.update(buffer, 0, read);
        read = stream.read(buffer);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
