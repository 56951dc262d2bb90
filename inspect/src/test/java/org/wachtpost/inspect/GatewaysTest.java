package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.InspectReport;

/** A proxy before Exchange asks for everybody: it is nobody's address, and not to be blocked. */
class GatewaysTest {
  private static final String PROXY = "198.51.100.1";
  private static final String ONE = "203.0.113.9";
  private static final String OTHER = "203.0.113.77";

  private static final String FIELDS =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip"
          + " cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status";

  /** What an intruder asks for: method, page, status. */
  private static final List<String> BREAK_IN =
      List.of("POST /ecp/PAGE.js 241", "POST /aspnet_client/PAGE.aspx 200");

  @TempDir Path folder;
  @TempDir Path written;

  private void iis(String day, boolean forwarded, boolean people, List<String> odd)
      throws Exception {
    StringBuilder log = new StringBuilder(FIELDS);
    log.append(forwarded ? " X-Forwarded-For\r\n" : "\r\n");
    for (int i = 0; people && i < 2_000; i++) {
      log.append(
          "%s 05:%02d:%02d 10.0.0.5 POST /ews/exchange.asmx - 443 EXAMPLE\\u%d %s M 200%s\r\n"
              .formatted(
                  day, i / 60, i % 60, i % 7, PROXY, forwarded ? " 192.0.2." + i % 251 : ""));
    }
    odd.forEach(row -> log.append(day).append(' ').append(row).append("\r\n"));
    Path file =
        folder.resolve(
            "C/inetpub/logs/LogFiles/W3SVC1/u_ex" + day.substring(2).replace("-", "") + ".log");
    Files.createDirectories(file.getParent());
    Files.writeString(file, log);
  }

  private static List<String> breakIn(String minute, String page, String client) {
    return BREAK_IN.stream()
        .map(asked -> {
          String[] parts = asked.replace("PAGE", page).split(" ");
          return "06:%s:12 10.0.0.5 %s %s - 443 - %s M %s%s"
              .formatted(
                  minute,
                  parts[0],
                  parts[1],
                  PROXY,
                  parts[2],
                  client.isEmpty() ? "" : " " + client);
        })
        .toList();
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  private String advice(InspectReport report) throws Exception {
    return Inspected.page(report, written);
  }

  /** Two intruders within two minutes, by way of one proxy. */
  private InspectReport two(boolean people) throws Exception {
    iis("2021-03-01", true, people, List.of());
    iis("2021-03-02", true, people, List.of());
    List<String> odd =
        Stream.concat(breakIn("50", "a", ONE).stream(), breakIn("52", "b", OTHER).stream())
            .toList();
    iis("2021-03-03", true, people, odd);
    return run();
  }

  @Test
  void whoComesByAProxyIsToldByTheNameThatItGives() throws Exception {
    InspectReport report = two(true);
    assertThat(report.incidents())
        .extracting(one -> String.join(" ", one.clients()))
        .containsExactly(ONE, OTHER);
    assertThat(advice(report))
        .contains("-RemoteAddress " + ONE + "," + OTHER + "\n")
        .contains("many come through it: " + PROXY + ";");
  }

  /** Nobody who is known comes by that way: whoever asks makes up for whom. */
  @Test
  void whoServesNobodyIsNoProxy() throws Exception {
    InspectReport report = two(false);
    assertThat(report.incidents()).hasSize(1);
    assertThat(advice(report)).contains("-RemoteAddress " + PROXY + "\n");
  }

  @Test
  void aProxyThatDoesNotSayForWhomItAsksJoinsOnlyWhatCameAtOneTime() throws Exception {
    iis("2021-03-01", false, true, breakIn("50", "a", "").subList(1, 2));
    iis("2021-03-02", false, true, List.of());
    iis("2021-03-03", false, true, breakIn("52", "b", "").subList(1, 2));
    InspectReport report = run();
    assertThat(report.incidents())
        .hasSize(2)
        .allMatch(one -> one.story().getFirst().contains(PROXY + " (for many): "));
    assertThat(advice(report))
        .doesNotContain("New-NetFirewallRule")
        .contains("many come through it: " + PROXY + ";");
  }

  @Test
  void theFrontEndsLogTellsAProxyToo() throws Exception {
    Path logs = folder.resolve("V15/Logging/HttpProxy/Ecp");
    Files.createDirectories(logs);
    for (int day = 1; day <= 3; day++) {
      StringBuilder log =
          new StringBuilder(
              "#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n#Fields:"
                  + " DateTime,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,"
                  + "ServerHostName,HttpStatus,Method,TargetServer,RoutingHint\r\n");
      for (int i = 0; i < 2_000; i++) {
        log.append(
            "2021-03-0%dT05:%02d:%02d.123Z,/ecp/,u%d@example.test,,M,%s,EX01,200,GET,EX01,\r\n"
                .formatted(day, i / 60, i % 60, i % 7, PROXY));
      }
      log.append("2021-03-0")
          .append(day)
          .append("T06:49:12.123Z,/ecp/y.js,,ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#,M,")
          .append(PROXY)
          .append(",EX01,24")
          .append(day == 2 ? 0 : 1)
          .append(",POST,EX01,X-BEResource-Cookie\r\n");
      Files.writeString(logs.resolve("HttpProxy_2021030" + day + "05-1.LOG"), log);
    }
    InspectReport report = run();
    assertThat(advice(report)).doesNotContain("New-NetFirewallRule");
    assertThat(report.findings()).isNotEmpty().allMatch(one -> one.detail("proxy") != null);
  }
}
