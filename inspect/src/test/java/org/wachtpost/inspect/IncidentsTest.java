package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

class IncidentsTest {
  private static Finding finding(
      String check, Stage stage, String title, String time, Map<String, String> details) {
    Instant at = Instant.parse(time);
    return new Finding(
        check, stage, Confidence.HIGH, false, "", title, at, at, 1, Source.file("f"), "", details);
  }

  private static Finding entry(String time) {
    return finding(
        "I03",
        Stage.SESSION_GRANTED,
        "administrator session granted",
        time,
        Map.of("client", "203.0.113.77"));
  }

  private static Finding file(String name) {
    return finding(
        "I17",
        Stage.AFTER,
        "scheduled task to review",
        "2020-01-01T00:00:00Z",
        Map.of("task", "c:\\windows\\system32\\tasks\\" + name));
  }

  private static Finding made(String name) {
    return finding(
        "I17",
        Stage.AFTER,
        "scheduled task made or changed",
        "2021-03-05T00:00:00Z",
        Map.of("what", "\\" + name));
  }

  private static Finding process(String time, Confidence sure) {
    Instant at = Instant.parse(time);
    return new Finding(
        "I16", Stage.AFTER, sure, false, "", "done", at, at, 1, Source.file(time), "", Map.of());
  }

  /** One start of a program that says two things is one sentence. */
  @Test
  void whatOneEventShowsIsToldOnce() {
    List<Finding> findings = new ArrayList<>();
    for (String title : List.of("passwords dumped", "the web server started a program")) {
      Instant at = Instant.parse("2021-03-05T00:00:00Z");
      Finding plain =
          finding("I16", Stage.AFTER, title, at.toString(), Map.of("command", "cmd /c x"));
      findings.add(
          new Finding(
              "I16",
              Stage.AFTER,
              Confidence.HIGH,
              false,
              "",
              title,
              at,
              at,
              1,
              Source.record("Security.evtx", 7),
              "",
              plain.details()));
    }
    assertThat(Incidents.join(findings))
        .singleElement()
        .extracting(Incident::story)
        .isEqualTo(
            List.of(
                "2021-03-05T00:00:00Z passwords dumped; the web server started a program: cmd /c x"
                    + " [I16, after]"));
  }

  /** Nothing else has a time where all logs were cleared. */
  @Test
  void whatWasClearedIsToldWithAShellThatHasNoTime() {
    Finding cleared =
        new Finding(
            "I19",
            Stage.AFTER,
            Confidence.LOW,
            false,
            "",
            "event log cleared",
            Instant.parse("2021-03-07T00:00:00Z"),
            null,
            1,
            Source.record("Security.evtx", 1),
            "",
            Map.of("channel", "Security"));
    Finding shell =
        new Finding(
            "I12",
            Stage.SHELL_ON_DISK,
            Confidence.HIGH,
            true,
            "",
            "web shell",
            null,
            null,
            1,
            Source.file("a.aspx"),
            "",
            Map.of("file", "c:\\a.aspx"));
    assertThat(Incidents.join(List.of(cleared, shell)))
        .singleElement()
        .matches(one -> one.findings().equals(List.of(0, 1)));
    assertThat(Incidents.join(List.of(entry("2020-03-07T00:00:00Z"), cleared, shell)))
        .noneMatch(one -> one.findings().contains(1));
  }

  /** A page that was used for weeks was not used in one minute. */
  @Test
  void aStorySaysUntilWhenAThingWentOn() {
    Instant first = Instant.parse("2021-03-05T00:00:00Z");
    Finding use =
        new Finding(
            "I14",
            Stage.SHELL_USED,
            Confidence.HIGH,
            false,
            "",
            "page answered",
            first,
            first.plusSeconds(86_400),
            3,
            Source.file("f"),
            "",
            Map.of("client", "203.0.113.77", "path", "/a.aspx"));
    assertThat(Incidents.join(List.of(use)).getFirst().story().getFirst())
        .contains("/a.aspx (3 times, until 2021-03-06 00:00)");
  }

  /** Where the logs of the break-in have rolled away. */
  @Test
  void whatFollowsFromNothingKnownIsOneStory() {
    Finding use =
        finding(
            "I14",
            Stage.SHELL_USED,
            "page answered",
            "2021-03-05T00:00:00Z",
            Map.of("client", "203.0.113.77", "path", "/a.aspx"));
    List<Finding> later =
        List.of(
            process("2021-03-06T00:00:00Z", Confidence.HIGH),
            process("2021-04-07T00:00:00Z", Confidence.MEDIUM));
    assertThat(Incidents.join(later)).hasSize(1);
    assertThat(Incidents.join(List.of(use, later.get(0), later.get(1))))
        .singleElement()
        .matches(one -> one.clients().equals(List.of("203.0.113.77")));
    assertThat(Incidents.join(List.of(process("2021-03-04T00:00:00Z", Confidence.HIGH), use)))
        .hasSize(2);
  }

  /** Where the only proof is what was done on the server, what came after it belongs to it too. */
  @Test
  void whatFollowsADecisiveTraceThatNamesNobodyIsToldWithIt() {
    Instant at = Instant.parse("2021-03-04T00:00:00Z");
    Finding written =
        new Finding(
            "I08",
            Stage.WRITTEN,
            Confidence.HIGH,
            true,
            "",
            "cmdlet writes a page",
            at,
            at,
            1,
            Source.file("f"),
            "",
            Map.of("cmdlet", "New-MailboxExportRequest"));
    assertThat(
            Incidents.join(
                List.of(
                    process("2021-03-01T00:00:00Z", Confidence.LOW),
                    written,
                    process("2021-03-05T00:00:00Z", Confidence.LOW),
                    process("2021-05-05T00:00:00Z", Confidence.LOW))))
        .singleElement()
        .matches(one -> one.findings().equals(List.of(1, 2)));
  }

  @Test
  void whatAnAdministratorMayHaveDoneIsToldOnlySoonAfter() {
    List<Incident> incidents =
        Incidents.join(
            List.of(
                entry("2021-03-04T00:00:00Z"),
                process("2021-03-05T00:00:00Z", Confidence.LOW),
                process("2022-03-05T00:00:00Z", Confidence.LOW),
                process("2022-03-06T00:00:00Z", Confidence.HIGH)));
    assertThat(incidents).singleElement().matches(one -> one.findings().equals(List.of(0, 1, 3)));
  }

  @Test
  void aLongStoryLeavesOutWhatIsNotSure() {
    List<Finding> findings = new ArrayList<>(List.of(entry("2021-03-04T00:00:00Z")));
    for (int minute = 0; minute < 50; minute++) {
      findings.add(process("2021-03-04T00:%02d:00Z".formatted(minute), Confidence.LOW));
    }
    findings.add(process("2021-03-05T00:00:00Z", Confidence.HIGH));
    assertThat(Incidents.join(findings).getFirst().story())
        .hasSize(3)
        .last()
        .isEqualTo("and 50 more: see the findings");
  }

  @Test
  void aTaskWhoseFileIsDatedBackJoinsByItsName() {
    List<Incident> incidents =
        Incidents.join(List.of(file("winnet"), entry("2021-03-04T00:00:00Z"), made("Winnet")));
    assertThat(incidents).hasSize(1);
    assertThat(incidents.getFirst().findings()).containsExactly(0, 1, 2);
    assertThat(incidents.getFirst().first()).isEqualTo(Instant.parse("2021-03-04T00:00:00Z"));
  }

  @Test
  void anotherTaskOfThatDateStaysApart() {
    List<Incident> incidents =
        Incidents.join(List.of(file("backup"), entry("2021-03-04T00:00:00Z"), made("Winnet")));
    assertThat(incidents).hasSize(2);
  }
}
