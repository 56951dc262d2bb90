package org.wachtpost.inspect.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder of rules that replaces nothing, or not what was meant, is an error and said. */
class RulesFolderTest {
  @TempDir Path folder;

  private void refused(String words) {
    assertThatThrownBy(() -> Rules.load(folder))
        .isInstanceOf(RulesException.class)
        .hasMessageContaining(words);
  }

  @Test
  void whatIsReplacedIsSaidAndWhatIsMisspeltIsRefused() throws Exception {
    refused("no rules file in");
    Path file = folder.resolve("hashes.csv");
    Files.writeString(file, "# version: 9\n# date: 2030-01-01\n" + "0".repeat(64) + ",shell\n");
    Rules rules = Rules.load(folder);
    assertThat(rules.version()).endsWith("; from " + folder + ": hashes.csv");
    assertThat(rules.hash("0".repeat(64))).contains("shell");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    refused("hashes.csv: not a text in UTF-8");
    Files.writeString(file, "0,1\n");
    refused("needs the lines '# version:'");
    Files.writeString(file, "# version: 9\n# date: soon\n" + "0".repeat(64) + ",shell\n");
    refused("hashes.csv: needs a date like 2026-11-23, not soon");
    Files.writeString(file, "# version: 9\n# date: 2030-01-01\n12ab,shell\n");
    refused("hashes.csv:3: needs a SHA-256, not 12ab");
    Files.move(file, folder.resolve("hash.csv"));
    refused("no rules file is called so");
  }

  /** An empty cell is in every user agent and at the end of every path. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agents.csv|,shell,here|cell 1 is empty",
        "agents.csv|x,y,here|needs tool, shell or probe, not y",
        "files.csv|,here|cell 1 is empty",
        "names.csv|,here|cell 1 is empty",
        "addresses.csv|nobody,here|needs an address, not nobody",
        "cmdlets.csv|New-X,,after,sure,why|needs low, medium or high, not sure",
        "callback-domains.csv|,here|cell 1 is empty"
      })
  void aLineThatIsInNoFormIsRefused(String name, String line, String words) throws Exception {
    Files.writeString(folder.resolve(name), "# version: 9\n# date: 2030-01-01\n" + line + "\n");
    refused(name + ":3: " + words);
  }

  @Test
  void whatIsOlderThanWhatItReplacesIsToldOf() throws Exception {
    Path file = folder.resolve("agents.csv");
    Files.writeString(file, "# version: 1\n# date: 2020-01-01\nx,tool,here\n");
    assertThat(Rules.load(folder).older())
        .singleElement()
        .asString()
        .contains("agents.csv")
        .contains("2020-01-01, older than the built-in");
    Files.writeString(file, "# version: 1\n# date: 2090-01-01\nx,tool,here\n");
    assertThat(Rules.load(folder).older()).isEmpty();
    assertThat(Rules.load(null).older()).isEmpty();
  }
}
