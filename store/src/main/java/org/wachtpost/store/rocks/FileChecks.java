package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.wachtpost.store.check.Problem;

/**
 * Reads RocksDB's own files and compares their checksums: CURRENT, MANIFEST and every table. Blob
 * files are covered by reading every blob; the log was read when the store was opened.
 */
final class FileChecks {
  private final Path database;
  private final List<Problem> problems = new ArrayList<>();

  FileChecks(Path database) {
    this.database = database;
  }

  List<Problem> run(List<LiveFileMetaData> tables) {
    try {
      checkManifest();
    } catch (IOException e) {
      add("CURRENT and MANIFEST cannot be read: " + e.getMessage());
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
      LogReader.read(
          manifest,
          new LogReader.Visitor() {
            @Override
            public void record(long offset, byte[] bytes) {
              // Its checksum was right.
            }

            @Override
            public void bad(long offset, boolean endsEarly) {
              // The end of a file that is being written may be half there.
              if (!endsEarly) {
                add(manifest.getFileName() + " is damaged at byte " + offset);
              }
            }
          });
    } catch (NoSuchFileException e) {
      add("CURRENT names " + manifest.getFileName() + ", which is not there");
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
