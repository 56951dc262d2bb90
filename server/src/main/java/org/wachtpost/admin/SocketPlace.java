package org.wachtpost.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the admin socket is: in the data directory, or, since the path of a Unix socket must be
 * short, in a private directory of its own that a file in the data directory names.
 */
final class SocketPlace {
  /** Longest path of a Unix socket, bytes: 108 on Linux, a little less elsewhere. */
  static final int PATH_BYTES = 100;

  private static final String NAME = "admin.sock";
  private static final String ELSEWHERE = "admin.sock.path";

  private SocketPlace() {}

  /** Where a server listens or would listen; need not exist. */
  static Path find(Path directory) throws IOException {
    Path note = directory.resolve(ELSEWHERE);
    return Files.exists(note) ? Path.of(Files.readString(note)) : directory.resolve(NAME);
  }

  /** A path to bind to; what a server that was killed has left behind is removed. */
  static Path make(Path directory) throws IOException {
    remove(directory);
    Path here = directory.resolve(NAME);
    if (here.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES) {
      return here;
    }
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path elsewhere = Files.createTempDirectory("wachtpost-admin-", ownerOnly).resolve(NAME);
    if (elsewhere.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES) {
      Files.delete(elsewhere.getParent());
      throw new IOException(
          "the paths of the data directory and of the temporary directory are too long for the"
              + " admin socket, which may have "
              + PATH_BYTES
              + " bytes: use a shorter --dir");
    }
    Files.writeString(directory.resolve(ELSEWHERE), elsewhere.toString());
    return elsewhere;
  }

  /** Removes the socket and what names it. */
  static void remove(Path directory) throws IOException {
    Path socket = find(directory);
    Files.deleteIfExists(socket);
    if (Files.deleteIfExists(directory.resolve(ELSEWHERE)) && socket.getParent() != null) {
      Files.deleteIfExists(socket.getParent());
    }
  }
}
