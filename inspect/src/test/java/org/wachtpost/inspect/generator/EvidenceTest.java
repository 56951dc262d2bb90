package org.wachtpost.inspect.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceTest {
  @TempDir Path folder;

  @Test
  void theProxyLogHasTheColumnsOfExchange2016() {
    assertThat(ProxyRow.COLUMNS).hasSize(74).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void everyRowHasAsManyColumnsAsItsHeader(Scenario scenario) throws IOException {
    Evidence.make(folder, 7, scenario, 4, 300, 2);
    List<Path> logs = files("HttpProxy_");
    assertThat(logs).isNotEmpty();
    for (Path log : logs) {
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith("2")) {
          assertThat(columns(line)).as(log + ": " + line).isEqualTo(74);
        }
      }
    }
    for (Path log : files("u_ex")) {
      for (String line : Files.readAllLines(log)) {
        if (!line.startsWith("#")) {
          assertThat(line.split(" ")).as(line).hasSize(15);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void rowsStandInOrderOfTime(Scenario scenario) throws IOException {
    Evidence.make(folder, 8, scenario, 4, 300, 2);
    for (Path log : files("HttpProxy_")) {
      List<String> times = new ArrayList<>();
      Files.readAllLines(log).stream()
          .filter(line -> line.startsWith("2"))
          .forEach(line -> times.add(line.substring(0, 24)));
      assertThat(times).as(log.toString()).isSorted();
    }
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    Evidence.make(folder.resolve("a"), 9, Scenario.PROXYLOGON_SHELL_THEFT, 4, 200, 1);
    Evidence.make(folder.resolve("b"), 9, Scenario.PROXYLOGON_SHELL_THEFT, 4, 200, 2);
    Evidence.make(folder.resolve("c"), 10, Scenario.PROXYLOGON_SHELL_THEFT, 4, 200, 2);
    assertThat(content("a")).isEqualTo(content("b")).isNotEqualTo(content("c"));
  }

  @Test
  void theShellOfTheBreakInLiesWhereItsStorySaysAndItsTraceIsInThreeLogs() throws IOException {
    Expected expected = Evidence.make(folder, 11, Scenario.PROXYLOGON_SHELL_THEFT, 5, 200, 2);
    String tail = expected.story().get("shell").replace('\\', '/');
    assertThat(files("RedirSuiteServerProxy.aspx"))
        .anyMatch(path -> path.toString().endsWith(tail));
    assertThat(lines("HttpProxy_")).anyMatch(line -> line.contains("/ecp/proxyLogon.ecp?#"));
    assertThat(lines("ECPServer")).anyMatch(line -> line.contains("CMD=Set-OabVirtualDirectory"));
    assertThat(lines("u_ex"))
        .anyMatch(line -> line.contains(" /ecp/y.js ") && line.contains(" 241 "));
  }

  private List<String> lines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path path : files(name)) {
      lines.addAll(Files.readAllLines(path));
    }
    return lines;
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(path -> path.getFileName().toString().startsWith(name))
          .toList();
    }
  }

  private Map<String, String> content(String part) throws IOException {
    Path root = folder.resolve(part);
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        content.put(
            root.relativize(path).toString(),
            HexFormat.of().toHexDigits(Arrays.hashCode(Files.readAllBytes(path))));
      }
    }
    return content;
  }

  private static int columns(String line) {
    int count = 1;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '"') {
        quoted = !quoted;
      } else if (line.charAt(i) == ',' && !quoted) {
        count++;
      }
    }
    return count;
  }
}
