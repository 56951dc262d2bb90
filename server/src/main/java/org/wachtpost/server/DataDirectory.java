package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The one directory that is ever written: where its parts are. */
public record DataDirectory(Path path) {

  /**
   * Makes the directory if it is missing, and its parts, for their owner only.
   *
   * @throws IOException also if the store is another user's
   */
  public static DataDirectory create(Path path) throws IOException {
    requireOwn(new DataDirectory(path).store(), ProcessHandle.current().info().user());
    if (!Files.exists(path)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    DataDirectory made = new DataDirectory(path.toAbsolutePath().normalize());
    for (Path part : List.of(made.store(), made.spool(), made.tls())) {
      ownerOnly(part);
    }
    return made;
  }

  /**
   * Refuses a store of another user's. Root could open it, and what root writes there is root's:
   * the server would not start again as its own user.
   *
   * @param user whose process this is; empty if the system does not know a name
   */
  static void requireOwn(Path store, Optional<String> user) throws IOException {
    if (user.isEmpty() || !Files.exists(store)) {
      return;
    }
    String owner = Files.getOwner(store).getName();
    if (!owner.equals(user.get())) {
      throw new IOException(
          store
              + " belongs to "
              + owner
              + ": do this as that user (runuser -u "
              + owner
              + " -- …)");
    }
  }

  /**
   * Makes a part that nobody else can enter. The directory itself may be one that was there before,
   * open to others: what is in it is mail and keys all the same.
   */
  private static void ownerOnly(Path part) throws IOException {
    Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
    if (!Files.exists(part)) {
      Files.createDirectories(part, PosixFilePermissions.asFileAttribute(owner));
    } else if (!owner.containsAll(Files.getPosixFilePermissions(part))) {
      Files.setPosixFilePermissions(part, owner);
    }
  }

  Path store() {
    return path.resolve("store");
  }

  Path spool() {
    return path.resolve("spool");
  }

  Path tls() {
    return path.resolve("tls");
  }

  Path pidFile() {
    return path.resolve("wachtpost.pid");
  }
}
