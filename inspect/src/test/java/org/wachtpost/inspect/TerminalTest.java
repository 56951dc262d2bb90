package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what is surely no terminal is not asked whether it is one. */
class TerminalTest {
  @TempDir Path folder;

  @Test
  void filesPipesAndNothingAreNoTerminals() throws IOException {
    Path file = Files.writeString(folder.resolve("report.txt"), "");
    assertThat(Terminal.surelyNone(link("file", file.toString()))).isTrue();
    assertThat(Terminal.surelyNone(link("null", "/dev/null"))).isTrue();
    assertThat(Terminal.surelyNone(link("pipe", "pipe:[4711]"))).isTrue();
    assertThat(Terminal.surelyNone(link("socket", "socket:[4711]"))).isTrue();
  }

  @Test
  void theRestIsAsked() throws IOException {
    assertThat(Terminal.surelyNone(link("terminal", "/dev/pts/0"))).isFalse();
    assertThat(Terminal.surelyNone(link("elsewhere", "/0"))).isFalse();
    assertThat(Terminal.surelyNone(folder.resolve("no such thing"))).isFalse();
    assertThat(Terminal.surelyNone(Files.writeString(folder.resolve("no link"), ""))).isFalse();
  }

  private Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }
}
