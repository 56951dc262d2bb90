package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The one directory that is ever written: where its parts are. */
public record DataDirectory(Path path) {

  /** Makes the directory if it is missing, for its owner only. */
  public static DataDirectory create(Path path) throws IOException {
    if (!Files.exists(path)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new DataDirectory(path.toAbsolutePath().normalize());
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
