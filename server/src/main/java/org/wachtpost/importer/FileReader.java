package org.wachtpost.importer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads a file that holds one message, of a Maildir or of a folder of message files. */
final class FileReader {
  /** Enough for the name of a header field. */
  private static final int FIRST_BYTES = 256;

  private FileReader() {}

  static ImportMessage read(Path file, String mailbox) throws IOException {
    if (Files.size(file) > MboxReader.MESSAGE_BYTES) {
      throw new IOException(file + " is too long");
    }
    byte[] bytes = Files.readAllBytes(file);
    byte[] content = LineEnds.crlf(bytes, afterFromLine(bytes), bytes.length);
    Instant date = Files.getLastModifiedTime(file).toInstant();
    return new ImportMessage(mailbox, content, date, flags(file), file.toString());
  }

  /** Whether the file starts with a header field (RFC 5322 §2.2) or a {@code From } line. */
  static boolean looksLikeMessage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(FIRST_BYTES);
      if (afterFromLine(start) > 0) {
        return true;
      }
      int i = 0;
      while (i < start.length && start[i] > ' ' && start[i] < 127 && start[i] != ':') {
        i++;
      }
      return i > 0 && i < start.length && start[i] == ':';
    }
  }

  /** A {@code From } line that an mbox left in front is no part of the message. */
  private static int afterFromLine(byte[] bytes) {
    boolean from =
        bytes.length > 5
            && bytes[0] == 'F'
            && bytes[1] == 'r'
            && bytes[2] == 'o'
            && bytes[3] == 'm'
            && bytes[4] == ' ';
    if (!from) {
      return 0;
    }
    int i = 0;
    while (i < bytes.length && bytes[i] != '\n') {
      i++;
    }
    return Math.min(bytes.length, i + 1);
  }

  /** Flags behind {@code :2,} in a Maildir's file name. */
  private static List<String> flags(Path file) {
    List<String> flags = new ArrayList<>();
    Path name = file.getFileName();
    int info = name == null ? -1 : name.toString().lastIndexOf(":2,");
    if (name == null || info < 0) {
      return flags;
    }
    for (char letter : name.toString().substring(info + 3).toCharArray()) {
      switch (letter) {
        case 'S' -> flags.add("\\Seen");
        case 'R' -> flags.add("\\Answered");
        case 'F' -> flags.add("\\Flagged");
        case 'D' -> flags.add("\\Draft");
        case 'T' -> flags.add("\\Deleted");
        case 'P' -> flags.add("$Forwarded");
        default -> {
          // letters of other programs' own: nothing that IMAP knows
        }
      }
    }
    return flags;
  }
}
