package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.wachtpost.store.check.Problem;

/**
 * Reads the store's own files and compares their checksums: the small ones, CURRENT, MANIFEST, the
 * log and every table. Blob files are covered by reading every blob.
 */
final class FileChecks {
  private final Path directory;
  private final Path database;
  private final Runnable settle;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param directory of the store
   * @param settle waits until what is being written to the log is written
   */
  FileChecks(Path directory, Runnable settle) {
    this.settle = settle;
    this.directory = directory;
    this.database = directory.resolve(RocksStore.DATABASE);
  }

  List<Problem> run(List<LiveFileMetaData> tables) {
    try {
      checkManifest();
    } catch (IOException e) {
      add("CURRENT and MANIFEST cannot be read: " + e.getMessage());
    }
    try {
      checkSmallFiles();
    } catch (IOException e) {
      add("small files cannot be read: " + e.getMessage());
    }
    try {
      checkLogs();
    } catch (IOException e) {
      add("the log cannot be read: " + e.getMessage());
    }
    for (LiveFileMetaData table : tables) {
      checkTable(table);
    }
    return problems;
  }

  private void checkManifest() throws IOException {
    String current = Files.readString(database.resolve("CURRENT"), ISO_8859_1);
    if (!current.matches("MANIFEST-\\d{6,20}\n")) {
      add("CURRENT is damaged");
      return;
    }
    Path manifest = database.resolve(current.strip());
    try {
      say(manifest, Bad.in(manifest).offsets()); // its end may be half written
    } catch (NoSuchFileException e) {
      add("CURRENT names " + manifest.getFileName() + ", which is not there");
    }
  }

  private void checkSmallFiles() throws IOException {
    if (!FormatFile.isWhole(directory)) {
      add("FORMAT is damaged; it is mended from its copy at the next start");
    }
    new ManifestCopy(directory, database).damage().ifPresent(this::add);
    new SmallFiles(directory, database).damages().forEach(this::add);
  }

  /** What is in the log is in memory too, until it is in tables: a later start would miss it. */
  private void checkLogs() throws IOException {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(database, "*.log")) {
      for (Path log : logs) {
        try {
          checkLog(log);
        } catch (NoSuchFileException e) {
          // All of it went into tables meanwhile.
        }
      }
    }
  }

  private void checkLog(Path log) throws IOException {
    Bad bad = Bad.in(log);
    OptionalLong end = bad.end();
    if (end.isPresent()) {
      settle.run();
      bad = Bad.in(log);
    }
    say(log, bad.offsets());
    if (end.isPresent() && end.equals(bad.end())) {
      say(log, List.of(end.getAsLong()));
    }
  }

  private void say(Path file, List<Long> offsets) {
    offsets.forEach(offset -> add(file.getFileName() + " is damaged at byte " + offset));
  }

  /**
   * Where a file of records is bad.
   *
   * @param end where the last record begins, if the file ends before it does
   */
  private record Bad(List<Long> offsets, OptionalLong end) {
    static Bad in(Path file) throws IOException {
      List<Long> offsets = new ArrayList<>();
      AtomicLong end = new AtomicLong(-1);
      LogReader.read(
          file,
          new LogReader.Visitor() {
            @Override
            public void record(long offset, byte[] bytes) {
              // Its checksum was right.
            }

            @Override
            public void bad(long offset, boolean endsEarly) {
              if (endsEarly) {
                end.set(offset);
              } else {
                offsets.add(offset);
              }
            }
          });
      return new Bad(offsets, end.get() < 0 ? OptionalLong.empty() : OptionalLong.of(end.get()));
    }
  }

  private void checkTable(LiveFileMetaData table) {
    Path file = Path.of(table.path(), table.fileName());
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      reader.verifyChecksum();
    } catch (RocksDBException e) {
      if (Files.exists(file)) {
        add("table " + file.getFileName() + " is damaged: " + e.getMessage());
      }
      // Else it was compacted away meanwhile.
    }
  }

  private void add(String text) {
    problems.add(new Problem(null, text));
  }
}
