package org.wachtpost.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder knows where all of its files lay, as each of them would be told alone. */
class WindowsPathTest {
  private static final int ROUNDS = 30_000;

  /** Names that tell something at one place or another, and names that do not. */
  private static final List<String> NAMES =
      List.of(
          "C",
          "c:",
          "D_",
          "C%3A",
          "%5C%5C.%5CC%3A",
          "inetpub",
          "Inetpub",
          "wwwroot",
          "aspnet_client",
          "V15",
          "FrontEnd",
          "HttpProxy",
          "httpproxy",
          "ClientAccess",
          "Logging",
          "owa",
          "ecp",
          "OABGeneratorLog",
          "Windows",
          "System32",
          "Temp",
          "Program Files",
          "Program Files (x86)",
          "ProgramData",
          "Users",
          "Public",
          "root",
          "Exchange",
          "$Recycle.Bin",
          "perflogs",
          "case 1",
          "a!",
          ".",
          "a%20b",
          "100%",
          "a\\b",
          "\\",
          "x",
          "İ.aspx",
          "web.config",
          "error.aspx",
          "u_ex210303.log");

  private static String name(Random random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20260101, 987654321})
  void aFolderPlacesItsFilesAsEachAlone(long seed) {
    Random random = new Random(seed);
    int anchored = 0;
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder copy = new StringBuilder(random.nextBoolean() ? "/mnt" : "");
      for (int parts = random.nextInt(6); parts > 0; parts--) {
        copy.append('/').append(name(random));
      }
      String name = name(random);
      WindowsPath alone = WindowsPath.of(copy + "/" + name);
      anchored += alone.anchored() ? 1 : 0;
      assertThat(WindowsPath.folder(copy.toString()).file(name))
          .as("seed %d: %s in %s", seed, name, copy)
          .isEqualTo(alone);
    }
    assertThat(anchored).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }
}
