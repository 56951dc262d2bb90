package org.wachtpost.importer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wachtpost.admin.FileFault;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ModifiedUtf7;

/** Finds out what a path is and reads its messages in order. */
public final class ImportSource {
  /** How deep folders of Maildirs are followed. */
  private static final int FOLDERS_DEEP = 20;

  private final Path path;

  public ImportSource(Path path) throws IOException {
    this.path = path;
    if (!Files.exists(path)) {
      throw new IOException(path + " does not exist");
    }
  }

  /** Bytes of all files together, for the progress bar. */
  public long bytes() throws IOException {
    if (Files.isRegularFile(path)) {
      return Files.size(path);
    }
    long bytes = 0;
    for (Part part : parts()) {
      bytes += Files.size(part.file());
    }
    return bytes;
  }

  /**
   * Hands each message to the consumer.
   *
   * @param failed takes a line about each file that cannot be read; the rest goes on
   */
  public void read(Consumer<ImportMessage> consumer, Consumer<String> failed) throws IOException {
    if (Files.isRegularFile(path) && MboxReader.isMbox(path)) {
      readMbox(path, "", consumer);
      return;
    }
    List<Part> parts = Files.isRegularFile(path) ? List.of(new Part(path, "", false)) : parts();
    for (Part part : parts) {
      try {
        if (part.isMessage() || isMessageName(part.file())) {
          consumer.accept(FileReader.read(part.file(), part.mailbox()));
        } else if (MboxReader.isMbox(part.file())) {
          readMbox(part.file(), part.mailbox(), consumer);
        } else if (FileReader.looksLikeMessage(part.file())) {
          consumer.accept(FileReader.read(part.file(), part.mailbox()));
        } else {
          failed.accept(part.file() + ": not a message, left out");
        }
      } catch (IOException e) {
        failed.accept(FileFault.words(e));
      }
    }
  }

  private static void readMbox(Path file, String mailbox, Consumer<ImportMessage> consumer)
      throws IOException {
    try (MboxReader reader = new MboxReader(file)) {
      Optional<ImportMessage> next;
      while ((next = reader.next()).isPresent()) {
        ImportMessage m = next.get();
        consumer.accept(new ImportMessage(mailbox, m.content(), m.date(), m.flags(), m.place()));
      }
    }
  }

  /**
   * A file and the mailbox that its messages go to.
   *
   * @param isMessage whether the place says that it is one message, whatever its name and content
   */
  private record Part(Path file, String mailbox, boolean isMessage) {}

  private List<Part> parts() throws IOException {
    List<Part> parts = new ArrayList<>();
    addMaildirs(path, "", 0, parts);
    if (!parts.isEmpty() || isMaildir(path)) {
      return parts;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files
          .filter(file -> Files.isRegularFile(file) && !isHidden(file))
          .sorted()
          .forEach(file -> parts.add(new Part(file, "", false)));
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      String words = cause == null ? e.toString() : FileFault.words(cause);
      throw new IOException(path + " cannot be read: " + words, e);
    }
    return parts;
  }

  /**
   * The Maildirs at and below a folder: those of Maildir++ (.Work.2020 beside cur and new) and
   * those that are folders in folders, as mbsync and offlineimap keep them (Work/2020).
   */
  private static void addMaildirs(Path folder, String mailbox, int depth, List<Part> parts)
      throws IOException {
    boolean isMaildir = isMaildir(folder);
    if (isMaildir) {
      addMaildir(folder, mailbox, parts);
    }
    if (depth == FOLDERS_DEEP) {
      return;
    }
    for (Path below : children(folder)) {
      String name = String.valueOf(below.getFileName());
      boolean isPart = isMaildir && List.of("cur", "new", "tmp").contains(name);
      if (isPart || !Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (!name.startsWith(".")) {
        boolean inbox = mailbox.isEmpty() && name.equalsIgnoreCase("INBOX");
        String sub = inbox ? "" : readable(name);
        addMaildirs(
            below,
            mailbox.isEmpty() || sub.isEmpty() ? sub : mailbox + "/" + sub,
            depth + 1,
            parts);
      } else if (isMaildir(below) && name.length() > 1) {
        addMaildir(below, readable(name.substring(1)).replace('.', '/'), parts);
      }
    }
  }

  /** Maildir servers write names as IMAP4rev1 does, in modified UTF-7. */
  private static String readable(String name) {
    try {
      return ModifiedUtf7.decode(name);
    } catch (ImapSyntaxException e) {
      return name; // a name with an ampersand that was never written so
    }
  }

  private static void addMaildir(Path folder, String mailbox, List<Part> parts) throws IOException {
    for (String sub : List.of("cur", "new")) {
      if (Files.isDirectory(folder.resolve(sub))) {
        for (Path file : children(folder.resolve(sub))) {
          if (Files.isRegularFile(file) && !isHidden(file)) {
            parts.add(new Part(file, mailbox, true));
          }
        }
      }
    }
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }

  private static boolean isMaildir(Path folder) {
    return Files.isDirectory(folder.resolve("cur")) && Files.isDirectory(folder.resolve("new"));
  }

  private static boolean isMessageName(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".eml");
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
