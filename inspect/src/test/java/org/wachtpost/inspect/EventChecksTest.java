package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Events and reports of Windows that a check must look into, through the whole inspection. */
class EventChecksTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12.1234567Z");
  private static final String SYSTEM = "S-1-5-18";

  /** In the rules as published for this campaign. */
  private static final String PUBLISHED = "103.77.192.219";

  @TempDir Path folder;

  private static WindowsEvents.Source in(String provider, String channel) {
    return new WindowsEvents.Source(
        provider, "54849625-5478-4994-a5ba-3e3b0328c30d", channel, "EX01.example.test");
  }

  private static EvtxValue.Fragment event(
      String provider, String channel, int id, Map<String, String> data) {
    return WindowsEvents.manifest(in(provider, channel), 1, TIME, id, 4, SYSTEM, data);
  }

  private InspectReport inspect(EvtxValue.Fragment... events) throws Exception {
    Path log = folder.resolve("C/Windows/System32/winevt/Logs/one.evtx");
    Files.createDirectories(log.getParent());
    try (EvtxWriter writer =
        new EvtxWriter(
            FileChannel.open(
                log,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING),
            1)) {
      for (EvtxValue.Fragment event : events) {
        writer.write(TIME, event);
      }
    }
    return run();
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  private static EvtxValue.Fragment logon(String type, String address, String user) {
    return event(
        "Microsoft-Windows-Security-Auditing",
        "Security",
        4624,
        Map.of(
            "TargetUserName",
            user,
            "TargetDomainName",
            "EXAMPLE",
            "LogonType",
            type,
            "IpAddress",
            address));
  }

  @Test
  void logInsFromPublishedAddressesAndDesktopsFromOutsideAreToldOf() throws Exception {
    InspectReport report =
        inspect(
            logon("3", PUBLISHED, "ann"),
            logon("8", "::ffff:" + PUBLISHED, "bob"),
            logon("10", "198.51.100.7", "carol"),
            logon("10", "10.0.0.7", "dave"),
            logon("3", "198.51.100.8", "erin"),
            logon("5", "-", "SYSTEM"));
    assertThat(report.findings())
        .extracting(Finding::check, Finding::stage, one -> one.detail("user"))
        .containsExactlyInAnyOrder(
            tuple("I15", Stage.SESSION_GRANTED, "EXAMPLE\\ann"),
            tuple("I15", Stage.SESSION_GRANTED, "EXAMPLE\\bob"),
            tuple("I17", Stage.AFTER, "EXAMPLE\\carol"));
    assertThat(report.findings()).allMatch(one -> one.confidence() == Confidence.LOW);
    assertThat(report.findings()).allMatch(one -> TIME.equals(one.time()));
  }

  private static EvtxValue.Fragment called(String image, String address, String initiated) {
    return event(
        "Microsoft-Windows-Sysmon",
        "Microsoft-Windows-Sysmon/Operational",
        3,
        Map.of(
            "Image",
            "C:\\Windows\\System32\\" + image,
            "DestinationIp",
            address,
            "DestinationPort",
            "443",
            "Initiated",
            initiated));
  }

  @Test
  void programsThatCallOutAreToldOf() throws Exception {
    InspectReport report =
        inspect(
            called("certutil.exe", "198.51.100.7", "true"),
            called("powershell.exe", "198.51.100.7", "true"),
            called("store.exe", PUBLISHED, "true"),
            called("w3wp.exe", "10.0.0.9", "true"),
            called("w3wp.exe", "198.51.100.9", "false"),
            called("chrome.exe", "198.51.100.9", "true"));
    assertThat(report.findings())
        .extracting(one -> one.detail("program") + " " + one.confidence())
        .containsExactlyInAnyOrder(
            "C:\\Windows\\System32\\certutil.exe MEDIUM",
            "C:\\Windows\\System32\\powershell.exe LOW",
            "C:\\Windows\\System32\\store.exe MEDIUM");
  }

  private static EvtxValue.Fragment audited(int id, String... pairs) {
    Map<String, String> data = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
    return event("Microsoft-Windows-Security-Auditing", "Security", id, data);
  }

  private static EvtxValue.Fragment process(String number, String name, String parent) {
    return audited(
        4688,
        "NewProcessId",
        number,
        "NewProcessName",
        "C:\\Windows\\System32\\" + name,
        "ProcessId",
        parent,
        "CommandLine",
        "x /" + number);
  }

  /** Server 2012 R2, on which most Exchange servers of 2021 ran, names no parent. */
  @Test
  void theWebServersChildrenAreKnownByItsNumber() throws Exception {
    InspectReport report =
        inspect(
            process("0x1a4", "inetsrv\\w3wp.exe", "0x2f0"),
            process("0x500", "cmd.exe", "0x1A4"),
            process("0x504", "cmd.exe", "0x2f0"),
            process("0x1a4", "notepad.exe", "0x2f0"),
            process("0x508", "cmd.exe", "0x1a4"));
    assertThat(report.findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SHELL_USED && one.confidence() == Confidence.HIGH)
        .matches(one -> "x /0x500".equals(one.detail("command")));
  }

  @Test
  void whatWasNotAuditedWasNotLookedAt() throws Exception {
    InspectReport quiet = inspect(logon("3", "10.0.0.7", "ann"));
    assertThat(quiet.coverage().checks())
        .anyMatch(check -> check.check().equals("I16") && !check.looked());
    assertThat(quiet.coverage().sources().getFirst().notes())
        .anyMatch(note -> note.contains("no process (4688) was audited"));
    InspectReport audited = inspect(process("0x500", "cmd.exe", "0x2f0"));
    assertThat(audited.coverage().checks())
        .anyMatch(check -> check.check().equals("I16") && check.looked());
    assertThat(audited.coverage().sources().getFirst().notes()).isEmpty();
  }

  @Test
  void readingAPageIsNotWritingOne() throws Exception {
    String[] file = {
      "ProcessName", "C:\\Windows\\System32\\inetsrv\\w3wp.exe", "ObjectName", "C:\\i\\%s.aspx"
    };
    List<EvtxValue.Fragment> events = new ArrayList<>();
    for (String[] access :
        new String[][] {
          {"AccessMask", "0x1", "read"},
          {"AccessMask", "0x2", "written"},
          {"AccessMask", "0x6", "appended"},
          {"AccessMask", "0x20089", "looked"},
          {"AccessList", "%%4416", "listed"},
          {"AccessList", "%%4417\r\n\t\t\t\t%%4418", "both"}
        }) {
      events.add(
          audited(
              4663, file[0], file[1], file[2], file[3].formatted(access[2]), access[0], access[1]));
    }
    InspectReport report = inspect(events.toArray(EvtxValue.Fragment[]::new));
    assertThat(report.findings())
        .extracting(one -> one.detail("file"))
        .containsExactlyInAnyOrder(
            "C:\\i\\written.aspx", "C:\\i\\appended.aspx", "C:\\i\\both.aspx");
  }

  private static EvtxValue.Fragment script(String text) {
    return event(
        "Microsoft-Windows-PowerShell",
        "Microsoft-Windows-PowerShell/Operational",
        4104,
        Map.of("ScriptBlockText", text));
  }

  /** The responder's own scripts, and support's, are not the intruder's. */
  @Test
  void whoLooksForToolsIsToldFromWhoUsesThem() throws Exception {
    assertThat(inspect(script("IEX (New-Object x); Invoke-Mimikatz")).findings())
        .singleElement()
        .matches(one -> one.confidence() == Confidence.HIGH);
    assertThat(inspect(script("$f | Select-String 'mimikatz','chopper'")).findings())
        .singleElement()
        .matches(one -> one.confidence() == Confidence.LOW);
    assertThat(
            inspect(script("function Invoke-Mimikatz { if ($ComputerName -imatch '^\\s*$') {} }"))
                .findings())
        .singleElement()
        .matches(one -> one.confidence() == Confidence.HIGH);
    assertThat(inspect(script(".\\procdump.exe -ma w3wp.exe")).findings()).isEmpty();
    InspectReport dumps =
        inspect(
            audited(4688, "NewProcessName", "a.exe", "CommandLine", "procdump -ma lsass.exe o"),
            audited(4688, "NewProcessName", "a.exe", "CommandLine", "procdump64 -ma 4711"));
    assertThat(dumps.findings())
        .extracting(Finding::confidence)
        .containsExactlyInAnyOrder(Confidence.HIGH, Confidence.LOW);
  }

  /** A dump alone, or a tool alone, does not show that anybody got in. */
  @Test
  void whatMayComeAfterABreakInIsNotCalledOne() throws Exception {
    InspectReport report =
        inspect(
            audited(4688, "NewProcessName", "a.exe", "CommandLine", "procdump -ma lsass.exe o"));
    assertThat(report.verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    assertThat(report.reason())
        .contains("nothing in what was covered shows one getting in")
        .doesNotContain("an intruder was in");
  }

  @Test
  void whatTheWebServerWasMadeToDoIsToldBesideThatItDid() throws Exception {
    InspectReport report =
        inspect(
            audited(
                4688,
                "ParentProcessName",
                "C:\\Windows\\System32\\inetsrv\\w3wp.exe",
                "NewProcessName",
                "C:\\Windows\\System32\\cmd.exe",
                "CommandLine",
                "cmd /c rundll32 C:\\windows\\system32\\comsvcs.dll MiniDump 684 c:\\x full"));
    assertThat(report.findings())
        .extracting(Finding::stage)
        .containsExactlyInAnyOrder(Stage.SHELL_USED, Stage.AFTER);
    assertThat(report.reason()).contains("an intruder was in");
    assertThat(report.incidents()).hasSize(1);
  }

  @Test
  void theNewerPowerShellAndTheOlderLogAreReadToo() throws Exception {
    InspectReport report =
        inspect(
            event(
                "PowerShellCore",
                "PowerShellCore/Operational",
                4104,
                Map.of("MessageNumber", "1", "ScriptBlockText", "Invoke-Mimikatz")),
            WindowsEvents.classic(
                in("PowerShell", "Windows PowerShell"),
                1,
                TIME,
                400,
                4,
                List.of(
                    "Available",
                    "None",
                    "HostApplication=powershell -c rundll32 comsvcs.dll, MiniDump 7 c:\\x full")));
    assertThat(report.findings())
        .hasSize(2)
        .allMatch(one -> one.check().equals("I16") && one.confidence() == Confidence.HIGH);
    assertThat(report.coverage().checks())
        .anyMatch(one ->
            one.check().equals("I16")
                && one.reason().contains("PowerShellCore/Operational")
                && one.reason().contains("Windows PowerShell"));
  }

  @Test
  void theScannerOfOlderServersIsHeardToo() throws Exception {
    InspectReport report =
        inspect(
            event(
                "Microsoft Antimalware",
                "System",
                1116,
                Map.of(
                    "Threat Name",
                    "Backdoor:ASP/Chopper.F!dha",
                    "Path",
                    "file:_C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx")));
    assertThat(report.findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SHELL_ON_DISK);
  }

  private static EvtxValue.Fragment mitigation(int id, String text) {
    return WindowsEvents.classic(
        in("MSExchange Mitigation Service", "Application"), 1, TIME, id, 4, List.of(text));
  }

  @Test
  void theMitigationServicesEventsAreEvidenceOfMitigation() throws Exception {
    InspectReport report =
        inspect(
            mitigation(1005, "Mitigation PING1 has been applied."),
            mitigation(1006, "Mitigation M1 has been applied."),
            mitigation(1008, "An unexpected exception occurred. M9"));
    assertThat(report.server().get("mitigations"))
        .contains("applied M1")
        .contains("reported errors")
        .doesNotContain("M9")
        .doesNotContain("PING1");
    assertThat(report.coverage().checks())
        .anyMatch(check -> check.check().equals("I02") && check.looked());
  }

  @Test
  void theMitigationServicesLogIsEvidenceOfMitigation() throws Exception {
    Path log = folder.resolve("V15/Logging/MitigationService/MitigationService_20221001-1.LOG");
    Files.createDirectories(log.getParent());
    Files.writeString(
        log,
        "#Software: Microsoft Exchange Server\r\n#Log-type: Mitigation Logs\r\n"
            + "#Fields: DateTime,Server,EventId,EventData\r\n"
            + "2022-10-01T08:00:00.000Z,EX01,ApplyMitigation,S:LogLevel=Information;"
            + "S:Message=Mitigation M1.1 applied\r\n"
            + "2022-10-01T09:00:00.000Z,EX01,FetchMitigation,S:LogLevel=Warning;"
            + "S:Message=M7 could not be applied\r\n");
    InspectReport report = run();
    assertThat(report.server().get("mitigations"))
        .contains("applied M1.1")
        .contains("reported errors")
        .doesNotContain("M7");
    assertThat(report.coverage().sources())
        .anyMatch(source ->
            source.source().equals("Emergency Mitigation service")
                && source.rows() == 2
                && "2022-10-01T08:00:00Z".equals(String.valueOf(source.oldest())));
  }

  @Test
  void aCrashReportOfTheControlPanelIsAnAttempt() throws Exception {
    Path wer = folder.resolve("C/ProgramData/Microsoft/Windows/WER/ReportArchive/A/Report.wer");
    Files.createDirectories(wer.getParent());
    String text =
        "\uFEFFVersion=1\r\nEventType=E12IIS\r\nEventTime=132592277521234567\r\n"
            + "Sig[0].Value=w3wp#MSExchange%sAppPool\r\n";
    Files.writeString(wer, text.formatted("ECP"), StandardCharsets.UTF_16LE);
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.check().equals("I07") && one.stage() == Stage.ATTEMPTED)
        .matches(one -> "2021-03-03T06:49:12.123456700Z".equals(String.valueOf(one.time())));
    Files.writeString(wer, text.formatted("OWA"), StandardCharsets.UTF_16LE);
    assertThat(run().findings()).isEmpty();
  }
}
