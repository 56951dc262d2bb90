package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wachtpost.inspect.generator.Evidence;
import org.wachtpost.inspect.generator.Expected;
import org.wachtpost.inspect.generator.Scenario;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;

/** Whole made-up servers, each with the verdict and the story it must have. */
class ScenarioTest {
  private static final long SEED = 4;

  @TempDir Path folder;

  private InspectReport inspect(Path tree) throws Exception {
    return Inspection.run(
        InspectOptions.of(List.of(tree), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void saysWhatHappened(Scenario scenario) throws Exception {
    Expected expected = Evidence.make(folder, SEED, scenario, 20, 80, 1);
    InspectReport report = inspect(folder.resolve("tree"));
    assertThat(expected.verdicts()).contains(report.verdict().word());
    assertThat(expected.exits()).contains(report.verdict().exitStatus());
    assertThat(report.findings()).extracting(Finding::check).containsAll(expected.checks());
    assertThat(report.coverage().damageTotal()).isZero();
    assertThat(report.findings())
        .allSatisfy(finding -> assertThat(finding.source().sha256()).hasSize(64))
        .allSatisfy(finding -> assertThat(finding.reference()).startsWith("https://"));
    story(report, expected.story());
  }

  private static void story(InspectReport report, Map<String, String> story) {
    String told =
        report.incidents().stream()
            .flatMap(incident -> incident.story().stream())
            .collect(Collectors.joining("\n"))
            .toLowerCase(java.util.Locale.ROOT);
    List<String> clients =
        report.incidents().stream().flatMap(incident -> incident.clients().stream()).toList();
    // Where the web server's logs were deleted, nothing says who used the shell.
    boolean used = report.findings().stream().anyMatch(one -> one.check().equals("I14"));
    for (String name : List.of("client", "secondClient", "shellUsedBy")) {
      if (story.containsKey(name) && (used || !name.equals("shellUsedBy"))) {
        assertThat(clients).contains(story.get(name));
      }
    }
    if (story.containsKey("shell")) {
      String page = story.get("shell");
      assertThat(told)
          .contains(page.substring(page.lastIndexOf('\\') + 1).toLowerCase(java.util.Locale.ROOT));
    }
    if (story.containsKey("firstHit") && report.server().containsKey("order")) {
      assertThat(report.server().get("order"))
          .contains("first hit on " + report.server().get("first hit").substring(0, 10));
    }
  }

  @Test
  void twoActorsAreTwoStoriesAndOneActorIsOne() throws Exception {
    Evidence.make(folder.resolve("two"), SEED, Scenario.TWO_ACTORS, 20, 80, 1);
    assertThat(breakIns(inspect(folder.resolve("two/tree")))).hasSize(2);
    Evidence.make(folder.resolve("one"), SEED, Scenario.PROXYLOGON_SHELL_THEFT, 20, 80, 1);
    assertThat(breakIns(inspect(folder.resolve("one/tree")))).hasSize(1);
  }

  private static List<Incident> breakIns(InspectReport report) {
    return report.incidents().stream()
        .filter(incident -> incident.stage().reaches(Stage.SESSION_GRANTED))
        .filter(incident -> !incident.clients().isEmpty())
        .toList();
  }

  @Test
  void evidenceIsOnlyRead() throws Exception {
    Evidence.make(folder, SEED, Scenario.PROXYLOGON_SHELL_THEFT, 5, 100, 1);
    Path tree = folder.resolve("tree");
    Map<String, String> before = state(tree);
    inspect(tree);
    assertThat(state(tree)).isEqualTo(before);
  }

  /** Hash, time and permissions of every file, and times of every folder. */
  private static Map<String, String> state(Path tree) throws Exception {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        String hash = Files.isRegularFile(file) ? sha256(file) : "";
        state.put(
            tree.relativize(file).toString(),
            hash
                + " "
                + Files.getLastModifiedTime(file)
                + " "
                + Files.getPosixFilePermissions(file));
      }
    }
    return state;
  }

  private static String sha256(Path file) throws Exception {
    try (InputStream stream = Files.newInputStream(file)) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes()));
    }
  }

  @Test
  void theReportFolderIsCompleteAndRunsNothing() throws Exception {
    Evidence.make(folder, SEED, Scenario.TWO_ACTORS, 10, 100, 1);
    Path report = folder.resolve("report");
    java.io.PrintStream none = new java.io.PrintStream(java.io.OutputStream.nullOutputStream());
    int exit =
        InspectCommand.run(
            List.of(folder.resolve("tree").toString(), "--report", report.toString()), none, none);
    assertThat(exit).isEqualTo(13);
    String html = Files.readString(report.resolve("report.html"));
    assertThat(html)
        .contains("<svg")
        .contains("COMPROMISED")
        .contains("What to do now")
        .doesNotContain("<script")
        .doesNotContain("src=")
        // Links lead to places of the page itself.
        .doesNotContainPattern("href=\"[^#]");
    assertThat(Files.readString(report.resolve("findings.json"))).contains("\"incidents\"");
    assertThat(Files.readString(report.resolve("timeline.csv"))).startsWith("time,");
    assertThat(sums(report)).isNotEmpty();
  }

  private static List<String> sums(Path report) throws IOException {
    return Files.readAllLines(report.resolve("evidence/SHA256SUMS"));
  }
}
