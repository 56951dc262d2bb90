package org.wachtpost.mailauth;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Public vectors and corpora that are not part of the project: the folder {@code ../shared} beside
 * it, or where {@code WACHTPOST_SHARED} (environment) or {@code wachtpost.shared} (property) says.
 */
final class SharedFolder {

  private SharedFolder() {}

  /** The path; the calling test is skipped, and says so, where it does not exist. */
  static Path require(String relative) {
    Path found = root().resolve(relative);
    Assumptions.assumeTrue(
        Files.exists(found), () -> "SKIPPED: there is no " + found + " (needs ../shared)");
    return found;
  }

  private static Path root() {
    String named = System.getProperty("wachtpost.shared", System.getenv("WACHTPOST_SHARED"));
    if (named != null) {
      return Path.of(named);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder.resolve(".git"))) {
      folder = folder.getParent();
    }
    return folder.resolveSibling("shared");
  }
}
