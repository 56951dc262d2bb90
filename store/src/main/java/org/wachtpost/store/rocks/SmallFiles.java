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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Checksums of the small files that have none of their own, and a second copy of {@code FORMAT}, in
 * the file {@code FILES}. Each of those files is written once and then only removed, so that one
 * that is there and has another checksum is damaged.
 */
final class SmallFiles {
  private static final String NAME = "FILES";
  private static final String HEAD = "wachtpost-files 1";
  private static final String CHECKED = "IDENTITY|OPTIONS-\\d{6,20}";
  private static final Pattern FILE = Pattern.compile("([0-9a-f]{8}) (" + CHECKED + ")");

  private final Path directory;
  private final Path database;

  SmallFiles(Path directory, Path database) {
    this.directory = directory;
    this.database = database;
  }

  /**
   * What {@code FILES} says.
   *
   * @param format the text of {@code FORMAT}
   * @param checksums CRC-32C by name
   */
  private record Noted(String format, Map<String, String> checksums) {}

  /** The text of {@code FORMAT} when the store was last opened, if that is known. */
  Optional<String> format() throws IOException {
    return read().map(Noted::format);
  }

  /** Writes down the files as they are now. */
  void note() throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append(Files.readString(directory.resolve(FormatFile.NAME), ISO_8859_1));
    try (Stream<Path> files = Files.list(database)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.matches(CHECKED)) {
          append(text, file);
        }
      }
    }
    replaceLines(directory.resolve(NAME), text.toString());
  }

  private static void append(StringBuilder text, Path file) throws IOException {
    try {
      String sum = checksum(Files.readAllBytes(file));
      text.append(sum).append(' ').append(file.getFileName()).append('\n');
    } catch (NoSuchFileException e) {
      // RocksDB, which runs, removes what it has replaced.
    }
  }

  /** What is wrong with the files, a line each. */
  List<String> damages() throws IOException {
    if (!Files.exists(directory.resolve(NAME))) {
      return List.of();
    }
    Optional<Noted> noted = read();
    if (noted.isEmpty()) {
      return List.of(NAME + " is damaged: small files cannot be checked before the next start");
    }
    List<String> damages = new ArrayList<>();
    for (Map.Entry<String, String> file : noted.get().checksums().entrySet()) {
      try {
        byte[] content = Files.readAllBytes(database.resolve(file.getKey()));
        if (!checksum(content).equals(file.getValue())) {
          damages.add(file.getKey() + " is damaged; no mail or account rests on it");
        }
      } catch (NoSuchFileException e) {
        // RocksDB removes what it has replaced.
      }
    }
    return damages;
  }

  private Optional<Noted> read() throws IOException {
    String text;
    try {
      text = Files.readString(directory.resolve(NAME), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<List<String>> whole = wholeLines(text, HEAD);
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = whole.get();
    Map<String, String> checksums = new TreeMap<>();
    for (String line : lines) {
      Matcher file = FILE.matcher(line);
      if (file.matches()) {
        checksums.put(file.group(2), file.group(1));
      }
    }
    return Optional.of(new Noted(lines.get(1) + "\n", checksums));
  }

  /** The CRC-32C of ISO 8859-1 text, eight hexadecimal digits. */
  static String checksum(String text) {
    return checksum(text.getBytes(ISO_8859_1));
  }

  /** The CRC-32C, eight hexadecimal digits. */
  static String checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return "%08x".formatted(crc.getValue());
  }

  /** Puts lines in the place of a file, and behind them their checksum. */
  static void replaceLines(Path file, String lines) throws IOException {
    replace(file, (lines + "crc32c=" + checksum(lines) + "\n").getBytes(ISO_8859_1));
  }

  /** The lines before the checksum; empty if it or the first line is another. */
  static Optional<List<String>> wholeLines(String text, String head) {
    int last = text.lastIndexOf("crc32c=");
    String lines = text.substring(0, Math.max(last, 0));
    boolean whole = text.equals(lines + "crc32c=" + checksum(lines) + "\n");
    return whole && lines.startsWith(head + "\n")
        ? Optional.of(lines.lines().toList())
        : Optional.empty();
  }

  /** Puts content in the place of a file: after a crash the old or the new is there, whole. */
  static void replace(Path file, byte[] content) throws IOException {
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
    sync(file);
  }

  /** Removes the file if it is there; durable on return. */
  static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      sync(file);
    }
  }

  /** Makes durable which file has that name. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
