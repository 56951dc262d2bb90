package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

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
  private static final Pattern FIRST_LINE =
      Pattern.compile("(" + MANIFEST_NAME + ")(?: ([0-9a-f]{8}))?");

  private final Path directory;
  private final Path database;

  ManifestCopy(Path directory, Path database) {
    this.directory = directory;
    this.database = database;
  }

  /** What the copy holds. Early versions wrote no checksum behind the name. */
  private record Copy(String name, byte[] manifest) {
    /** Null if it is damaged. */
    static @Nullable Copy of(byte[] file) {
      String start = new String(file, 0, Math.min(file.length, 64), ISO_8859_1);
      int end = start.indexOf('\n');
      Matcher line = FIRST_LINE.matcher(end < 0 ? "" : start.substring(0, end));
      if (!line.matches()) {
        return null;
      }
      byte[] manifest = Arrays.copyOfRange(file, end + 1, file.length);
      String sum = line.group(2);
      boolean whole = sum == null || sum.equals(checksum(line.group(1), manifest));
      return whole ? new Copy(line.group(1), manifest) : null;
    }
  }

  /** What is wrong with the copy itself. */
  Optional<String> damage() throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file) || Copy.of(Files.readAllBytes(file)) != null) {
      return Optional.empty();
    }
    return Optional.of(NAME + " is damaged; it is made anew at the next start");
  }

  private static String checksum(String name, byte[] manifest) {
    CRC32C crc = new CRC32C();
    crc.update(name.getBytes(ISO_8859_1));
    crc.update(manifest);
    return "%08x".formatted(crc.getValue());
  }

  /** Copies the file that CURRENT names. */
  void make() throws IOException {
    String name = Files.readString(database.resolve(CURRENT), ISO_8859_1).strip();
    byte[] manifest = Files.readAllBytes(database.resolve(name));
    byte[] line = (name + " " + checksum(name, manifest) + "\n").getBytes(ISO_8859_1);
    byte[] copy = Arrays.copyOf(line, line.length + manifest.length);
    System.arraycopy(manifest, 0, copy, line.length, manifest.length);
    SmallFiles.replace(directory.resolve(NAME), copy);
  }

  /** Puts the copy in the place of what is damaged, and says what that was. */
  Optional<String> mend() throws IOException {
    Path copyFile = directory.resolve(NAME);
    if (!Files.exists(copyFile) || !Files.exists(database)) {
      return Optional.empty();
    }
    Copy copy = Copy.of(Files.readAllBytes(copyFile));
    if (copy == null) {
      return Optional.empty();
    }
    String name = copy.name();
    byte[] manifest = copy.manifest();
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
      SmallFiles.replace(database.resolve(CURRENT), (name + "\n").getBytes(ISO_8859_1));
      return Optional.of("CURRENT was damaged and was mended from the copy");
    }
    if (isWhole(original) || !isWhole(manifest)) {
      return Optional.empty();
    }
    SmallFiles.replace(original, manifest);
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
}
