package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

/** Rows of the web server's logs whose meaning is easily got wrong. */
class IisRowsTest {
  private static final String FIELDS =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip"
          + " cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status";

  @TempDir Path folder;
  @TempDir Path written;

  private void write(String name, String more, List<String> rows) throws Exception {
    Path file = folder.resolve("C/inetpub/logs/LogFiles/W3SVC1").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, FIELDS + more + "\r\n" + String.join("\r\n", rows) + "\r\n");
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  private String advice(InspectReport report) throws Exception {
    return Inspected.page(report, written);
  }

  private List<Finding> findings(String more, String row) throws Exception {
    write("u_ex210303.log", more, List.of("2021-03-03 06:49:12 10.0.0.5 " + row));
    return run().findings();
  }

  /** The server looks cookies up without regard to the letters' case. */
  @ParameterizedTest
  @ValueSource(strings = {"x-beresource", "X-BERESOURCE", "X-bEresource"})
  void theForgedCookiesNameIsKnownInAnyCase(String name) throws Exception {
    String row = "POST /ecp/default.aspx - 443 - 203.0.113.9 Mozilla 241 b=1;+" + name;
    assertThat(findings(" cs(Cookie)", row + "=a]@EX01:444/ecp/proxyLogon.ecp?#~1941962753"))
        .singleElement()
        .matches(one -> one.stage() == Stage.SESSION_GRANTED);
    assertThat(findings(" cs(Cookie)", row + "=EX01.corp.test~1941962753")).isEmpty();
  }

  @Test
  void theOtherCookiesNameIsKnownInAnyCaseToo() throws Exception {
    String row = "GET /owa/auth/x.js - 443 - 203.0.113.9 Mozilla 500 x-anonresource=true;+";
    assertThat(findings(" cs(Cookie)", row + "x-ANONRESOURCE-backend=localhost/ecp/default.flt?~3"))
        .anyMatch(one -> one.title().equals("ProxyLogon's cookie in a request"));
  }

  /** What a client wrote about itself is shown beside the address that the server saw. */
  @Test
  void whoReallyAskedIsShownBesideWhatHeSaid() throws Exception {
    String row = "POST /aspnet_client/x1.aspx - 443 - 203.0.113.9 Mozilla 200 ";
    assertThat(findings(" X-Forwarded-For", row + "198.51.100.4"))
        .singleElement()
        .matches(one -> "198.51.100.4".equals(one.detail("client")))
        .matches(one -> "203.0.113.9".equals(one.detail("peer")));
    assertThat(run().incidents())
        .singleElement()
        .matches(one -> one.story().getFirst().contains("198.51.100.4 (by way of 203.0.113.9): "));
    assertThat(findings(" X-Forwarded-For", row + "-"))
        .singleElement()
        .matches(one -> one.detail("peer") == null);
    for (String other :
        List.of(
            "POST /owa/auth/logon.css - 443 - 203.0.113.9 Mozilla 200 198.51.100.4",
            "GET /aspnet_client/x1.aspx - 443 - 203.0.113.9 Mozilla 404 198.51.100.4",
            "GET /autodiscover/autodiscover.json @a.test/mapi/nspi&Email=autodiscover/autodiscover"
                + ".json%3F@a.test 443 - 203.0.113.9 Mozilla 200 198.51.100.4")) {
      assertThat(findings(" X-Forwarded-For", other))
          .as(other)
          .singleElement()
          .matches(one -> "203.0.113.9".equals(one.detail("peer")));
    }
  }

  /** Another address in each request made five stories of one. */
  @Test
  void whoNamesSomebodyElseEachTimeIsStillOne() throws Exception {
    List<String> rows = new ArrayList<>();
    String[] asked = {
      "POST /ecp/y.js - 443 - 203.0.113.9 M 241",
      "POST /ecp/y.js - 443 - 203.0.113.9 M 200",
      "POST /aspnet_client/a.aspx - 443 - 203.0.113.9 M 200",
      "POST /aspnet_client/b.aspx - 443 - 203.0.113.9 M 200",
      "GET /aspnet_client/c.aspx - 443 - 203.0.113.9 M 404"
    };
    for (int i = 0; i < asked.length; i++) {
      rows.add("2021-03-03 06:5%d:12 10.0.0.5 %s 198.51.100.%d".formatted(i, asked[i], i + 1));
    }
    rows.add("2021-03-03 06:52:12 10.0.0.5 GET /aspnet_client/z.aspx - 443 - 203.0.113.77 M 404 -");
    write("u_ex210303.log", " X-Forwarded-For", rows);
    InspectReport report = run();
    assertThat(report.incidents())
        .extracting(one -> one.findings().size())
        .containsExactlyInAnyOrder(asked.length, 1);
    assertThat(advice(report)).contains("-RemoteAddress 203.0.113.9\n");
  }

  /** The organisation's own proxy passed on what the client wrote, and must not be locked out. */
  @Test
  void aMadeUpNameJoinsWhatCameThroughTheOwnProxy() throws Exception {
    write(
        "u_ex210303.log",
        " X-Forwarded-For",
        List.of(
            "2021-03-03 06:50:12 10.0.0.5 POST /ecp/y.js - 443 - 10.0.0.1 M 241 198.51.100.1",
            "2021-03-03 06:50:13 10.0.0.5 POST /ecp/y.js - 443 - 10.0.0.1 M 200 198.51.100.2",
            "2021-03-03 06:50:14 10.0.0.5 POST /ecp/z.js - 443 - 10.0.0.1 M 241 10.0.0.99"));
    InspectReport report = run();
    assertThat(report.incidents()).hasSize(2);
    assertThat(advice(report)).contains("-RemoteAddress 198.51.100.1,198.51.100.2\n");
  }

  /**
   * The front end's side of it, as published: calls of the control panel's service from outside.
   */
  @ParameterizedTest
  @CsvSource({
    "schema=ResetOABVirtualDirectory, -, 203.0.113.9, 200, MEDIUM",
    "schema=ResetOABVirtualDirectory, EXAMPLE\\carol, 203.0.113.9, 200, LOW",
    "schema=ResetOABVirtualDirectory, EXAMPLE\\carol, 10.0.0.9, 200, ",
    "schema=ResetOABVirtualDirectory, -, 203.0.113.9, 401, ",
    "schema=Mailbox, EXAMPLE\\carol, 203.0.113.9, 200, "
  })
  void aResetFromOutsideIsTold(
      String query, String user, String client, String status, Confidence confidence)
      throws Exception {
    List<Finding> findings =
        findings(
            "",
            "POST /ecp/DDI/DDIService.svc/SetObject %s 443 %s %s M %s"
                .formatted(query, user, client, status));
    assertThat(findings).hasSize(confidence == null ? 0 : 1);
    assertThat(findings)
        .allMatch(one -> one.stage() == Stage.WRITTEN && one.confidence() == confidence);
  }

  /** Where Exchange has a page or two, another one is no ordinary page. */
  @ParameterizedTest
  @CsvSource({
    "POST /ews/x.aspx, HIGH",
    "GET /autodiscover/a.ashx, MEDIUM",
    "POST /mapi/emsmdb/x.aspx, HIGH",
    "POST /EWS/Exchange.asmx, ",
    "POST /ews/exchange.asmx/s/GetUserPhoto, ",
    "POST /EWS/Nego2/exchange.asmx, ",
    "POST /ews/ann@example.test/exchange.asmx, ",
    "POST /ews/nego2/x.asmx, HIGH",
    "POST /autodiscover/autodiscover.svc, ",
    "POST /EWS/mrsproxy.svc, ",
    "POST /autodiscover/autodiscover.xml, ",
    "GET /owa/anonymouscalendar.aspx, ",
    "GET /owa/other.aspx, LOW"
  })
  void foldersWithFewPagesAreKnown(String asked, Confidence confidence) throws Exception {
    List<Finding> findings = findings("", asked + " - 443 - 203.0.113.9 Mozilla 200");
    assertThat(findings).hasSize(confidence == null ? 0 : 1);
    assertThat(findings)
        .allMatch(one -> one.stage() == Stage.SHELL_USED && one.confidence() == confidence);
  }

  /** What stands behind a page's name is told to the page; it is one page. */
  @Test
  void whatStandsBehindAPageIsNoPageOfItsOwn() throws Exception {
    write(
        "u_ex210303.log",
        "",
        List.of(
            "2021-03-03 06:50:12 10.0.0.5 POST /aspnet_client/a.aspx - 443 - 203.0.113.9 M 200",
            "2021-03-03 06:51:12 10.0.0.5 POST /aspnet_client/a.aspx/x.css - 443 - 203.0.113.8 M"
                + " 200"));
    assertThat(run().findings())
        .singleElement()
        .matches(one -> "/aspnet_client/a.aspx".equals(one.detail("path")) && one.count() == 2);
  }

  /** Changed in place, or made to take what it is sent: the page's name says nothing then. */
  @ParameterizedTest
  @CsvSource({
    "POST /owa/auth/logon.aspx, antSword/v2.1, 200, MEDIUM",
    "POST /owa/auth/logon.aspx, python-requests/2.25.1, 200, ",
    "POST /owa/auth/errorFE.aspx, python-requests/2.25.1, 200, LOW",
    "POST /ecp/auth/TimeoutLogout.aspx, Mozilla/5.0, 500, LOW",
    "POST /owa/auth/errorFE.aspx, Mozilla/5.0, 200, LOW",
    "POST /owa/auth/logon.aspx, Mozilla/5.0, 200, ",
    "GET /owa/auth/logon.aspx, antSword/v2.1, 200, ",
    "POST /owa/auth/logon.aspx, antSword/v2.1, 302, "
  })
  void aPageOfExchangeThatIsTalkedToIsTold(
      String asked, String agent, String status, Confidence confidence) throws Exception {
    List<Finding> findings = findings("", asked + " - 443 - 203.0.113.9 " + agent + " " + status);
    assertThat(findings).hasSize(confidence == null ? 0 : 1);
    assertThat(findings)
        .allMatch(one -> one.check().equals("I14") && one.stage() == Stage.SHELL_USED)
        .allMatch(one -> one.confidence() == confidence);
  }

  /** It was of middling confidence without a reset, whatever it held. */
  @ParameterizedTest
  @CsvSource({
    "schema=OABVirtualDirectory&x=http://f/<script+runat=server>, HIGH, true",
    "schema=OABVirtualDirectory&CorrelationID=<empty>;&cafeReqId=1;, MEDIUM, false",
    "schema=ResetOABVirtualDirectory&CorrelationID=<empty>;, HIGH, false"
  })
  void aSettingIsAsStrongAsWhatItHolds(String query, Confidence confidence, boolean decisive)
      throws Exception {
    assertThat(
            findings(
                "",
                "POST /ecp/DDI/DDIService.svc/SetObject "
                    + query
                    + " 444 EXAMPLE\\EX01$ ::1 M 200"))
        .singleElement()
        .matches(one -> one.stage() == Stage.WRITTEN && one.confidence() == confidence)
        .matches(one -> one.decisive() == decisive);
  }

  /** Exchange has none; that a scanner of other software is told so says nothing about Exchange. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /index.php - 443 - 203.0.113.9 Mozilla 404",
        "POST /cgi-bin/x.php - 443 - 203.0.113.9 Mozilla 404",
        "GET /aspnet_client/x.jsp - 443 - 203.0.113.9 Mozilla 404",
        "POST /owa/auth/x.php - 443 - 203.0.113.9 Mozilla 302",
        "POST /owa/auth/x.php - 443 - 203.0.113.9 Mozilla 500"
      })
  void aScannerOfOtherSoftwareIsNoFinding(String row) throws Exception {
    assertThat(findings("", row)).isEmpty();
  }

  /** Where such a page answers, somebody put there what runs it. */
  @ParameterizedTest
  @CsvSource({
    "POST /aspnet_client/x.php, HIGH, SHELL_USED",
    "GET /owa/auth/x.jsp, MEDIUM, SHELL_USED",
    "GET /index.php, LOW, PROBED",
    "POST /shop/cart.php, LOW, PROBED"
  })
  void aPageOfOtherSoftwareThatAnswersIsTold(String asked, Confidence confidence, Stage stage)
      throws Exception {
    assertThat(findings("", asked + " - 443 - 203.0.113.9 Mozilla 200"))
        .singleElement()
        .matches(one -> one.stage() == stage)
        .matches(one -> one.confidence() == confidence);
  }

  /** A server that is out of order fails on what it does not have, too. */
  @ParameterizedTest
  @CsvSource({
    "GET /aspnet_client/zz1.aspx, , LOW",
    "POST /aspnet_client/zz1.aspx, , LOW",
    "POST /aspnet_client/zz1.aspx, /owa/auth/b.aspx, LOW",
    "POST /aspnet_client/zz1.aspx, /aspnet_client/zz1.aspx, LOW",
    "GET /aspnet_client/zz1.aspx, /aspnet_client/b.aspx, LOW",
    "POST /aspnet_client/zz1.aspx, /aspnet_client/b.aspx, MEDIUM",
    "GET /aspnet_client/discover.aspx, /aspnet_client/b.aspx, MEDIUM"
  })
  void aPageThatOnlyFailsIsThereIfOthersAreNot(String asked, String vain, Confidence confidence)
      throws Exception {
    String rest = " - 443 - 203.0.113.9 Mozilla ";
    List<String> rows = new ArrayList<>();
    rows.add("2021-03-03 06:49:12 10.0.0.5 " + asked + rest + 500);
    if (vain != null) {
      rows.add("2021-03-03 06:49:13 10.0.0.5 GET " + vain + rest + 404);
    }
    write("u_ex210303.log", "", rows);
    assertThat(run().findings())
        .filteredOn(one -> one.title().equals("page that does not belong failed"))
        .singleElement()
        .matches(one -> one.confidence() == confidence);
  }

  /** Whichever log is read first. */
  @Test
  void theClientsOfAPageAreTheFirstOnes() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int minute = 0; minute < 40; minute++) {
      rows.add(
          ("2021-03-03 06:%02d:00 10.0.0.5 POST /aspnet_client/x1.aspx q%d 443 - 203.0.113.%d M%d"
                  + " 200")
              .formatted(minute, minute, 100 + minute, minute));
    }
    for (boolean backwards : new boolean[] {false, true}) {
      if (backwards) {
        Collections.reverse(rows);
      }
      write("u_ex210303.log", "", rows.subList(0, 20));
      write("u_ex210304.log", "", rows.subList(20, 40));
      assertThat(run().findings())
          .singleElement()
          .matches(one -> "203.0.113.100".equals(one.detail("client")))
          .matches(one -> one.detail("clients").endsWith(" 203.0.113.115"))
          .matches(one -> one.detail("clients").split(" ").length == 16)
          .matches(one -> one.detail("userAgent").startsWith("M0 | M1 | M2 | "))
          .matches(one -> "q0".equals(one.detail("query")));
    }
  }

  /** Asked for in vain before it was there, and after it was gone, in whatever order it is read. */
  @Test
  void aPageIsGoneOnlyAfterItWasThere() throws Exception {
    List<String> rows =
        new ArrayList<>(
            List.of(
                "2021-03-03 06:10:00 10.0.0.5 GET /aspnet_client/x1.aspx - 443 - 203.0.113.9 M 404",
                "2021-03-03 06:20:00 10.0.0.5 GET /aspnet_client/x1.aspx - 443 - 203.0.113.9 M 200",
                "2021-03-03 06:30:00 10.0.0.5 GET /aspnet_client/x1.aspx - 443 - 203.0.113.9 M 404",
                "2021-03-03 06:40:00 10.0.0.5 GET /aspnet_client/x1.aspx - 443 - 203.0.113.9 M"
                    + " 404"));
    for (boolean backwards : new boolean[] {false, true}) {
      if (backwards) {
        Collections.reverse(rows);
      }
      write("u_ex210303.log", "", rows);
      assertThat(run().findings())
          .filteredOn(one -> one.stage() == Stage.SHELL_USED)
          .singleElement()
          .matches(one -> one.reason().contains("later it was gone"))
          .matches(one -> "2021-03-03T06:30:00Z".equals(one.detail("goneSince")));
      assertThat(run().findings())
          .filteredOn(one -> one.stage() == Stage.PROBED)
          .singleElement()
          .matches(one -> one.source().line() == (rows.getFirst().contains("06:10") ? 3L : 6L));
    }
  }
}
