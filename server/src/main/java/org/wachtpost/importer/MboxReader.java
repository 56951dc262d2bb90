package org.wachtpost.importer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an mbox file (RFC 4155), message by message. A line {@code From } after an empty line
 * starts a message; {@code >From } lines lose one {@code >} (mboxrd). Status and X-Status fields
 * give flags.
 */
public final class MboxReader implements AutoCloseable {
  /** Longest message that is read, bytes; a longer one is skipped and said. */
  public static final int MESSAGE_BYTES = 200 * 1024 * 1024;

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ROOT);

  private final InputStream in;
  private final Path path;
  private byte @Nullable [] separator;
  private long offset;
  private int number;

  public MboxReader(Path path) throws IOException {
    this.path = path;
    this.in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    this.separator = readLine();
    if (separator == null || !isSeparator(separator)) {
      throw new IOException(path + " is not an mbox file: it does not start with \"From \"");
    }
  }

  /** Whether the file starts as an mbox does. */
  public static boolean isMbox(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return isSeparator(in.readNBytes(5));
    }
  }

  /** Bytes of the file that have been read. */
  public long offset() {
    return offset;
  }

  /** The next message; empty at the end of the file. */
  public Optional<ImportMessage> next() throws IOException {
    byte[] first = separator;
    if (first == null) {
      return Optional.empty();
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream(16 * 1024);
    boolean afterEmpty = false;
    byte[] line;
    while ((line = readLine()) != null) {
      if (afterEmpty && isSeparator(line) && hasTime(line)) {
        break;
      }
      int skip = isQuotedSeparator(line) ? 1 : 0;
      if (message.size() + line.length > MESSAGE_BYTES) {
        throw new IOException(path + ": message " + (number + 1) + " is too long");
      }
      message.write(line, skip, line.length - skip);
      afterEmpty = isEmpty(line);
    }
    separator = line;
    number++;
    byte[] bytes = message.toByteArray();
    byte[] content = LineEnds.crlf(bytes, 0, withoutLastEmptyLine(bytes));
    return Optional.of(
        new ImportMessage("", content, date(first), flags(content), path + " #" + number));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte @Nullable [] readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int b;
    while ((b = in.read()) >= 0) {
      offset++;
      line.write(b);
      if (b == '\n') {
        break;
      }
      if (line.size() > MESSAGE_BYTES) {
        throw new IOException(path + ": a line is too long");
      }
    }
    return line.size() == 0 ? null : line.toByteArray();
  }

  private static boolean isSeparator(byte[] line) {
    return startsWith(line, 0, "From ");
  }

  /** RFC 4155: a separator ends with a date; a sentence that starts with From does not. */
  private static boolean hasTime(byte[] line) {
    for (int i = 2; i + 2 < line.length; i++) {
      if (line[i] == ':'
          && isDigit(line[i - 2])
          && isDigit(line[i - 1])
          && isDigit(line[i + 1])
          && isDigit(line[i + 2])) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isQuotedSeparator(byte[] line) {
    int quotes = 0;
    while (quotes < line.length && line[quotes] == '>') {
      quotes++;
    }
    return quotes > 0 && startsWith(line, quotes, "From ");
  }

  private static boolean startsWith(byte[] line, int from, String text) {
    if (line.length - from < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (line[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmpty(byte[] line) {
    return line.length == 1 || line.length == 2 && line[0] == '\r';
  }

  /** The empty line before the next separator belongs to the mbox, not to the message. */
  private static int withoutLastEmptyLine(byte[] bytes) {
    int end = bytes.length;
    if (end >= 4 && bytes[end - 1] == '\n' && bytes[end - 2] == '\r' && bytes[end - 3] == '\n') {
      return end - 2;
    }
    if (end >= 2 && bytes[end - 1] == '\n' && bytes[end - 2] == '\n') {
      return end - 1;
    }
    return end;
  }

  private static @Nullable Instant date(byte[] separatorLine) {
    String line = new String(separatorLine, StandardCharsets.ISO_8859_1).strip();
    String[] words = line.split("\\s+", -1);
    if (words.length < 7) {
      return null;
    }
    String time = String.join(" ", List.of(words).subList(2, 7));
    try {
      return LocalDateTime.parse(time, ASCTIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null; // other programs write other dates here; the message's own is used then
    }
  }

  private static List<String> flags(byte[] content) {
    int end = Math.min(content.length, 256 * 1024);
    String text = new String(content, 0, end, StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n");
    List<String> flags = new ArrayList<>();
    for (String line : (body < 0 ? text : text.substring(0, body)).split("\r\n", -1)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("status:") || lower.startsWith("x-status:")) {
        String letters = line.substring(line.indexOf(':') + 1);
        add(flags, letters, 'R', "\\Seen");
        add(flags, letters, 'A', "\\Answered");
        add(flags, letters, 'F', "\\Flagged");
        add(flags, letters, 'T', "\\Draft");
      }
    }
    return flags;
  }

  private static void add(List<String> flags, String letters, char letter, String flag) {
    if (letters.indexOf(letter) >= 0 && !flags.contains(flag)) {
      flags.add(flag);
    }
  }
}
