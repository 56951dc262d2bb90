package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A file of an archive; the archive stays open as long as the evidence. */
record ArchiveEntry(
    ZipFile archive,
    ZipEntry entry,
    String path,
    WindowsPath windowsPath,
    long size,
    EvidenceLimits limits)
    implements EvidenceFile {

  @Override
  public @Nullable Instant modified() {
    return entry.getLastModifiedTime() == null ? null : entry.getLastModifiedTime().toInstant();
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stream = archive.getInputStream(entry);
    if (stream == null) {
      throw new IOException("no such entry: " + path);
    }
    // The directory of a hostile archive may lie about sizes: what counts is what comes out.
    return new BoundedStream(stream, Math.min(limits.entryBytes(), Math.max(size, 0)));
  }

  @Override
  public SeekableByteChannel channel() throws IOException {
    Path spool = spool(this);
    return FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Expands an entry to a temporary file outside the evidence; the caller deletes it. */
  static Path spool(ArchiveEntry entry) throws IOException {
    Path spool = Files.createTempFile("wachtpost-inspect", ".spool");
    try (InputStream stream = entry.open()) {
      Files.copy(stream, spool, StandardCopyOption.REPLACE_EXISTING);
      return spool;
    } catch (IOException failed) {
      Files.deleteIfExists(spool);
      throw failed;
    }
  }
}
