package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.queue.TlsResults.Kind;
import org.wachtpost.queue.TlsResults.Policy;

final class TlsResultsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);
  private static final Policy NONE = new Policy(Kind.NONE, List.of(), List.of());

  private final QueueWorld world = new QueueWorld();
  private final TlsResults results = world.results;

  @Test
  void countsAddUpOverFlushesAndDaysStayApart() {
    results.count("far.test", NONE, null, "MX.far.test", "");
    results.flush();
    results.count("far.test", NONE, null, "mx.far.test", "");
    results.count("far.test", NONE, TlsFailure.STARTTLS_NOT_SUPPORTED, "mx.far.test", "plain");
    results.flush();
    world.now = world.now.plus(Duration.ofDays(1));
    results.count("far.test", NONE, null, "mx.far.test", "");
    results.flush();
    assertThat(results.of(DAY)).extracting(TlsResults.Result::sessions).containsOnly(2L, 1L);
    assertThat(results.of(DAY.plusDays(1))).hasSize(1);
  }

  @Test
  void longAndStrangeWordsAreKeptShort() {
    String long253 = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + ".test";
    results.count(long253, NONE, TlsFailure.VALIDATION_FAILURE, long253, "\0\u00e9".repeat(500));
    results.flush();
    assertThat(results.of(DAY)).hasSize(1);
    assertThat(results.of(DAY).getFirst().words()).hasSize(100);
  }

  @Test
  void thereIsALimitToADay() {
    for (int i = 0; i < TlsResults.A_DAY + 10; i++) {
      results.count("d" + i + ".test", NONE, null, "", "");
    }
    results.flush();
    assertThat(results.of(DAY)).hasSize(TlsResults.A_DAY);
  }

  @Test
  void oldDaysAreForgotten() {
    results.count("far.test", NONE, null, "mx.far.test", "");
    results.flush();
    world.now = world.now.plus(Duration.ofDays(TlsResults.DAYS));
    results.forgetOld();
    assertThat(results.of(DAY)).hasSize(1);
    world.now = world.now.plus(Duration.ofDays(1));
    results.forgetOld();
    assertThat(results.of(DAY)).isEmpty();
  }

  @Test
  void whatIsSentIsCounted() {
    world.accept(null, "s", "a@home.test", "From: a\r\n\r\nx\r\n", "x@far.test");
    world.runner.round();
    results.flush();
    assertThat(results.of(DAY)).hasSize(1);
    assertThat(results.of(DAY).getFirst().failure()).isNull();
    assertThat(results.of(DAY).getFirst().host()).isEqualTo("mx.far.test");
  }

  /** Two servers would else report to each other on their reports for ever. */
  @Test
  void reportsAreNotCounted() {
    world.accept(
        null, TlsResults.REPORT_SESSION, "a@home.test", "From: a\r\n\r\nx\r\n", "x@far.test");
    world.runner.round();
    results.flush();
    assertThat(world.brought).containsExactly("x@far.test");
    assertThat(results.of(DAY)).isEmpty();
  }

  @Test
  void falseSignaturesOfTlsaRecordsAreCounted() {
    world.dns.secure("far.test").fail("_25._tcp.mx.far.test", DnsAnswer.Reason.BOGUS);
    world.accept(null, "s", "a@home.test", "From: a\r\n\r\nx\r\n", "x@far.test");
    world.runner.round();
    results.flush();
    assertThat(world.brought).isEmpty();
    assertThat(results.of(DAY)).hasSize(1);
    assertThat(results.of(DAY).getFirst().failure()).isEqualTo(TlsFailure.DNSSEC_INVALID);
    assertThat(results.of(DAY).getFirst().policy().kind()).isEqualTo(Kind.TLSA);
  }
}
