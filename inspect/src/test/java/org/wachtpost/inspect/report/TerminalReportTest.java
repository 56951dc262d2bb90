package org.wachtpost.inspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

class TerminalReportTest {
  private static final Instant DAY = Instant.parse("2021-03-03T06:49:12Z");

  private static List<String> print(InspectReport report, Screen screen, @Nullable Path folder) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TerminalReport.print(
        report, new PrintStream(bytes, true, StandardCharsets.UTF_8), screen, folder);
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static InspectReport report(int incidents, int findingsOfEach, String hostile) {
    List<Finding> findings = new ArrayList<>();
    List<Incident> joined = new ArrayList<>();
    for (int i = 0; i < incidents; i++) {
      List<Integer> own = new ArrayList<>();
      for (int f = 0; f < findingsOfEach; f++) {
        own.add(findings.size());
        Stage stage = Stage.values()[1 + f % (Stage.values().length - 1)];
        findings.add(
            new Finding(
                "I" + (10 + f % 10),
                stage,
                f % 5 == 4 ? Confidence.LOW : Confidence.HIGH,
                stage == Stage.WRITTEN,
                "because " + hostile,
                "title " + f + " " + hostile,
                f % 3 == 2 ? null : DAY.plusSeconds(i * 1000L + f),
                null,
                1 + f,
                Source.line("C/inetpub/" + hostile + "/u_ex210303.log", f + 1),
                "ref",
                Map.of("client", "192.0.2." + i, "page", "/owa/" + hostile + ".aspx")));
      }
      joined.add(
          new Incident(i + 1, Stage.AFTER, DAY, DAY, List.of("192.0.2." + i), List.of(), own));
    }
    List<SourceCoverage> sources = new ArrayList<>();
    for (String name : List.of("HttpProxy owa", "HttpProxy ecp", "HttpProxy eas", "IIS W3SVC1")) {
      sources.add(
          new SourceCoverage(name, 3, 9, 9, 1, DAY, DAY.plusSeconds(99), List.of(), List.of()));
    }
    sources.add(new SourceCoverage("pages", 3, 9, 9, 0, null, null, List.of(), List.of()));
    List<CheckCoverage> checks = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      checks.add(new CheckCoverage("I" + i, "what check " + i + " is for", i % 2 == 0, "reason"));
    }
    Coverage coverage =
        new Coverage(
            DAY,
            null,
            sources,
            checks,
            List.of(new Damage(hostile, "offset 1", hostile), new Damage("x", "line 2", "y")),
            2,
            9,
            9,
            Map.of(),
            List.of("HttpProxy owa begins on DAY: nothing in it", "3 symbolic links " + hostile));
    Map<String, String> server =
        Map.of("build", "15.1.2106.2 " + hostile, "product", "Exchange", "ProxyLogon", "open");
    Verdict verdict = incidents > 0 ? Verdict.COMPROMISED : Verdict.NOTHING_FOUND;
    return new InspectReport(
        verdict,
        "The evidence shows it: " + hostile + ".",
        "summary",
        server,
        joined,
        findings,
        coverage,
        Map.of(),
        List.of("/case"),
        DAY,
        "1");
  }

  @Test
  void everythingIsOnOneScreenWhateverItsSize() {
    for (int[] size : new int[][] {{80, 24}, {100, 40}, {200, 50}, {60, 16}, {132, 20}}) {
      Screen screen = Screen.of(size[0], size[1], StandardCharsets.UTF_8);
      for (int incidents : new int[] {0, 1, 2, 40}) {
        List<String> lines =
            print(report(incidents, 30, "x".repeat(incidents % 2 * 90)), screen, null);
        String all = String.join("\n", lines);
        assertThat(lines).as("%s, %d", screen, incidents).hasSizeLessThan(size[1]);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(size[0]));
        assertThat(lines.getFirst()).startsWith(incidents > 0 ? "COMPROMISED:" : "NOTHING FOUND");
        assertThat(all.replaceAll("\\s+", " ")).contains("in what was covered: HttpProxy (3 logs)");
        assertThat(all).contains("Could not look:").contains("--report DIR");
        if (size[1] >= 24) {
          assertThat(all.contains("INCIDENT")).isEqualTo(incidents > 0);
          assertThat(all.contains("FINDINGS: " + incidents * 30)).isEqualTo(incidents > 0);
        }
      }
    }
  }

  /** With few lines the story still tells every stage, and in order of time. */
  @Test
  void theStoryIsToldByItsStages() {
    List<String> lines =
        print(report(1, 30, "x"), Screen.of(100, 40, StandardCharsets.UTF_8), Path.of("/out"));
    List<String> steps = lines.stream().filter(line -> line.startsWith("  2021-03-03 06")).toList();
    assertThat(steps).hasSizeGreaterThan(6).isSorted();
    assertThat(lines).anyMatch(line -> line.matches("  and \\d+ more steps"));
    assertThat(lines.getLast()).contains("/out/report.html");
  }

  /** The name of a page is at the end of its path. */
  @Test
  void ofALongPathTheEndIsShown() {
    String page = "deep/".repeat(30) + "shell";
    List<String> lines =
        print(report(1, 5, page), Screen.of(100, 40, StandardCharsets.UTF_8), Path.of("/out"));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("  2021-03-03 06"))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    InspectReport report = report(1, 1, "x");
    Finding finding = report.findings().getFirst();
    Finding deep = finding.telling(Map.of("page", "c:\\" + "deep\\".repeat(30) + "shell.aspx"));
    InspectReport changed =
        new InspectReport(
            report.verdict(),
            report.reason(),
            report.summary(),
            report.server(),
            report.incidents(),
            List.of(deep),
            report.coverage(),
            report.evidence(),
            report.paths(),
            report.started(),
            report.rulesVersion());
    assertThat(print(changed, Screen.of(80, 40, StandardCharsets.UTF_8), null))
        .anyMatch(line -> line.matches("  2021.*title 0 x: \u2026.*\\\\shell.aspx \\[I10]"));
  }

  @Test
  void nothingIsCutWhereThereIsNoScreen() {
    String path = "deep/".repeat(60) + "end";
    List<String> lines = print(report(2, 30, path), Screen.PAGE, null);
    String all = String.join("", lines).replace(" ", "");
    assertThat(lines)
        .filteredOn(line -> !line.startsWith("      C/"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(lines).contains("      C/inetpub/" + path + "/u_ex210303.log:30");
    assertThat(all)
        .doesNotContain("\u2026")
        .contains("I1whatcheck1isfor:reason")
        .contains("2symboliclinks".substring(1));
  }

  @Test
  void whatATerminalWouldObeyIsShown() {
    String hostile = "\u001b[2J\u202e\r\nVERDICT\u0007";
    for (Screen screen : List.of(Screen.of(80, 24, StandardCharsets.UTF_8), Screen.PAGE)) {
      String all = String.join("\n", print(report(1, 5, hostile), screen, null));
      assertThat(all).contains("\\x1b[2J").doesNotContain("\u001b", "\u202e", "\r", "\u0007");
      assertThat(all).doesNotContain("\nVERDICT");
    }
  }

  @Test
  void wideLettersTakeTwoColumns() {
    assertThat(Screen.width("\u65e5\u672c.aspx")).isEqualTo(9);
    assertThat(Screen.width("e\u0301")).isEqualTo(1);
    assertThat(Screen.head("\u65e5\u672c\u8a9e", 5)).isEqualTo("\u65e5\u672c\u2026");
    assertThat(Screen.tail("a/b/c.log", 6)).isEqualTo("\u2026c.log");
    assertThat(Screen.of(0, 0, StandardCharsets.UTF_8)).isEqualTo(new Screen(80, 24, false));
    for (String line :
        Screen.of(60, 20, StandardCharsets.UTF_8)
            .wrap("\u65e5".repeat(200) + " x " + "y".repeat(200), 4)) {
      assertThat(Screen.width(line)).isLessThanOrEqualTo(60);
    }
  }

  /** In the locale "C", and where characters are those of one language. */
  @Test
  void aTerminalWithoutEllipsisIsShownAsciiAlone() {
    String text = "caf\u00e9 \u65e5\u672c ".repeat(20);
    for (Charset charset : List.of(StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1)) {
      List<String> lines = print(report(2, 30, text), Screen.of(80, 24, charset), null);
      assertThat(lines)
          .hasSizeLessThan(24)
          .allSatisfy(line -> assertThat(line).matches("[ -~]{0,80}"))
          .anyMatch(line -> line.contains("caf\\xe9"))
          .anyMatch(line -> line.contains("~"));
    }
  }
}
