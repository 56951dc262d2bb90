package org.wachtpost.inspect.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.inspect.rules.BuildTable.Build;
import org.wachtpost.inspect.rules.BuildTable.Patched;

class BuildTableTest {
  @ParameterizedTest
  @CsvSource({
    "ProxyLogon,15.1.2106.2,OPEN",
    "ProxyLogon,15.1.2106.13,CLOSED",
    "ProxyLogon,15.1.2242.4,CLOSED",
    "ProxyLogon,15.1.1261.35,NEVER_FIXED",
    "ProxyLogon,15.0.1497.2,OPEN",
    "ProxyLogon,15.0.1497.12,CLOSED",
    "ProxyLogon,15.0.1367.3,NEVER_FIXED",
    "ProxyLogon,15.2.858.5,CLOSED",
    "ProxyLogon,15.2.2562.37,CLOSED",
    "ProxyLogon,15.2.2562.99,NEWER_THAN_TABLE",
    "ProxyLogon,15.1.2507.900,NEWER_THAN_TABLE",
    "ProxyLogon,15.2.3000.1,NEWER_THAN_TABLE",
    "ProxyShell,15.1.2106.13,NEVER_FIXED",
    "ProxyShell,15.1.2176.13,OPEN",
    "ProxyShell,15.1.2176.14,CLOSED",
    "ProxyNotShell,15.1.2507.16,CLOSED",
    "ProxyNotShell,15.1.2507.13,OPEN",
    "ProxyNotShell,15.2.922.27,NEVER_FIXED",
    "OWASSRF,15.1.2507.13,OPEN",
    "OWASSRF,15.2.1118.20,CLOSED",
    "OWASSRF,15.2.1258.12,CLOSED",
    "ProxyLogon,15.0.847.64,CLOSED",
    "ProxyLogon,15.0.847.32,OPEN",
    "ProxyLogon,15.0.1263.9,NEVER_FIXED",
    "ProxyLogon,15.1.1261.37,NEVER_FIXED",
    "ProxyLogon,15.2.2562.53,CLOSED",
    "ProxyLogon,15.2.2562.54,NEWER_THAN_TABLE",
    "ProxyLogon,15.1.2176.20,NEWER_THAN_TABLE"
  })
  void closesWhatItCloses(String chain, String build, Patched expected) throws Exception {
    assertThat(Rules.load(null).builds().patched(chain, Build.parse(build).orElseThrow()))
        .isEqualTo(expected);
  }

  @Test
  void namesTheUpdate() throws Exception {
    BuildTable table = Rules.load(null).builds();
    assertThat(table.name(Build.parse("15.01.2106.013").orElseThrow()))
        .isEqualTo("Exchange 2016 CU18 Mar21SU");
    assertThat(Build.parse("15.1.2106")).isEmpty();
    assertThat(Build.parse("15.1.2106.9999999999")).isEmpty();
  }

  @Test
  void aRulesFolderReplacesFilesAndBadOnesAreRefused(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("addresses.csv"), "# version: 9\n# date: 2030-01-01\n198.51.100.1,here\n");
    Rules rules = Rules.load(folder);
    assertThat(rules.address("198.51.100.1")).contains("here");
    assertThat(rules.address("103.77.192.219")).isEmpty();
    assertThat(rules.version()).contains("9 (2030-01-01)");
    Files.writeString(
        folder.resolve("builds.csv"), "# version: 9\n# date: 2030-01-01\ncu,2016,nonsense\n");
    assertThatThrownBy(() -> Rules.load(folder))
        .isInstanceOf(RulesException.class)
        .hasMessageContaining("builds.csv:3");
    assertThatThrownBy(() -> Rules.load(folder.resolve("none")))
        .isInstanceOf(RulesException.class)
        .hasMessageContaining("no such rules folder");
  }
}
