package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path directory;

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** A command of root's while the server was down left files that its user could not read. */
  @Test
  void aStoreOfSomebodyElseIsRefused() throws Exception {
    Path store = DataDirectory.create(directory).store();
    String owner = Files.getOwner(store).getName();
    DataDirectory.requireOwn(store, Set.of(owner));
    DataDirectory.requireOwn(store, Set.of(owner, "somebody-else"));
    DataDirectory.requireOwn(store, Set.of());
    DataDirectory.requireOwn(directory.resolve("none"), Set.of("somebody-else"));
    assertThatThrownBy(() -> DataDirectory.requireOwn(store, Set.of("somebody-else")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(store + " belongs to " + owner + ": do this as that user");
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
