package org.wachtpost.inspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.InspectOptions;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Whether the steps fit the case. */
class AdviceTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");

  private static Finding finding(
      String check, Stage stage, String title, Map<String, String> details) {
    return new Finding(
        check,
        stage,
        Confidence.HIGH,
        false,
        "",
        title,
        TIME,
        TIME,
        1,
        Source.file("f"),
        "",
        details);
  }

  private static String advice(Finding... findings) {
    Incident incident =
        new Incident(
            1,
            Stage.AFTER,
            TIME,
            TIME,
            List.of(),
            List.of(),
            IntStream.range(0, findings.length).boxed().toList());
    Coverage coverage =
        new Coverage(
            InspectOptions.SINCE,
            null,
            List.of(),
            List.of(),
            List.of(),
            0,
            0,
            0,
            Map.of(),
            List.of());
    return Checklist.steps(
            new InspectReport(
                Verdict.COMPROMISED,
                "",
                "",
                Map.of(),
                List.of(incident),
                List.of(findings),
                coverage,
                Map.of(),
                List.of(),
                TIME,
                ""))
        .toString();
  }

  /** What is missing can be fetched as long as the server stands. */
  @Test
  void eachGapHasACommandThatFillsIt() {
    List<CheckCoverage> checks =
        IntStream.rangeClosed(1, 20)
            .mapToObj(i -> String.format(Locale.ROOT, "I%02d", i))
            .map(check -> new CheckCoverage(check, "title", false, "none"))
            .toList();
    for (CheckCoverage check : checks) {
      List<String> commands = Gaps.step(report(Verdict.CANNOT_TELL, List.of(check))).commands();
      boolean any = check.check().equals("I15") || check.check().equals("I19");
      assertThat(commands).as(check.check()).hasSizeGreaterThanOrEqualTo(any ? 1 : 2);
    }
    Checklist.Step all = Gaps.step(report(Verdict.CANNOT_TELL, checks));
    assertThat(all.commands())
        .doesNotHaveDuplicates()
        .contains(
            "robocopy \"${env:ExchangeInstallPath}Logging\" \"E:\\C\\Program"
                + " Files\\Microsoft\\Exchange Server\\V15\\Logging\" /E /COPY:DAT /DCOPY:T"
                + " /R:1 /W:1",
            "robocopy C:\\inetpub E:\\C\\inetpub /E /COPY:DAT /DCOPY:T /R:1 /W:1");
    assertThat(all.why()).contains("What was not covered: I01 title; ");
    assertThat(Gaps.step(report(Verdict.PROBED, List.of())).why()).startsWith("Logs from before");
  }

  private static InspectReport report(Verdict verdict, List<CheckCoverage> checks) {
    Coverage coverage =
        new Coverage(
            InspectOptions.SINCE, null, List.of(), checks, List.of(), 0, 0, 0, Map.of(), List.of());
    return new InspectReport(
        verdict, "", "", Map.of(), List.of(), List.of(), coverage, Map.of(), List.of(), TIME, "");
  }

  @Test
  void whatWasLeftBehindIsLookedForWhereItIs() {
    String address = "Get-OabVirtualDirectory";
    String task = "Get-ScheduledTask";
    String account = "Get-LocalGroupMember Administrators";
    String key = "<machineKey>";
    assertThat(
            advice(
                finding("I05", Stage.WRITTEN, "web shell put", Map.of("address", "http://f/<%"))))
        .contains(address)
        .doesNotContain(task)
        .doesNotContain(account)
        .doesNotContain(key);
    assertThat(
            advice(
                finding("I17", Stage.AFTER, "scheduled task made or changed", Map.of()),
                finding("I17", Stage.AFTER, "account made", Map.of("account", "evil")),
                finding("I17", Stage.AFTER, "fixed machine key", Map.of())))
        .contains(task)
        .contains(account)
        .contains(key)
        .doesNotContain(address);
    assertThat(advice(finding("I14", Stage.SHELL_USED, "page answered", Map.of())))
        .doesNotContain("left behind");
  }

  /** Whom a client named, and who is inside, is not locked out. */
  @Test
  void whoReallyAskedIsKeptOut() {
    assertThat(
            advice(
                finding(
                    "I04",
                    Stage.SESSION_GRANTED,
                    "session",
                    Map.of("client", "198.51.100.4", "peer", "203.0.113.9")),
                finding("I04", Stage.SESSION_GRANTED, "session", Map.of("client", "10.0.0.7")),
                finding(
                    "I14",
                    Stage.SHELL_USED,
                    "page",
                    Map.of("client", "192.168.1.1", "clients", "192.168.1.1 2001:db8::7"))))
        .contains("-RemoteAddress 203.0.113.9,2001:db8::7]");
  }

  /** A client of IPv4 that a program which speaks IPv6 wrote down. */
  @Test
  void anAddressOfIpv4IsKeptOutInWhateverForm() {
    assertThat(
            advice(
                finding("I04", Stage.SESSION_GRANTED, "a", Map.of("client", "::ffff:203.0.113.9")),
                finding("I04", Stage.SESSION_GRANTED, "b", Map.of("client", "::ffff:10.0.0.7")),
                finding("I04", Stage.SESSION_GRANTED, "c", Map.of("client", "::1"))))
        .contains("-RemoteAddress 203.0.113.9]");
  }

  /** Without it nobody gets through any more, and the intruder comes another way. */
  @Test
  void aProxyIsNotBlocked() {
    assertThat(
            advice(
                finding(
                    "I04",
                    Stage.SESSION_GRANTED,
                    "session",
                    Map.of("client", "203.0.113.9", "proxy", "198.51.100.1")),
                finding(
                    "I14",
                    Stage.SHELL_USED,
                    "page",
                    Map.of("client", "198.51.100.2", "proxy", "198.51.100.2"))))
        .contains("-RemoteAddress 203.0.113.9,")
        .doesNotContain("-RemoteAddress 203.0.113.9,198")
        .contains("# not to be blocked, for many come through it: 198.51.100.1, 198.51.100.2;");
  }
}
