package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.generator.EvtxValue;
import org.wachtpost.inspect.generator.EvtxWriter;
import org.wachtpost.inspect.generator.WindowsEvents;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;

/** An account that is made and then logs in is one story, wherever the two events stand. */
class NewAccountsTest {
  private static final Instant MADE = Instant.parse("2021-03-16T17:32:45Z");

  @TempDir Path folder;

  private record Event(Instant time, EvtxValue.Fragment fragment) {}

  private static Event event(int minutes, int id, Map<String, String> data) {
    Instant time = MADE.plus(Duration.ofMinutes(minutes));
    return new Event(
        time,
        WindowsEvents.manifest(
            new WindowsEvents.Source(
                "Microsoft-Windows-Security-Auditing",
                "54849625-5478-4994-a5ba-3e3b0328c30d",
                "Security",
                "EX01.example.test"),
            1,
            time,
            id,
            4,
            "S-1-5-18",
            data));
  }

  private static Event made(int minutes, String name, String by) {
    return event(minutes, 4720, Map.of("TargetUserName", name, "SubjectUserName", by));
  }

  private static Event logon(int minutes, String name, String address, String type) {
    return event(
        minutes,
        4624,
        Map.of(
            "TargetUserName",
            name,
            "TargetDomainName",
            "EX",
            "LogonType",
            type,
            "IpAddress",
            address));
  }

  private InspectReport inspect(String log, Event... events) throws Exception {
    Path file = folder.resolve("C/Windows/System32/winevt/Logs/" + log + ".evtx");
    Files.createDirectories(file.getParent());
    try (EvtxWriter writer =
        new EvtxWriter(
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE), 1)) {
      for (Event event : events) {
        writer.write(event.time(), event.fragment());
      }
    }
    return Inspection.run(
        InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  private static List<Finding> logins(InspectReport report) {
    return report.findings().stream()
        .filter(one -> one.title().startsWith("new account logged in"))
        .toList();
  }

  @Test
  void theServersNewAccountAndItsLogInsAreOneStory() throws Exception {
    inspect("Security", logon(30, "EXSVC", "203.0.113.201", "10"));
    InspectReport report =
        inspect(
            "Archive-Security-1",
            made(0, "exsvc", "EX01$"),
            event(
                1,
                4732,
                Map.of(
                    "TargetUserName",
                    "Administrators",
                    "MemberName",
                    "CN=exsvc,CN=Users,DC=x",
                    "SubjectUserName",
                    "EX01$")));
    Finding login = logins(report).getFirst();
    assertThat(login.title()).isEqualTo("new account logged in by remote desktop");
    assertThat(login.confidence()).isEqualTo(Confidence.MEDIUM);
    assertThat(login.time()).isEqualTo(MADE.plus(Duration.ofMinutes(30)));
    assertThat(login.reason()).contains("made on 2021-03-16 17:32 UTC by the server itself");
    assertThat(login.source().path()).endsWith("Security.evtx");
    assertThat(report.incidents()).hasSize(1);
    assertThat(report.incidents().getFirst().clients()).containsExactly("203.0.113.201");
    assertThat(report.incidents().getFirst().story())
        .hasSize(4) // made, made a member, remote desktop from outside, and that it is the new one
        .anyMatch(
            step -> step.contains("203.0.113.201: new account logged in by remote desktop: exsvc"));
  }

  @Test
  void newColleaguesAreNoIntruders() throws Exception {
    InspectReport report =
        inspect(
            "Security",
            made(0, "ann", "helpdesk"),
            logon(60, "ann", "10.0.0.17", "3"),
            logon(70, "bob", "198.51.100.9", "3"),
            logon(80, "ann", "-", "2"));
    assertThat(logins(report))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.LOW)
        .matches(one -> one.reason().contains("by helpdesk; new colleagues log in too"));
    assertThat(report.incidents()).isEmpty();
  }

  /** An account of the same name was there before: only what came after is the new one's. */
  @Test
  void logInsBeforeTheAccountWasMadeAreNotItsOwn() throws Exception {
    InspectReport report =
        inspect(
            "Security",
            logon(-60, "old", "203.0.113.5", "3"),
            logon(-50, "again", "203.0.113.6", "3"),
            made(0, "old", "EX01$"),
            made(0, "again", "EX01$"),
            logon(50, "again", "203.0.113.6", "3"));
    assertThat(logins(report))
        .singleElement()
        .matches(one -> "again".equals(one.detail("account")))
        .matches(one -> MADE.plus(Duration.ofMinutes(50)).equals(one.time()));
  }
}
