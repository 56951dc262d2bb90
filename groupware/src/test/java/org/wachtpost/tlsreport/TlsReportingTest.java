package org.wachtpost.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.QueueRounds;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TlsReportingTest {
  private final MemoryStore store =
      new MemoryStore(new MemoryDisk(new Faults(new Random(1)), 1L << 24));
  private final FakeDns dns = new FakeDns();
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private final Accounts accounts = new Accounts(store, () -> now, new Random(2));
  private final TlsResults results = new TlsResults(accounts, () -> now);
  private final List<OutboundMessage> mails = new ArrayList<>();
  private final List<URI> posts = new ArrayList<>();
  private Optional<String> submitter = Optional.of("home.test");
  private boolean webFails;
  private TlsReporting reporting = reporting();

  private TlsReporting reporting() {
    return new TlsReporting(
        new TlsReporting.Services(
            accounts,
            results,
            dns,
            message -> {
              mails.add(message);
              return new QueueId(0, mails.size());
            },
            (uri, report) -> {
              posts.add(uri);
              if (webFails) {
                throw new IOException("no");
              }
            },
            () -> submitter),
        () -> now);
  }

  private void asks(String domain, String rua) {
    dns.addTxt("_smtp._tls." + domain, "v=TLSRPTv1; rua=" + rua);
  }

  private void nextDay() {
    now = Instant.parse("2026-01-02T00:00:00Z").plus(TlsReporting.SPREAD);
  }

  private static String text(OutboundMessage message) throws IOException {
    try (InputStream in = message.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(byte[] report) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(report))) {
      return JsonMapper.builder().build().readTree(in.readAllBytes());
    }
  }

  @Test
  void aReportIsSentOnceOnTheNextDayAlsoOverARestart() throws IOException {
    asks("far.test", "mailto:tls@far.test");
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    reporting.run();
    assertThat(mails).isEmpty();
    nextDay();
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    reporting.run();
    assertThat(mails).hasSize(1);
    reporting.run();
    reporting = reporting();
    reporting.run();
    assertThat(mails).hasSize(1);
    now = now.plus(Duration.ofDays(1));
    reporting.run();
    assertThat(mails).hasSize(2);
    assertThat(text(mails.getLast())).contains("on 2026-01-02 (UTC)");
  }

  @Test
  void reportsAreSpreadOverTheFirstHours() {
    List<Duration> delays =
        Stream.iterate(1, i -> i + 1)
            .limit(100)
            .map(i ->
                TlsReporting.delay(
                    new TlsReport(
                        "home.test", "d" + i + ".test", LocalDate.of(2026, 1, 1), List.of())))
            .toList();
    assertThat(delays).allMatch(delay -> delay.compareTo(TlsReporting.SPREAD) < 0);
    assertThat(delays.stream().map(Duration::toHours).distinct()).hasSize(4);
    asks("far.test", "mailto:tls@far.test");
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    Duration mine =
        TlsReporting.delay(
            new TlsReport("home.test", "far.test", LocalDate.of(2026, 1, 1), List.of()));
    now = Instant.parse("2026-01-02T00:00:00Z").plus(mine).minusMillis(1);
    reporting.run();
    assertThat(mails).isEmpty();
    now = now.plusMillis(1);
    reporting.run();
    assertThat(mails).hasSize(1);
  }

  @Test
  void theMailIsAsTheStandardWantsIt() throws IOException {
    asks("far.test", "mailto:tls@reports.test");
    QueueRounds.countSts(results, "far.test", null);
    QueueRounds.countSts(results, "far.test", null);
    QueueRounds.countSts(results, "far.test", TlsFailure.CERTIFICATE_EXPIRED);
    QueueRounds.count(
        results, "far.test", TlsFailure.STS_POLICY_FETCH_ERROR, "", "\"no\r\nBcc: x@y.test\"");
    nextDay();
    reporting.run();
    OutboundMessage mail = mails.getFirst();
    assertThat(mail.sender()).isEqualTo("postmaster@home.test");
    assertThat(mail.recipients().getFirst().address()).isEqualTo("tls@reports.test");
    assertThat(mail.options().requireTls()).isFalse();
    String text = text(mail);
    assertThat(text.lines()).noneMatch(line -> line.startsWith("Bcc:"));
    assertThat(text.replace("\r\n", "")).doesNotContain("\n", "\r");
    assertThat(text)
        .contains("\r\nTLS-Report-Domain: far.test\r\nTLS-Report-Submitter: home.test\r\n")
        .contains("\r\nTLS-Required: No\r\n")
        .contains("multipart/report; report-type=\"tlsrpt\"")
        .contains("Subject: Report Domain: far.test\r\n Submitter: home.test\r\n Report-ID: <")
        .contains("filename=\"home.test!far.test!1767225600!1767311999.json.gz\"");
    String encoded = text.split("\r\n\r\n", -1)[4].split("\r\n--", 2)[0];
    JsonNode report = json(Base64.getMimeDecoder().decode(encoded));
    assertThat(report.at("/organization-name").asString()).isEqualTo("home.test");
    assertThat(report.at("/date-range/start-datetime").asString())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(report.at("/date-range/end-datetime").asString()).isEqualTo("2026-01-01T23:59:59Z");
    assertThat(report.at("/policies").size()).isEqualTo(2);
    JsonNode sts =
        report
            .at("/policies")
            .valueStream()
            .filter(each -> each.at("/policy/policy-type").asString().equals("sts"))
            .findFirst()
            .orElseThrow();
    assertThat(sts.at("/policy/policy-domain").asString()).isEqualTo("far.test");
    assertThat(sts.at("/policy/mx-host/0").asString()).isEqualTo("*.far.test");
    assertThat(sts.at("/policy/policy-string/1").asString()).isEqualTo("mode: enforce");
    assertThat(sts.at("/summary/total-successful-session-count").asLong()).isEqualTo(2);
    assertThat(sts.at("/summary/total-failure-session-count").asLong()).isEqualTo(1);
    assertThat(sts.at("/failure-details/0/result-type").asString())
        .isEqualTo("certificate-expired");
    assertThat(sts.at("/failure-details/0/receiving-mx-hostname").asString())
        .isEqualTo("mx.far.test");
  }

  @Test
  void whoDoesNotAskGetsNoneAndIsNotAskedAgain() {
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    nextDay();
    reporting.run();
    asks("far.test", "mailto:tls@far.test");
    reporting.run();
    assertThat(mails).isEmpty();
  }

  @Test
  void aWebServerThatDoesNotTakeItIsTriedAgainLater() {
    asks("far.test", "https://reports.test/tls");
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    nextDay();
    webFails = true;
    reporting.run();
    reporting.run();
    assertThat(posts).containsExactly(URI.create("https://reports.test/tls"));
    now = now.plus(TlsReporting.REST);
    webFails = false;
    reporting.run();
    now = now.plus(TlsReporting.REST);
    reporting.run();
    assertThat(posts).hasSize(2);
    assertThat(mails).isEmpty();
  }

  @Test
  void withoutAnAnswerOfTheDnsItIsTriedAgainLater() {
    asks("far.test", "mailto:tls@far.test");
    dns.fail("_smtp._tls.far.test", DnsAnswer.Reason.TIMEOUT);
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    nextDay();
    reporting.run();
    now = now.plus(TlsReporting.REST);
    reporting.run();
    assertThat(mails).isEmpty();
    assertThat(dns.questions()).hasSize(2);
  }

  @Test
  void aServerWithoutADomainReportsNothing() {
    asks("far.test", "mailto:tls@far.test");
    QueueRounds.count(results, "far.test", null, "mx.far.test", "");
    nextDay();
    submitter = Optional.empty();
    reporting.run();
    assertThat(mails).isEmpty();
  }
}
