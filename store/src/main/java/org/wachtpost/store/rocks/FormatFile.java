package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;

/**
 * The file {@code FORMAT} says which versions of the engine's layout and of the key space a store
 * is written in: {@code wachtpost-store engine=2 keys=1 crc32c=...}. Read before anything else is
 * touched. A second copy is in {@link SmallFiles}.
 */
final class FormatFile {
  static final String NAME = "FORMAT";

  private static final Logger LOG = LoggerFactory.getLogger(FormatFile.class);

  /** Without a checksum as stores of early versions have it. */
  private static final Pattern LINE =
      Pattern.compile(
          "(wachtpost-store engine=(\\d{1,6}) keys=(\\d{1,6}))(?: crc32c=([0-9a-f]{8}))?\n");

  private FormatFile() {}

  /**
   * Refuses a store that is newer than this server, and marks a new one. A store that is known goes
   * on without the file being written: the disk may be full.
   *
   * @return what was wrong, and whether it has been mended
   * @throws StoreException.Unavailable if the store is newer or the file cannot be read
   * @throws StoreException.Corrupt if neither the file nor its copy says anything sensible
   */
  static Optional<String> check(Path directory, SmallFiles copies) {
    Path file = directory.resolve(NAME);
    try {
      String text = read(file);
      if (text == null && !Files.exists(directory.resolve(RocksStore.DATABASE))) {
        write(file, "wachtpost-store engine=" + Layout.FORMAT + " keys=" + KeySpace.FORMAT);
        return Optional.empty();
      }
      if (text != null && isWhole(text)) {
        requireKnown(directory, text);
        return Optional.empty();
      }
      String wrong = text == null ? " is missing" : " is damaged";
      String copy =
          copies
              .format()
              .filter(FormatFile::isWhole)
              .orElseThrow(() -> new StoreException.Corrupt(file + wrong, null));
      requireKnown(directory, copy);
      return Optional.of(NAME + mend(file, copy, wrong));
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Marks an older store, which this server could open, as of its own format, which what it writes
   * from now on has; adds the checksum that the file of a store of this format may lack.
   *
   * @throws StoreException.Unavailable if an older store cannot be marked
   */
  static void bringUp(Path directory, SmallFiles copies) {
    Path file = directory.resolve(NAME);
    try {
      String text = read(file);
      if (text == null || !isWhole(text)) {
        text = copies.format().orElseThrow(); // it was damaged and cannot be written
      }
      Matcher line = versions(text);
      if (Integer.parseInt(line.group(2)) < Layout.FORMAT) {
        write(file, "wachtpost-store engine=" + Layout.FORMAT + " keys=" + line.group(3));
      } else if (line.group(4) == null) {
        addChecksum(file, line.group(1));
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** True if the file is as it was written. */
  static boolean isWhole(Path directory) throws IOException {
    String text = read(directory.resolve(NAME));
    return text != null && isWhole(text);
  }

  private static boolean isWhole(String text) {
    Matcher line = LINE.matcher(text);
    return line.matches()
        && (line.group(4) == null || line.group(4).equals(SmallFiles.checksum(line.group(1))));
  }

  private static Matcher versions(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw new IllegalStateException("not whole: " + text);
    }
    return line;
  }

  private static void requireKnown(Path directory, String text) {
    Matcher line = versions(text);
    int engine = Integer.parseInt(line.group(2));
    int keys = Integer.parseInt(line.group(3));
    if (engine > Layout.FORMAT || keys > KeySpace.FORMAT) {
      throw new StoreException.Unavailable(
          "the store in %s has format %d.%d, this server knows up to %d.%d: use a newer server"
              .formatted(directory, engine, keys, Layout.FORMAT, KeySpace.FORMAT),
          null);
    }
  }

  private static @Nullable String read(Path file) throws IOException {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static String mend(Path file, String copy, String wrong) {
    try {
      SmallFiles.replace(file, copy.getBytes(ISO_8859_1));
      return wrong.replace(" is ", " was ") + " and was mended from its copy";
    } catch (IOException e) {
      return wrong + " and could not be mended from its copy: " + e.getMessage();
    }
  }

  private static void addChecksum(Path file, String line) {
    try {
      write(file, line);
    } catch (IOException e) {
      LOG.warn("could not write a checksum into {}: {}", file, e.getMessage());
    }
  }

  private static void write(Path file, String line) throws IOException {
    String text = line + " crc32c=" + SmallFiles.checksum(line) + "\n";
    SmallFiles.replace(file, text.getBytes(ISO_8859_1));
  }
}
