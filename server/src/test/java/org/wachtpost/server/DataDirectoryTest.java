package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path directory;

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Whoever makes the directory with mkdir leaves it open to all who have an account here. */
  @Test
  void mailAndKeysAreTheOwnersAlsoInADirectoryThatIsOpen() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path store = Files.createDirectory(directory.resolve("store"));
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataDirectory made = DataDirectory.create(directory);
    for (Path part : List.of(made.store(), made.spool(), made.tls())) {
      assertThat(permissions(part)).isEqualTo("rwx------");
    }
    assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
    DataDirectory fresh = DataDirectory.create(directory.resolve("fresh"));
    assertThat(permissions(fresh.path())).isEqualTo("rwx------");
    assertThat(permissions(fresh.store())).isEqualTo("rwx------");
  }
}
