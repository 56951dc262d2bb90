package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The one directory that is ever written: where its parts are. */
public record DataDirectory(Path path) {

  /**
   * Makes the directory if it is missing, and its parts, for their owner only.
   *
   * @throws IOException also if the store is another user's
   */
  public static DataDirectory create(Path path) throws IOException {
    requireOwn(new DataDirectory(path).store(), users());
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
   * Whose process this is, by what the process has and by what its files in {@code /proc} have:
   * those are root's for a Java that was given capabilities, to listen on ports below 1024. Empty
   * if the system has no name for the user.
   */
  static Set<String> users() {
    Set<String> users = new HashSet<>();
    ProcessHandle.current().info().user().ifPresent(users::add);
    users.add(System.getProperty("user.name", "?"));
    users.remove("?");
    return users;
  }

  /**
   * Refuses a store of another user's. Root could open it, and what root writes there is root's:
   * the server would not start again as its own user.
   *
   * @param users whose process this is; nothing is refused if there is none
   */
  static void requireOwn(Path store, Set<String> users) throws IOException {
    if (users.isEmpty() || !Files.exists(store)) {
      return;
    }
    String owner = Files.getOwner(store).getName();
    if (!users.contains(owner)) {
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
