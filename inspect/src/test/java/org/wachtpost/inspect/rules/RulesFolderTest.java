package org.wachtpost.inspect.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    Files.move(file, folder.resolve("hash.csv"));
    refused("no rules file is called so");
  }
}
