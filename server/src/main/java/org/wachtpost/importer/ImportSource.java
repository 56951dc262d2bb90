package org.wachtpost.importer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds out what a path is and reads its messages in order. */
public final class ImportSource {
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
    List<Part> parts = Files.isRegularFile(path) ? List.of(new Part(path, "")) : parts();
    for (Part part : parts) {
      try {
        if (isMboxName(part.file()) && MboxReader.isMbox(part.file())) {
          readMbox(part.file(), part.mailbox(), consumer);
        } else {
          consumer.accept(FileReader.read(part.file(), part.mailbox()));
        }
      } catch (IOException e) {
        failed.accept(String.valueOf(e.getMessage()));
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

  /** A file and the mailbox that its messages go to. */
  private record Part(Path file, String mailbox) {}

  private List<Part> parts() throws IOException {
    List<Part> parts = new ArrayList<>();
    if (isMaildir(path)) {
      addMaildir(path, "", parts);
      for (Path folder : children(path)) {
        String name = String.valueOf(folder.getFileName());
        if (name.startsWith(".") && isMaildir(folder)) {
          addMaildir(folder, name.substring(1).replace('.', '/'), parts);
        }
      }
      return parts;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.filter(Files::isRegularFile).sorted().forEach(file -> parts.add(new Part(file, "")));
    } catch (UncheckedIOException e) {
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
    return parts;
  }

  private static void addMaildir(Path folder, String mailbox, List<Part> parts) throws IOException {
    for (String sub : List.of("cur", "new")) {
      if (Files.isDirectory(folder.resolve(sub))) {
        for (Path file : children(folder.resolve(sub))) {
          if (Files.isRegularFile(file)) {
            parts.add(new Part(file, mailbox));
          }
        }
      }
    }
  }

  private static boolean isMaildir(Path folder) {
    return Files.isDirectory(folder.resolve("cur")) && Files.isDirectory(folder.resolve("new"));
  }

  private static boolean isMboxName(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".mbox") || name.equals("mbox");
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
