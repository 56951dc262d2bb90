package org.wachtpost.inspect.webshell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One data file of rules: UTF-8, a row per line, columns split by tabs, {@code #} starts a remark;
 * the remark {@code # version<TAB>DATE} dates it. Format: docs/inspect-rules.md.
 *
 * @param version the date in the file, or "undated"
 */
record RuleFile(String name, String version, List<List<String>> rows) {
  private static final String VERSION = "# version\t";

  /** From {@code directory} if the file is there, else the one that came with the program. */
  static RuleFile load(@Nullable Path directory, String name) throws IOException {
    if (directory != null && Files.isRegularFile(directory.resolve(name))) {
      return parse(name, Files.readString(directory.resolve(name), StandardCharsets.UTF_8));
    }
    try (InputStream in = RuleFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("rule file " + name + " is missing from the program");
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The files that came with the program. */
  static RuleFile builtIn(String name) {
    try {
      return load(null, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RuleFile parse(String name, String text) {
    String version = "undated";
    List<List<String>> rows = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(VERSION)) {
        version = line.substring(VERSION.length()).strip();
      } else if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(List.of(line.split("\t", -1)));
      }
    }
    return new RuleFile(name, version, List.copyOf(rows));
  }
}
