package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;

class SpfLimitsTest {

  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

  private final FakeDns dns = new FakeDns();

  @Test
  void tenLookupsAreAllowedAndElevenAreNot() {
    for (int i = 1; i <= 11; i++) {
      dns.addAddress("h" + i + ".example.org", "198.51.100.1");
    }
    dns.addTxt("ten.example.org", terms(10) + " ip4:192.0.2.1 -all");
    dns.addTxt("eleven.example.org", terms(11) + " ip4:192.0.2.1 -all");
    assertThat(check("ten.example.org").result()).isEqualTo(SpfResult.PASS);
    assertThat(check("eleven.example.org").result()).isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void twoVoidLookupsAreAllowedAndThreeAreNot() {
    dns.addTxt("two.example.org", "v=spf1 a:no1.example a:no2.example ip4:192.0.2.1 -all");
    dns.addTxt("three.example.org", "v=spf1 a:no1.example a:no2.example a:no3.example +all");
    assertThat(check("two.example.org").result()).isEqualTo(SpfResult.PASS);
    assertThat(check("three.example.org").result()).isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void anEvaluationThatTakesTooLongIsATemporaryError() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    InstantSource ticking = () -> now.getAndUpdate(t -> t.plus(Duration.ofSeconds(7)));
    dns.addTxt("slow.example.org", "v=spf1 a:a.example a:b.example +all");
    SpfVerdict verdict =
        new SpfEvaluator(dns, "mx.example", ticking)
            .checkMailFrom(CLIENT, "h.example.org", "a@slow.example.org");
    assertThat(verdict.result()).isEqualTo(SpfResult.TEMPERROR);
  }

  @Test
  void aDnsFailureIsATemporaryErrorAndNamesTheDomain() {
    dns.fail("down.example.org", DnsAnswer.Reason.TIMEOUT);
    SpfVerdict verdict = check("down.example.org");
    assertThat(verdict.result()).isEqualTo(SpfResult.TEMPERROR);
    assertThat(verdict.problem()).contains("down.example.org").contains("timeout");
  }

  @Test
  void recordsThatAreTooLongOrHaveTooManyTermsArePermanentErrors() {
    dns.addTxt("long.example.org", "v=spf1 +all" + " ".repeat(SpfRecord.MAX_LENGTH));
    dns.addTxt("many.example.org", "v=spf1" + " +all".repeat(SpfRecord.MAX_TERMS + 1));
    assertThat(check("long.example.org").result()).isEqualTo(SpfResult.PERMERROR);
    assertThat(check("many.example.org").result()).isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void anExplanationIsCutAndCannotCarryControlCharacters() {
    dns.addTxt("x.example.org", "v=spf1 -all exp=why.example.org");
    dns.addTxt("why.example.org", "%{l} " + "x".repeat(1000));
    SpfVerdict verdict =
        new SpfEvaluator(dns, "mx.example", InstantSource.system())
            .checkMailFrom(CLIENT, "h.example.org", "a\r\n\u001b[2J@x.example.org");
    assertThat(verdict.explanation()).startsWith("a???[2J x").hasSize(SpfCheck.MAX_EXPLANATION);
  }

  @Test
  void aNullReversePathIsPostmasterAtTheHeloName() {
    dns.addTxt("h.example.org", "v=spf1 ip4:192.0.2.1 -all");
    SpfVerdict verdict =
        new SpfEvaluator(dns, "mx.example", InstantSource.system())
            .checkMailFrom(CLIENT, "h.example.org", "");
    assertThat(verdict.result()).isEqualTo(SpfResult.PASS);
    assertThat(verdict.domain()).isEqualTo("h.example.org");
  }

  private SpfVerdict check(String domain) {
    return new SpfEvaluator(dns, "mx.example", InstantSource.system())
        .checkMailFrom(CLIENT, "h.example.org", "a@" + domain);
  }

  private static String terms(int count) {
    StringBuilder record = new StringBuilder("v=spf1");
    for (int i = 1; i <= count; i++) {
      record.append(" a:h").append(i).append(".example.org");
    }
    return record.toString();
  }
}
