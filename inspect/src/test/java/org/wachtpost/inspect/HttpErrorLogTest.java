package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** What the system's HTTP driver refused before the web server's logs could tell of it. */
class HttpErrorLogTest {
  private static final String HEAD =
      "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 06:00:01\r\n"
          + "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid"
          + " sc-status s-siteid s-reason s-queuename\r\n";
  private static final String QUIET =
      "2021-03-03 06:00:01 10.0.0.7 50100 10.0.0.5 443 - - - - - - Timer_ConnectionIdle -\r\n";

  @TempDir Path folder;

  private InspectReport of(String content) throws Exception {
    Path file = folder.resolve("C/Windows/System32/LogFiles/HTTPERR/httperr1.log");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Inspection.run(
        InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  private static String row(String time, String client, String asked, String end) {
    return "2021-03-03 %s %s 50100 10.0.0.5 443 HTTP/1.1 %s - %s\r\n"
        .formatted(time, client, asked, end);
  }

  @Test
  void itIsReadAndCovered() throws Exception {
    InspectReport report = of(HEAD + QUIET);
    assertThat(report.coverage().unclaimed()).isEmpty();
    assertThat(report.coverage().sources())
        .singleElement()
        .matches(one -> one.source().equals("HTTPERR") && one.rows() == 1)
        .matches(one -> Instant.parse("2021-03-03T06:00:01Z").equals(one.oldest()));
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(report.findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST /ecp/y.js, 503 1 AppOffline MSExchangeECPAppPool, 1",
    "POST /owa/auth/logon.css, 503 1 QueueFull MSExchangeOWAAppPool, 1",
    "GET /autodiscover/autodiscover.json?@a.test/powershell/?X-Rps-CAT=x, 400 - URL -, 1",
    "GET /owa/ann@example.test/powershell/, 503 1 AppOffline MSExchangeOWAAppPool, 1",
    "GET /owa/auth/logon.css, 503 1 AppOffline MSExchangeOWAAppPool, 0",
    "GET /autodiscover/autodiscover.json?Email=a@a.test, 503 1 AppOffline X, 0",
    "GET /index.php, 404 - NotFound -, 0",
    "GET /owa/, 503 1 AppOffline MSExchangeOWAAppPool, 0"
  })
  void aRefusedRequestInAnExploitsFormIsAProbe(String asked, String end, int found)
      throws Exception {
    List<Finding> findings = of(HEAD + row("06:49:12", "203.0.113.9", asked, end)).findings();
    assertThat(findings).hasSize(found);
    assertThat(findings)
        .allMatch(one -> one.stage() == Stage.PROBED && one.check().equals("I04"))
        .allMatch(one -> "203.0.113.9".equals(one.detail("client")))
        .allMatch(one -> one.source().line() == 5L)
        .allMatch(one -> Instant.parse("2021-03-03T06:49:12Z").equals(one.time()));
  }

  @Test
  void aPageOfAnIntruderThatBrokeOffMayHaveRun() throws Exception {
    String asked = "POST /aspnet_client/x1.aspx";
    assertThat(
            of(HEAD
                    + row(
                        "06:49:12",
                        "203.0.113.9",
                        asked,
                        "- 1 Connection_Abandoned_By_ReqQueue DefaultAppPool")
                    + row(
                        "06:49:13",
                        "203.0.113.12",
                        "GET /aspnet_client/system_web/supp0rt.aspx",
                        "- 1 Connection_Abandoned_By_ReqQueue DefaultAppPool")
                    + row("06:50:12", "203.0.113.10", asked, "503 1 AppOffline DefaultAppPool")
                    + row("06:51:12", "203.0.113.11", asked, "500 - Internal -"))
                .findings())
        .extracting(Finding::check, Finding::stage, one -> one.detail("client"))
        .containsExactlyInAnyOrder(
            tuple("I14", Stage.ATTEMPTED, "203.0.113.9"),
            tuple("I14", Stage.PROBED, "203.0.113.12"), // a look whether it is there
            tuple("I14", Stage.PROBED, "203.0.113.10"),
            tuple("I14", Stage.PROBED, "203.0.113.11")); // the driver's 500, not the page's
  }

  /** As older servers write it. */
  @Test
  void aRequestThatAProcessAbandonedMayHaveRunToo() throws Exception {
    assertThat(
            of(HEAD
                    + row(
                        "06:49:12",
                        "203.0.113.9",
                        "POST /aspnet_client/x1.aspx",
                        "- 1 Connection_Abandoned_By_AppPool DefaultAppPool"))
                .findings())
        .singleElement()
        .matches(one -> one.stage() == Stage.ATTEMPTED);
  }

  @Test
  void aPublishedAddressIsTold() throws Exception {
    assertThat(of(HEAD + row("06:49:12", "103.77.192.219", "GET /owa/", "503 1 X Y")).findings())
        .singleElement()
        .matches(one -> one.check().equals("I15"));
  }

  /** While a pool was down nothing of it is in the web server's logs. */
  @Test
  void timesOfOutageAreToldWithTheCoverage() throws Exception {
    String end = "503 1 AppOffline MSExchangeECPAppPool";
    SourceCoverage source =
        of(HEAD
                + row("06:49:12", "10.0.0.7", "GET /ecp/", end)
                + row("06:55:12", "10.0.0.8", "GET /ecp/", end)
                + row("07:30:00", "10.0.0.8", "GET /ecp/", end)
                + row("07:31:00", "10.0.0.8", "GET /a", "400 - BadRequest -"))
            .coverage()
            .sources()
            .getFirst();
    assertThat(source.notes())
        .containsExactly(
            "MSExchangeECPAppPool answered nothing (503 AppOffline) from 2021-03-03T06:49:12Z to"
                + " 2021-03-03T06:55:12Z (2 requests)",
            "MSExchangeECPAppPool answered nothing (503 AppOffline) at 2021-03-03T07:30:00Z"
                + " (1 request)");
  }

  @Test
  void whoeverSendsManyDoesNotFillTheReport() throws Exception {
    StringBuilder rows = new StringBuilder(HEAD);
    for (int hour = 0; hour < 24; hour++) {
      for (int pool = 0; pool < 40; pool++) {
        rows.append(
            row("%02d:00:00".formatted(hour), "10.0.0.7", "GET /", "503 1 AppOffline P" + pool));
      }
    }
    assertThat(of(rows.toString()).coverage().sources().getFirst().notes())
        .hasSize(21)
        .last()
        .isEqualTo("further times of outage: 940");
  }

  @Test
  void withoutTheNamesOfItsColumnsItIsToldOf() throws Exception {
    assertThat(of(QUIET).coverage().damage()).hasSize(1);
  }
}
