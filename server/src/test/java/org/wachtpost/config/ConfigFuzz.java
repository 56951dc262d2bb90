package org.wachtpost.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings file: {@code bin/dev fuzz config SECONDS}. */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Path directory = Files.createTempDirectory("config-fuzz");
      Path file = directory.resolve(Config.FILE);
      try {
        Files.write(file, data);
        Config.read(directory);
      } catch (ConfigException refused) {
        if (!String.valueOf(refused.getMessage()).contains(Config.FILE)) {
          throw new AssertionError("a refusal that does not name the file", refused);
        }
      } finally {
        Files.delete(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
