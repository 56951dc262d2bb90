package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;

/**
 * The file {@code FORMAT} says which versions of the engine's layout and of the key space a store
 * is written in: {@code wachtpost-store engine=1 keys=1}. Read before anything else is touched.
 */
final class FormatFile {
  private static final String NAME = "FORMAT";
  private static final Pattern LINE =
      Pattern.compile("wachtpost-store engine=(\\d{1,6}) keys=(\\d{1,6})\\s*");

  private FormatFile() {}

  /**
   * Refuses a store that is newer than this server, and marks a new one.
   *
   * @throws StoreException.Unavailable if the store is newer or the file cannot be read
   * @throws StoreException.Corrupt if the file says nothing sensible
   */
  static void check(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      if (!Files.exists(file)) {
        if (Files.exists(directory.resolve(RocksStore.DATABASE))) {
          throw new StoreException.Corrupt(file + " is missing", null);
        }
        create(directory, file);
        return;
      }
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      Matcher line = LINE.matcher(text);
      if (!line.matches()) {
        throw new StoreException.Corrupt(file + " is damaged", null);
      }
      int engine = Integer.parseInt(line.group(1));
      int keys = Integer.parseInt(line.group(2));
      if (engine > Layout.FORMAT || keys > KeySpace.FORMAT) {
        throw new StoreException.Unavailable(
            "the store in %s has format %d.%d, this server knows up to %d.%d: use a newer server"
                .formatted(directory, engine, keys, Layout.FORMAT, KeySpace.FORMAT),
            null);
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void create(Path directory, Path file) throws IOException {
    String text = "wachtpost-store engine=" + Layout.FORMAT + " keys=" + KeySpace.FORMAT + "\n";
    Path written = directory.resolve(NAME + ".new");
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
