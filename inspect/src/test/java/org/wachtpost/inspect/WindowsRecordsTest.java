package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.channels.FileChannel;
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

/** Accounts, programs, files and services in the records of Windows, Sysmon and Defender. */
class WindowsRecordsTest {
  private static final Instant TIME = Instant.parse("2021-03-03T07:00:00Z");
  private static final String W3WP = "c:\\windows\\system32\\inetsrv\\w3wp.exe";

  @TempDir Path folder;

  private final List<EvtxValue.Fragment> events = new ArrayList<>();

  private void event(String provider, String channel, int id, String... pairs) {
    Map<String, String> data = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
    WindowsEvents.Source source =
        new WindowsEvents.Source(
            provider, "54849625-5478-4994-a5ba-3e3b0328c30d", channel, "EX01.example.test");
    events.add(WindowsEvents.manifest(source, events.size() + 1, TIME, id, 4, "S-1-5-18", data));
  }

  private void security(int id, String... pairs) {
    event("Microsoft-Windows-Security-Auditing", "Security", id, pairs);
  }

  private void sysmon(int id, String... pairs) {
    event("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", id, pairs);
  }

  private InspectReport run() throws Exception {
    Path log = folder.resolve("C/Windows/System32/winevt/Logs/one.evtx");
    Files.createDirectories(log.getParent());
    try (EvtxWriter writer =
        new EvtxWriter(
            FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE), 1)) {
      for (EvtxValue.Fragment event : events) {
        writer.write(TIME, event);
      }
    }
    return Inspected.of(folder);
  }

  @Test
  void whatIsDoneToAccountsIsTold() throws Exception {
    security(4722, "TargetUserName", "Guest", "SubjectUserName", "EX01$");
    security(4724, "TargetUserName", "ann", "SubjectUserName", "EX01$");
    security(4725, "TargetUserName", "bob", "SubjectUserName", "carol");
    security(4726, "TargetUserName", "evil", "SubjectUserName", "carol");
    security(
        4738,
        "TargetUserName",
        "svc",
        "SubjectUserName",
        "carol",
        "OldUacValue",
        "0x15",
        "NewUacValue",
        "0x211");
    assertThat(run().findings())
        .extracting(Finding::title, one -> one.detail("account"), Finding::confidence)
        .containsExactlyInAnyOrder(
            tuple("account enabled", "Guest", Confidence.MEDIUM),
            tuple("password of an account set", "ann", Confidence.LOW),
            tuple("account disabled", "bob", Confidence.LOW),
            tuple("account removed", "evil", Confidence.LOW),
            tuple("account opened wider", "svc", Confidence.LOW));
  }

  /** They were near enough to the break-in, and left out of its story. */
  @Test
  void whatIsDoneToAccountsIsToldWithTheBreakInBeforeIt() throws Exception {
    Path proxy = folder.resolve("V15/Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG");
    Files.createDirectories(proxy.getParent());
    Files.writeString(
        proxy,
        "#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n"
            + "#Fields: DateTime,UrlStem,AnchorMailbox,ClientIpAddress,ServerHostName,HttpStatus,"
            + "Method,TargetServer,RoutingHint\r\n2021-03-03T06:49:12.123Z,/ecp/y.js,"
            + "ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#,203.0.113.9,EX01,241,POST,EX01,"
            + "X-BEResource-Cookie\r\n");
    security(4722, "TargetUserName", "Guest", "SubjectUserName", "carol");
    security(4724, "TargetUserName", "ann", "SubjectUserName", "carol");
    assertThat(run().incidents())
        .singleElement()
        .matches(one -> one.findings().size() == 3)
        .matches(one -> one.story().getLast().contains("password of an account set: ann"));
  }

  /** Exchange's own monitoring makes accounts, as the computer, and gives them new passwords. */
  @Test
  void theAccountsOfExchangesMonitoringAreNobodysWayIn() throws Exception {
    String account = "HealthMailbox0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    security(4720, "TargetUserName", account, "SubjectUserName", "EX01$");
    security(4722, "TargetUserName", account, "SubjectUserName", "EX01$");
    security(4724, "TargetUserName", account, "SubjectUserName", "EX01$");
    security(
        4738,
        "TargetUserName",
        account,
        "SubjectUserName",
        "EX01$",
        "OldUacValue",
        "-",
        "NewUacValue",
        "-",
        "SidHistory",
        "-");
    InspectReport report = run();
    assertThat(report.findings()).allMatch(one -> one.confidence() == Confidence.LOW).hasSize(2);
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  /** Where the server is the domain's controller too, mailboxes made for new people looked so. */
  @Test
  void whatExchangeDoesToTheDomainForAdministratorsIsOrdinary() throws Exception {
    for (String domain : new String[] {"EXAMPLE", "ex01"}) {
      for (int id : new int[] {4720, 4722}) {
        security(
            id,
            "TargetUserName",
            domain + "-ann",
            "TargetDomainName",
            domain,
            "SubjectUserName",
            "EX01$",
            "SubjectDomainName",
            "EXAMPLE");
      }
      security(
          4756,
          "TargetUserName",
          domain + " Organization Management",
          "TargetDomainName",
          domain,
          "MemberName",
          "CN=ann,DC=example,DC=test",
          "SubjectUserName",
          "EX01$");
    }
    assertThat(run().findings())
        .extracting(Finding::confidence)
        .containsExactlyInAnyOrder(
            Confidence.LOW,
            Confidence.LOW,
            Confidence.LOW,
            Confidence.MEDIUM,
            Confidence.MEDIUM,
            Confidence.MEDIUM);
  }

  /** It works as the server itself, as an intruder does who came in through Exchange. */
  @Test
  void whatGroupPolicyDoesToAccountsIsOrdinary() throws Exception {
    security(4720, "TargetUserName", "ops", "SubjectUserName", "EX01$");
    security(4732, "TargetUserName", "Administrators", "SubjectUserName", "EX01$");
    assertThat(run().findings()).hasSize(2).allMatch(one -> one.confidence() == Confidence.MEDIUM);
    String channel = "Microsoft-Windows-GroupPolicy/Operational";
    String registry = "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}";
    event("Microsoft-Windows-GroupPolicy", channel, 4016, "CSEExtensionId", registry);
    assertThat(run().findings()).allMatch(one -> one.confidence() == Confidence.MEDIUM);
    String accounts = "{17D89FEC-5C44-4972-B12D-241CAEF74509}";
    event("Microsoft-Windows-GroupPolicy", channel, 4016, "CSEExtensionId", accounts);
    InspectReport report = run();
    assertThat(report.findings())
        .hasSize(2)
        .allMatch(one -> one.confidence() == Confidence.LOW)
        .allMatch(one -> one.reason().contains("group policy"));
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void whatJoiningADomainDoesIsOrdinary() throws Exception {
    security(
        4732,
        "TargetUserName",
        "Administrators",
        "MemberSid",
        "S-1-5-21-7-8-9-512",
        "SubjectUserName",
        "EX01$");
    security(
        4722,
        "TargetUserName",
        "Administrator",
        "TargetSid",
        "S-1-5-21-1-2-3-500",
        "SubjectUserName",
        "EX01$");
    assertThat(run().findings()).hasSize(2).allMatch(one -> one.confidence() == Confidence.LOW);
  }

  @Test
  void aLocalMemberIsShownByItsNumber() throws Exception {
    security(
        4732,
        "TargetUserName",
        "Administrators",
        "MemberName",
        "-",
        "MemberSid",
        "S-1-5-21-1-2-3-1004",
        "SubjectUserName",
        "EX01$");
    assertThat(run().findings())
        .singleElement()
        .matches(one -> "Administrators: S-1-5-21-1-2-3-1004".equals(one.detail("what")));
  }

  /** What a task is changed to stands under another name than what it was made of. */
  @Test
  void aTaskThatWasChangedToRunAScriptIsOdd() throws Exception {
    security(
        4702,
        "TaskName",
        "\\x",
        "TaskContentNew",
        "<Command>powershell</Command>",
        "SubjectUserName",
        "carol");
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.confidence() == Confidence.MEDIUM);
  }

  @Test
  void servicesThatRunAShellAreOdd() throws Exception {
    for (String image :
        List.of(
            "%COMSPEC% /Q /c echo cd ^> \\\\127.0.0.1\\C$\\__output",
            "\\\\127.0.0.1\\ADMIN$\\a1b2c3.exe",
            "cmd /c powershel^l",
            "C:\\Program Files\\Example\\agent.exe",
            "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe")) {
      event("Service Control Manager", "System", 7045, "ServiceName", "x", "ImagePath", image);
    }
    assertThat(run().findings())
        .extracting(Finding::confidence)
        .containsExactlyInAnyOrder(
            Confidence.MEDIUM,
            Confidence.MEDIUM,
            Confidence.MEDIUM,
            Confidence.LOW,
            Confidence.LOW);
  }

  private void started(String parent, String program) {
    security(
        4688,
        "ParentProcessName",
        parent,
        "NewProcessName",
        program,
        "CommandLine",
        "x " + program,
        "SubjectUserName",
        "EX01$");
  }

  @Test
  void whatTheWebServerStartsIsJudgedByItsPlaceToo() throws Exception {
    started(W3WP, "C:\\Windows\\Temp\\a.exe");
    started(W3WP, "C:\\Windows\\System32\\findstr.exe");
    started("C:\\Exchange\\Bin\\UMWorkerProcess.exe", "C:\\Windows\\System32\\tool.exe");
    started(W3WP, "C:\\Windows\\System32\\tool.exe");
    started(W3WP, "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe");
    assertThat(run().findings())
        .allMatch(one -> one.stage() == Stage.SHELL_USED)
        .extracting(one -> one.detail("parent").contains("UM"), Finding::confidence)
        .containsExactlyInAnyOrder(
            tuple(false, Confidence.HIGH),
            tuple(false, Confidence.HIGH),
            tuple(true, Confidence.HIGH),
            tuple(false, Confidence.LOW));
  }

  /** Unified Messaging's service starts its worker each day, and what crashes is written down. */
  @Test
  void whatExchangeStartsByItselfIsNoUseOfAPage() throws Exception {
    String worker = "C:\\Exchange\\Bin\\UMWorkerProcess.exe";
    started("C:\\Exchange\\Bin\\UMService.exe", worker);
    started(worker, "C:\\Windows\\System32\\wermgr.exe");
    assertThat(run().findings()).isEmpty();
    started(W3WP, worker);
    assertThat(run().findings()).hasSize(1);
  }

  @Test
  void aProgramWithAPublishedNameIsToldWhereItWasOnlyStarted() throws Exception {
    started("C:\\Windows\\System32\\cmd.exe", "C:\\Users\\Public\\opera\\opera_browser.exe");
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.check().equals("I15") && one.confidence() == Confidence.MEDIUM);
  }

  @Test
  void whoReadsTheMemoryOfLsassToWriteItIsTold() throws Exception {
    String lsass = "C:\\Windows\\system32\\lsass.exe";
    String calls = "C:\\Windows\\SYSTEM32\\ntdll.dll+9fc24|C:\\Windows\\System32\\comsvcs.dll+1";
    sysmon(10, "SourceImage", "c:\\w\\rundll32.exe", "TargetImage", lsass, "CallTrace", calls);
    String crash = "C:\\Windows\\System32\\WerFault.exe";
    sysmon(10, "SourceImage", crash, "TargetImage", lsass, "CallTrace", calls);
    sysmon(10, "SourceImage", "c:\\w\\WerFault.exe", "TargetImage", lsass, "CallTrace", calls);
    sysmon(10, "SourceImage", "c:\\av\\scan.exe", "TargetImage", lsass, "CallTrace", "ntdll.dll");
    sysmon(10, "SourceImage", W3WP, "TargetImage", lsass, "CallTrace", "ntdll.dll");
    sysmon(11, "Image", "c:\\x.exe", "TargetFilename", "C:\\Windows\\Temp\\lsass_1.dmp");
    assertThat(run().findings())
        .extracting(Finding::title, one -> one.detail("program"), Finding::confidence)
        .containsExactlyInAnyOrder(
            tuple("memory of lsass read to be written", "c:\\w\\rundll32.exe", Confidence.HIGH),
            tuple("memory of lsass read to be written", "c:\\w\\WerFault.exe", Confidence.HIGH),
            tuple("memory of lsass read to be written", crash, Confidence.LOW),
            tuple("web server opened lsass", W3WP, Confidence.HIGH),
            tuple("memory of lsass written to a file", "c:\\x.exe", Confidence.HIGH));
  }

  /** ProxyShell's page is written by the service that exports mailboxes. */
  @Test
  void whatExchangeIsMadeToWriteIsTold() throws Exception {
    sysmon(
        11,
        "Image",
        "C:\\Exchange\\Bin\\MSExchangeMailboxReplication.exe",
        "TargetFilename",
        "C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx");
    sysmon(
        11,
        "Image",
        "C:\\Exchange\\Bin\\MSExchangeMailboxReplication.exe",
        "TargetFilename",
        "D:\\left\\a.pst");
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.WRITTEN && one.confidence() == Confidence.HIGH);
  }

  @Test
  void whatDefenderCouldNotRemoveAndWhatOfItWasSwitchedOffIsTold() throws Exception {
    String channel = "Microsoft-Windows-Windows Defender/Operational";
    String provider = "Microsoft-Windows-Windows Defender";
    event(
        provider,
        channel,
        1119,
        "Threat Name",
        "Backdoor:ASP/Chopper.F!dha",
        "Path",
        "file:_C:\\inetpub\\wwwroot\\aspnet_client\\b.aspx");
    String key = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection\\";
    event(provider, channel, 5007, "New Value", key + "DisableRealtimeMonitoring = 0x1");
    event(provider, channel, 5007, "New Value", key + "DisableRealtimeMonitoring = 0x0");
    assertThat(run().findings())
        .extracting(Finding::title, Finding::stage)
        .containsExactlyInAnyOrder(
            tuple("Defender found malware", Stage.SHELL_ON_DISK),
            tuple("part of Defender switched off", Stage.AFTER));
  }

  /** A command that is typed to PowerShell starts no process of which the audit could tell. */
  @Test
  void whatIsTypedToPowerShellIsLookedThroughToo() throws Exception {
    for (String script :
        List.of(
            "reg save HKLM\\SAM C:\\users\\public\\s.hiv",
            "# reg save HKLM\\SAM x\nGet-Date",
            "function script:New-MailboxExportRequest\n{ param($Mailbox) }",
            "vssadmin list shadows")) {
      event(
          "Microsoft-Windows-PowerShell",
          "Microsoft-Windows-PowerShell/Operational",
          4104,
          "MessageNumber",
          "1",
          "ScriptBlockText",
          script);
    }
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.title().equals("passwords copied from the registry"))
        .matches(one -> one.source().record() == 1L);
  }
}
