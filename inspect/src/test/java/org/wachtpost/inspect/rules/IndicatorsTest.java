package org.wachtpost.inspect.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndicatorsTest {
  private static List<String> rows(String file) throws IOException {
    try (InputStream stream = Rules.class.getResourceAsStream(file)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"names.csv", "hashes.csv", "addresses.csv", "agents.csv"})
  void everyIndicatorStandsOnceAndNamesItsSource(String file) throws IOException {
    List<String> rows = rows(file);
    assertThat(rows).isNotEmpty().doesNotHaveDuplicates();
    assertThat(rows).extracting(row -> row.split(",", 2)[0]).doesNotHaveDuplicates();
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.substring(row.lastIndexOf(',') + 1)).isNotBlank());
  }

  @Test
  void hashesAreSha256() throws IOException {
    assertThat(rows("hashes.csv")).allSatisfy(row -> assertThat(row).matches("[0-9a-f]{64},.+,.+"));
  }

  @Test
  void namesAreLowerCaseAndNoneIsOrdinary() throws IOException, RulesException {
    assertThat(rows("names.csv"))
        .allSatisfy(row -> {
          String name = row.substring(0, row.indexOf(','));
          assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)).matches(".+\\.(aspx|ashx)");
        });
    Rules rules = Rules.load(null);
    assertThat(rules.shellName("RedirSuiteServerProxy.aspx")).isPresent();
    for (String ordinary :
        List.of("default.aspx", "logon.aspx", "error.aspx", "errorfe.aspx", "timeoutlogout.aspx")) {
      assertThat(rules.shellName(ordinary)).as(ordinary).isEmpty();
    }
  }
}
