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
import org.jspecify.annotations.Nullable;

/** A file of an archive; the archive stays open as long as the evidence. */
record ArchiveEntry(ZipArchive archive, ZipMember member, String path, WindowsPath windowsPath)
    implements EvidenceFile {

  @Override
  public long size() {
    return member.size();
  }

  @Override
  public @Nullable Instant modified() {
    return member.modified();
  }

  @Override
  public InputStream open() throws IOException {
    return archive.open(member);
  }

  @Override
  public SeekableByteChannel channel() throws IOException {
    Path spool = spool(this);
    return FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Expands an entry to a temporary file outside the evidence; the caller deletes it. */
  static Path spool(ArchiveEntry entry) throws IOException {
    Path spool = Files.createTempFile("wachtpost-inspect", ".spool");
    spool.toFile().deleteOnExit(); // an inspection that is interrupted closes nothing
    try (InputStream stream = entry.open()) {
      Files.copy(stream, spool, StandardCopyOption.REPLACE_EXISTING);
      return spool;
    } catch (IOException failed) {
      Files.deleteIfExists(spool);
      throw failed;
    }
  }
}
