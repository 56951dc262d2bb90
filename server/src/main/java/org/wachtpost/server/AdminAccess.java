package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.wachtpost.admin.Admin;
import org.wachtpost.admin.AdminException;
import org.wachtpost.admin.AdminSocket;
import org.wachtpost.admin.FileFault;
import org.wachtpost.admin.LocalAdmin;
import org.wachtpost.config.Config;

/** Gets at a data directory: through the server that runs on it, else by opening its store. */
public final class AdminAccess {
  /** Operations on the directory, the queue and the access log, by how their names begin. */
  private static final List<String> NOT_IN_ACCOUNTS =
      List.of(
          "account-add",
          "account-list",
          "account-password",
          "account-remove",
          "alias-",
          "app-password-",
          "domain-",
          "group-",
          "metrics",
          "queue-",
          "watch-");

  private AdminAccess() {}

  /**
   * Access to the data directory for an operation; a missing one is made. Without a server,
   * accounts are put in order first if the operation may need what they hold: with many that takes
   * a while.
   */
  public static Admin open(Path directory, String operation) {
    Optional<Admin> live = AdminSocket.connect(directory);
    if (live.isPresent()) {
      return live.get();
    }
    try {
      Core core = Core.open(directory, Config.read(directory));
      if (NOT_IN_ACCOUNTS.stream().noneMatch(operation::startsWith)) {
        core.resume();
      }
      return new LocalAdmin(
          core.operations(), false, ProcessHandle.current().info().user().orElse("?"), core::close);
    } catch (IOException e) {
      throw new AdminException(directory + " cannot be opened: " + FileFault.words(e));
    }
  }

  /** Access to a data directory that must be one: a mistyped path is left as it is. */
  public static Admin openExisting(Path directory, String operation) {
    if (!Files.isDirectory(directory)) {
      throw new AdminException("no data directory " + directory);
    }
    if (!Files.isExecutable(directory)) {
      throw new AdminException(directory + ": permission denied");
    }
    if (!Files.isDirectory(new DataDirectory(directory).store())) {
      throw new AdminException(
          directory + " is no data directory: serve and domain add make one there");
    }
    return open(directory, operation);
  }
}
