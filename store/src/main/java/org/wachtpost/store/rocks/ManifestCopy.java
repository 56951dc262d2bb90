package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A second copy of MANIFEST, the one small file without which no account can be read, and of what
 * CURRENT says. Made after opening and at closing.
 *
 * <p>Why it is safe to use: MANIFEST only grows, so a copy of the same name and length as the
 * damaged file is that file as it was. An older copy is never used: it would not know tables
 * written since.
 */
final class ManifestCopy {
  private static final String NAME = "MANIFEST.copy";
  private static final String CURRENT = "CURRENT";
  private static final String MANIFEST_NAME = "MANIFEST-\\d{6,20}";

  private final Path directory;
  private final Path database;

  ManifestCopy(Path directory, Path database) {
    this.directory = directory;
    this.database = database;
  }

  /** Copies the file that CURRENT names. */
  void make() throws IOException {
    String name = Files.readString(database.resolve(CURRENT), ISO_8859_1).strip();
    byte[] manifest = Files.readAllBytes(database.resolve(name));
    byte[] line = (name + "\n").getBytes(ISO_8859_1);
    byte[] copy = Arrays.copyOf(line, line.length + manifest.length);
    System.arraycopy(manifest, 0, copy, line.length, manifest.length);
    replace(directory.resolve(NAME), copy);
  }

  /** Puts the copy in the place of what is damaged, and says what that was. */
  Optional<String> mend() throws IOException {
    Path copyFile = directory.resolve(NAME);
    if (!Files.exists(copyFile) || !Files.exists(database)) {
      return Optional.empty();
    }
    byte[] copy = Files.readAllBytes(copyFile);
    String start = new String(copy, 0, Math.min(copy.length, 64), ISO_8859_1);
    String name = start.lines().findFirst().orElse("");
    if (!name.matches(MANIFEST_NAME) || !start.contains("\n")) {
      return Optional.empty();
    }
    byte[] manifest = Arrays.copyOfRange(copy, name.length() + 1, copy.length);
    Path original = database.resolve(name);
    if (!Files.exists(original) || Files.size(original) != manifest.length) {
      return Optional.empty();
    }
    String current = readCurrent();
    boolean currentIsDamaged = !current.matches(MANIFEST_NAME + "\n");
    if (!currentIsDamaged && !current.strip().equals(name) && isThere(current)) {
      return Optional.empty();
    }
    if (!current.equals(name + "\n")) {
      replace(database.resolve(CURRENT), (name + "\n").getBytes(ISO_8859_1));
      return Optional.of("CURRENT was damaged and was mended from the copy");
    }
    if (isWhole(original) || !isWhole(manifest)) {
      return Optional.empty();
    }
    replace(original, manifest);
    return Optional.of(name + " was damaged and was mended from the copy");
  }

  private boolean isThere(String current) {
    return Files.exists(database.resolve(current.strip()));
  }

  private String readCurrent() throws IOException {
    try {
      return Files.readString(database.resolve(CURRENT), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static boolean isWhole(Path manifest) throws IOException {
    return isWhole(Files.readAllBytes(manifest));
  }

  private static boolean isWhole(byte[] manifest) {
    AtomicBoolean whole = new AtomicBoolean(true);
    LogReader.read(
        ByteBuffer.wrap(manifest),
        new LogReader.Visitor() {
          @Override
          public void record(long offset, byte[] bytes) {
            // Its checksum was right.
          }

          @Override
          public void bad(long offset, boolean endsEarly) {
            whole.set(false);
          }
        });
    return whole.get();
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
