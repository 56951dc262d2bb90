package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** What Microsoft's own scanners and scripts left behind: often all that is left of March 2021. */
class ScannerLogsTest {
  @TempDir Path folder;

  private void write(String path, String content, Charset charset) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(charset));
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  @Test
  void theSafetyScannersLogNamesThreatsAndTheirFiles() throws Exception {
    write(
        "C/Windows/debug/msert.log",
        "Microsoft Safety Scanner v1.333, (build 1.333.9.0)\r\n"
            + "Started On Sat Mar 06 12:10:29 2021\r\n\r\nRun Mode: Scan Run in Quiet Mode\r\n\r\n"
            + "Quick Scan Results:\r\n-------------------\r\n"
            + "Threat Detected: Exploit:ASP/CVE-2021-27065.B!dha and Removed!\r\n"
            + "  Action: Remove, Result: 0x00000000\r\n"
            + "    file://C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx\r\n"
            + "        SigSeq: 0x000055ABF6E4A4C5\r\n"
            + "Threat Detected: HackTool:Win32/Mimikatz.D, partially removed.\r\n"
            + "  Action: Remove, Result: 0x80508023\r\n"
            + "    file://C:\\Users\\Public\\m.exe\r\n"
            + "Threat Detected: Trojan:Win32/Meterpreter.O\r\n\r\n"
            + "Results Summary:\r\n----------------\r\n"
            + "Found Exploit:ASP/CVE-2021-27065.B!dha and Removed!\r\nReturn code: 6 (0x6)\r\n",
        StandardCharsets.UTF_16LE);
    InspectReport report = run();
    assertThat(report.findings())
        .extracting(
            one -> one.detail("threat"),
            Finding::stage,
            Finding::confidence,
            one -> one.detail("file"),
            one -> one.source().line())
        .containsExactlyInAnyOrder(
            tuple(
                "Exploit:ASP/CVE-2021-27065.B!dha",
                Stage.SHELL_ON_DISK,
                Confidence.HIGH,
                "C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx",
                10L),
            tuple(
                "HackTool:Win32/Mimikatz.D",
                Stage.AFTER,
                Confidence.MEDIUM,
                "C:\\Users\\Public\\m.exe",
                14L),
            tuple("Trojan:Win32/Meterpreter.O", Stage.AFTER, Confidence.MEDIUM, null, 15L));
    assertThat(report.findings()).allMatch(one -> one.check().equals("I02"));
  }

  /** The remover that Windows Update runs each month took shells away in March 2021 too. */
  @Test
  void theRemoversLogIsReadAsTheScanners() throws Exception {
    write(
        "C/Windows/debug/mrt.log",
        "Microsoft Windows Malicious Software Removal Tool v5.87, March 2021\r\n"
            + "Threat Detected: Exploit:ASP/CVE-2021-27065 and Removed!\r\n"
            + "    file://C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx\r\n",
        StandardCharsets.UTF_16LE);
    InspectReport report = run();
    assertThat(report.findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SHELL_ON_DISK && one.source().line() == 3L);
    assertThat(report.coverage().sources())
        .singleElement()
        .matches(one -> one.source().equals("mrt.log"));
  }

  /** What lists updates need not say which program they are of. */
  @Test
  void anUpdateOfExchangeIsKnownByItsNumber() throws Exception {
    write(
        "updates.txt",
        "HotFixID  Description\r\nKB5000871 Security Update\r\nKB5003333 Update\r\n",
        StandardCharsets.US_ASCII);
    assertThat(run().server().get("updates named")).isEqualTo("KB5000871");
  }

  /** It names the scanner, and is not the scanner's log. */
  @Test
  void theMitigationToolsSummaryIsNotTheScannersLog() throws Exception {
    write(
        "C/EOMTSummary.txt",
        "Microsoft Safety Scanner and CVE-2021-26855 mitigation summary\r\n",
        StandardCharsets.US_ASCII);
    assertThat(run().server().get("mitigations")).isEqualTo("Microsoft's mitigation tool was run");
  }

  @Test
  void defendersDiaryIsRead() throws Exception {
    write(
        "C/ProgramData/Microsoft/Windows Defender/Support/MPLog-20210303-064912.log",
        "\uFEFF2021-03-03T06:49:12.123Z ProcessImageName: w3wp.exe, Pid: 7836, TotalTime: 6070\r\n"
            + "2021-03-03T06:50:01.000Z DETECTIONEVENT MPSOURCE_REALTIME Backdoor:ASP/Chopper.F!dha"
            + " file:C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx;\r\n"
            + "2021-03-03T06:50:02.000Z DETECTION_ADD#1 Backdoor:ASP/Chopper.F!dha"
            + " file:C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx PropBag [length: 0, data: (null)]"
            + "\r\n2021-03-03T06:51:00.000Z DETECTION_ADD HackTool:Win32/DumpLsass.E"
            + " process:pid:7968,ProcessStart:133474519288037348\r\n"
            + "2021-03-03T06:52:00.000Z Engine:command line reported as lowfi:"
            + " C:\\Windows\\System32\\rundll32.exe(rundll32.exe"
            + " C:\\Windows\\System32\\comsvcs.dll,"
            + " MiniDump 700 C:\\Users\\Public\\l.tmp full)\r\n",
        StandardCharsets.UTF_16LE);
    InspectReport report = run();
    assertThat(report.findings())
        .extracting(
            Finding::title,
            Finding::stage,
            one -> one.detail("file"),
            Finding::count,
            one -> String.valueOf(one.time()))
        .containsExactly(
            tuple(
                "Defender found malware",
                Stage.SHELL_ON_DISK,
                "C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx",
                2L,
                "2021-03-03T06:50:01Z"),
            tuple("Defender found malware", Stage.AFTER, null, 1L, "2021-03-03T06:51:00Z"),
            tuple("passwords dumped or tool run", Stage.AFTER, null, 1L, "2021-03-03T06:52:00Z"));
    assertThat(report.coverage().sources())
        .singleElement()
        .matches(one -> one.source().equals("Defender's MPLog") && one.rows() == 5)
        .matches(one -> "2021-03-03T06:49:12.123Z".equals(String.valueOf(one.oldest())));
    assertThat(report.coverage().checks())
        .anyMatch(one -> one.check().equals("I16") && one.looked());
  }

  /** The table that Microsoft's script makes of the rows that it found. */
  @Test
  void theTableOfMicrosoftsScriptIsReadAsTheRowsThatItHolds() throws Exception {
    write(
        "logs/EX01-Cve-2021-26855.csv",
        "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n"
            + "\"DateTime\",\"RequestId\",\"ClientIpAddress\",\"UrlHost\",\"UrlStem\","
            + "\"RoutingHint\",\"UserAgent\",\"AnchorMailbox\",\"HttpStatus\"\r\n"
            + "\"2021-03-03T06:49:12.123Z\",\"r1\",\"203.0.113.9\",\"mail\",\"/ecp/y.js\","
            + "\"X-BEResource-Cookie\",\"x\",\"ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#\","
            + "\"241\"\r\n",
        StandardCharsets.US_ASCII);
    assertThat(run().findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SESSION_GRANTED)
        .matches(one -> "203.0.113.9".equals(one.detail("client")))
        .matches(one -> one.source().line() == 3L);
  }

  @Test
  void theOtherResultsOfMicrosoftsScriptAreToldWithWhatTheyName() throws Exception {
    write(
        "logs/EX01-Cve-2021-27065.log",
        "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\ECP\\Server\\"
            + "ECPServer20210303-1.LOG\r\n",
        StandardCharsets.US_ASCII);
    write(
        "logs/EX01-Cve-2021-26858.log",
        "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\OABGeneratorLog\\a.log\r\n",
        StandardCharsets.US_ASCII);
    write(
        "logs/EX01-Cve-2021-26858-DownloadPaths.log",
        "'C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx'\r\n",
        StandardCharsets.US_ASCII);
    write(
        "logs/EX01-Cve-2021-26857.csv",
        "#TYPE Selected.x\r\n\"TimeCreated\",\"MachineName\",\"Message\"\r\n"
            + "\"3/3/2021 6:49:12 AM\",\"EX01\",\"System.InvalidCastException\"\r\n",
        StandardCharsets.US_ASCII);
    write(
        "logs/EX01-other.csv",
        "#TYPE System.Management.Automation.PSCustomObject\r\n"
            + "\"ComputerName\",\"Type\",\"Path\",\"Name\"\r\n"
            + "\"EX01\",\"LsassDmp\",\"c:\\root\\lsass.dmp\",\"lsass.dmp\"\r\n"
            + "\"EX01\",\"SuspiciousArchive\",\"C:\\ProgramData\\it.zip\",\"it.zip\"\r\n",
        StandardCharsets.US_ASCII);
    InspectReport report = run();
    assertThat(report.findings())
        .extracting(Finding::check, Finding::stage, Finding::confidence)
        .containsExactlyInAnyOrder(
            tuple("I02", Stage.WRITTEN, Confidence.LOW),
            tuple("I02", Stage.WRITTEN, Confidence.LOW),
            tuple("I02", Stage.WRITTEN, Confidence.MEDIUM),
            tuple("I02", Stage.ATTEMPTED, Confidence.MEDIUM),
            tuple("I02", Stage.AFTER, Confidence.HIGH),
            tuple("I02", Stage.AFTER, Confidence.LOW));
    assertThat(report.verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    assertThat(report.coverage().unclaimed()).isEmpty();
  }

  @Test
  void anEmptyResultOfMicrosoftsScriptIsNoFinding() throws Exception {
    write("logs/EX01-Cve-2021-27065.log", "\r\n", StandardCharsets.US_ASCII);
    write(
        "logs/EX01-Cve-2021-26857.csv",
        "\"TimeCreated\",\"MachineName\",\"Message\"\r\n",
        StandardCharsets.US_ASCII);
    assertThat(run().findings()).isEmpty();
  }

  /** Its first versions named each log in which an administrator had set a virtual directory. */
  @Test
  void aLogThatMicrosoftsScriptNamesIsNoBreakInByItself() throws Exception {
    write(
        "logs/EX01-Cve-2021-27065.log",
        "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\ECP\\Server\\"
            + "ECPServer20210303-1.LOG\r\n",
        StandardCharsets.US_ASCII);
    InspectReport report = run();
    assertThat(report.findings()).hasSize(1);
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  /** Lines were read again for each blank in them: one took ten seconds. */
  @Test
  void longLinesAreReadOnce() throws Exception {
    String blanks = " ".repeat(60_000);
    String end = "x\u2028\r\n";
    String time = "2021-03-03T06:50:01.000Z ";
    write(
        "C/Windows/debug/msert.log",
        "Microsoft Safety Scanner v1.333, (build 1.333.9.0)\r\n"
            + ("Threat Detected: a" + blanks + end).repeat(10)
            + ("Threat Detected: " + ", removed".repeat(6_000) + end).repeat(10)
            + ("file:" + "->".repeat(30_000) + end).repeat(10),
        StandardCharsets.UTF_8);
    write(
        "C/ProgramData/Microsoft/Windows Defender/Support/MPLog-20210303-064912.log",
        (time + "DETECTION Trojan:Win32/A file:C:\\a" + blanks + end).repeat(10)
            + (time
                    + "DETECTION "
                    + blanks.substring(30_000)
                    + "a"
                    + blanks.substring(30_000)
                    + end)
                .repeat(10),
        StandardCharsets.UTF_8);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> assertThat(run().findings()).isNotEmpty());
  }
}
