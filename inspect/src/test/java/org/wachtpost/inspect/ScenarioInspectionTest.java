package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.generator.Evidence;
import org.wachtpost.inspect.generator.Expected;
import org.wachtpost.inspect.generator.Scenario;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Whole made-up servers, inspected from end to end: the verdict, the checks and the story. */
class ScenarioInspectionTest {
  private static final int DAYS = 4;
  private static final int ROWS_PER_DAY = 120;

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void everyScenarioGetsItsVerdictAndItsChecks(Scenario scenario) throws Exception {
    Expected expected = Evidence.make(folder, 21, scenario, DAYS, ROWS_PER_DAY, 2);
    InspectReport report = inspect();
    String found =
        report.findings().stream().map(Object::toString).collect(Collectors.joining("\n"));
    assertThat(expected.verdicts()).as(found).contains(report.verdict().word());
    assertThat(expected.exits()).contains(report.verdict().exitStatus());
    assertThat(checks(report)).as(found).containsAll(expected.checks());
    String client = expected.story().get("client");
    if (client != null && expected.checks().contains("I03")) {
      assertThat(report.incidents()).anyMatch(incident -> incident.clients().contains(client));
    }
    assertThat(report.coverage().damageTotal()).as("damage").isZero();
    assertThat(report.summary()).contains("in what was covered: ");
    String name = scenario.name();
    if (name.equals("LOGS_CLEARED")) {
      assertThat(report.reason()).contains("Event logs were cleared (Security, System), first on ");
      assertThat(String.join("\n", report.incidents().getFirst().story()))
          .contains("event log cleared: Security");
    }
    if (name.equals("PROXYSHELL") || name.equals("PROXYNOTSHELL")) {
      // The update of which the evidence tells is older than the hole: it is no comfort.
      assertThat(report.reason()).contains("after the update, which did not close Proxy");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void cleanServersGiveNothingAboveProbed(long seed) throws Exception {
    Evidence.make(folder, seed, Scenario.CLEAN_PATCHED_LATE, DAYS, 400, 2);
    InspectReport report = inspect();
    assertThat(report.verdict()).isIn(Verdict.NOTHING_FOUND, Verdict.PROBED);
    assertThat(report.findings())
        .filteredOn(finding -> finding.stage().reaches(Stage.ATTEMPTED))
        .isEmpty();
  }

  @Test
  void theEvidenceIsNotChangedByLookingAtIt() throws Exception {
    Evidence.make(folder, 22, Scenario.PROXYLOGON_SHELL_THEFT, 3, 100, 2);
    Map<String, String> before = state();
    inspect();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void theUpdateCameAfterTheFirstHit() throws Exception {
    Expected expected = Evidence.make(folder, 23, Scenario.PROXYLOGON_SHELL_THEFT, 6, 100, 2);
    InspectReport report = inspect();
    assertThat(report.server().get("order"))
        .contains("patched on " + expected.story().get("patched"))
        .contains("first hit on " + expected.story().get("firstHit").substring(0, 10));
  }

  private InspectReport inspect() throws Exception {
    return Inspection.run(
        InspectOptions.of(List.of(folder.resolve("tree")), NOW), ProgressListener.NONE);
  }

  private static Set<String> checks(InspectReport report) {
    return report.findings().stream().map(Finding::check).collect(Collectors.toSet());
  }

  /** Hash and time of every file. */
  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        state.put(folder.relativize(file).toString(), sha256(file) + " " + time);
      }
    }
    return state;
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }
}
