package org.wachtpost.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.PolicySource.Fetched;
import org.wachtpost.store.memory.MemoryStore;

/** RFC 8461: how a policy is found, kept, renewed and obeyed. */
final class StsPoliciesTest {
  private static final String ENFORCE =
      "version: STSv1\r\nmode: enforce\r\nmx: mx.far.test\r\nmax_age: 86400\r\n";

  private final QueueWorld world = new QueueWorld();
  private final List<String> fetched = new ArrayList<>();
  private Fetched answer = new Fetched.File(ENFORCE);
  private StsPolicies policies = policies(world.accounts);

  private StsPolicies policies(Accounts accounts) {
    return new StsPolicies(
        accounts,
        world.dns,
        domain -> {
          fetched.add(domain);
          return answer;
        },
        world.results,
        () -> world.now);
  }

  private void record(String id) {
    world.dns.remove("_mta-sts.far.test").addTxt("_mta-sts.far.test", "v=STSv1; id=" + id + ";");
  }

  private Optional<StsPolicy.Mode> mode() {
    return policies.find("far.test").map(StsPolicy::mode);
  }

  private void passes(Duration time) {
    world.now = world.now.plus(time);
  }

  @Test
  void withoutRecordNobodyIsAsked() {
    assertThat(mode()).isEmpty();
    world.dns.addTxt("_mta-sts.far.test", "v=STSv1; id=1").addTxt("_mta-sts.far.test", "v=STSv1;");
    assertThat(mode()).isEmpty(); // two records are none
    world.dns.remove("_mta-sts.far.test").addTxt("_mta-sts.far.test", "v=STSv1; id=not/allowed;");
    assertThat(mode()).isEmpty();
    assertThat(fetched).isEmpty();
  }

  /** A step back for each would overflow the stack of who delivers. */
  @Test
  void recordsOfVeryManyFieldsAreRead() {
    String fields = "v=STSv1;" + ";".repeat(60_000);
    world.dns.addTxt("_mta-sts.far.test", fields);
    assertThat(mode()).isEmpty();
    assertThat(fetched).isEmpty();
    world.dns.remove("_mta-sts.far.test").addTxt("_mta-sts.far.test", fields + " x=y; id = 1 ;z;");
    assertThat(mode()).isPresent();
  }

  @Test
  void isFetchedOnceAndKeptThroughARestart() {
    record("1");
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    Accounts again = new Accounts(new MemoryStore(world.disk), () -> world.now, new Random(8));
    policies = policies(again);
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    assertThat(fetched).containsExactly("far.test");
  }

  @Test
  void staysWithoutDnsOrWebServerUntilItsTimeIsOver() {
    record("1");
    mode();
    world.dns.remove("_mta-sts.far.test");
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    world.dns.fail("_mta-sts.far.test", DnsAnswer.Reason.SERVER_FAILURE);
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    world.dns.repair();
    record("2");
    answer = new Fetched.Failed(TlsFailure.STS_WEBPKI_INVALID, "no");
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    passes(Duration.ofHours(25));
    assertThat(mode()).isEmpty();
  }

  @Test
  void anotherIdIsAnotherPolicy() {
    record("1");
    mode();
    answer = new Fetched.File(ENFORCE.replace("enforce", "testing"));
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    record("2");
    assertThat(mode()).contains(StsPolicy.Mode.TESTING);
    answer = new Fetched.File("version: STSv1\nmode: none\nmax_age: 86400\n");
    record("3");
    assertThat(mode()).isEmpty();
    assertThat(fetched).hasSize(3);
  }

  /** RFC 8461 §3.3: else a short hindrance at its end would do away with it. */
  @Test
  void aPolicyIsRenewedLongBeforeItsEnd() {
    answer = new Fetched.File(ENFORCE.replace("86400", "604800"));
    record("1");
    mode();
    passes(StsPolicies.REFRESH.minusSeconds(1));
    mode();
    assertThat(fetched).hasSize(1);
    passes(Duration.ofSeconds(1));
    mode();
    assertThat(fetched).hasSize(2);
    passes(Duration.ofDays(6));
    answer = new Fetched.Failed(TlsFailure.STS_POLICY_FETCH_ERROR, "404");
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    assertThat(fetched).hasSize(3);
    answer = new Fetched.File(ENFORCE);
    passes(StsPolicies.REST);
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
    passes(Duration.ofHours(12));
    mode();
    assertThat(fetched).hasSize(5);
  }

  @Test
  void afterAFailureTheWebServerRestsAndTheResultIsKept() {
    record("1");
    answer = new Fetched.Failed(TlsFailure.STS_POLICY_FETCH_ERROR, "404");
    assertThat(mode()).isEmpty();
    assertThat(mode()).isEmpty();
    assertThat(fetched).hasSize(1);
    passes(StsPolicies.REST);
    answer = new Fetched.File("mode: enforce\n");
    assertThat(mode()).isEmpty();
    assertThat(fetched).hasSize(2);
    world.results.flush();
    assertThat(world.results.of(LocalDate.of(2026, 1, 1)))
        .extracting(TlsResults.Result::failure)
        .containsExactlyInAnyOrder(
            TlsFailure.STS_POLICY_FETCH_ERROR, TlsFailure.STS_POLICY_INVALID);
    passes(StsPolicies.REST);
    answer = new Fetched.File(ENFORCE);
    assertThat(mode()).contains(StsPolicy.Mode.ENFORCE);
  }

  @Test
  void oldPoliciesAreForgottenAndOthersStay() {
    record("1");
    mode();
    policies.forgetOld();
    world.dns.remove("_mta-sts.far.test");
    assertThat(mode()).isPresent();
    passes(Duration.ofDays(2));
    policies.forgetOld();
    world.now = world.now.minus(Duration.ofDays(2));
    assertThat(mode()).isEmpty();
  }

  @Test
  void onlyWholePoliciesAreRead() {
    assertThat(StsPolicy.parse(ENFORCE)).isPresent();
    assertThat(StsPolicy.parse(ENFORCE + "unknown: field\nmode: none\n").orElseThrow().mode())
        .isEqualTo(StsPolicy.Mode.ENFORCE);
    List<String> broken =
        List.of(
            "",
            ENFORCE.replace("STSv1", "STSv2"),
            ENFORCE.replace("enforce", "Enforce"),
            ENFORCE.replace("mx: mx.far.test\r\n", ""),
            ENFORCE.replace("86400", "-1"),
            ENFORCE.replace("86400", "99999999999"),
            ENFORCE.replace("mx.far.test", "a b"),
            ENFORCE + "a line\n",
            ENFORCE + "mx: a\n".repeat(StsPolicy.PATTERNS));
    assertThat(broken).allMatch(text -> StsPolicy.parse(text).isEmpty());
    assertThat(StsPolicy.parse(ENFORCE.replace("86400", "4000000000")).orElseThrow().maxAge())
        .isEqualTo(StsPolicy.LONGEST);
  }

  @Test
  void patternsCoverOneLabel() {
    String text = ENFORCE.replace("mx.far.test", "*.Far.test\r\nmx: mail.other.test");
    StsPolicy policy = StsPolicy.parse(text).orElseThrow();
    assertThat(policy.covers("mx.far.test")).isTrue();
    assertThat(policy.covers("MX.FAR.TEST")).isTrue();
    assertThat(policy.covers("mail.other.test")).isTrue();
    assertThat(policy.covers("a.mx.far.test")).isFalse();
    assertThat(policy.covers("far.test")).isFalse();
    assertThat(policy.covers("test")).isFalse();
  }

  private Destinations.Found found() {
    QueueSettings settings = QueueSettings.of("mx.home.test");
    return new Destinations(world.dns, policies, settings, new Random(4)).find("far.test");
  }

  private List<TlsRule> rules() {
    return ((Destinations.Found.Hops) found()).hops().stream().map(Hop::tls).toList();
  }

  @Test
  void enforceWantsVerifiedHostsOfThePolicyOnly() {
    world.dns.addMx("far.test", 5, "evil.test").addAddress("evil.test", "8.8.8.8");
    record("1");
    assertThat(rules()).containsExactly(new TlsRule.Verified("mx.far.test"));
    world.dns.remove("far.test").addMx("far.test", 5, "evil.test");
    Answer answer = ((Destinations.Found.None) found()).answer();
    assertThat(answer.isTemporary()).isTrue();
    assertThat(answer.text()).contains("evil.test is not in the MTA-STS policy of far.test");
    world.results.flush();
    assertThat(world.results.of(LocalDate.of(2026, 1, 1)).getFirst())
        .extracting(TlsResults.Result::host, TlsResults.Result::sessions)
        .containsExactly("evil.test", 2L);
  }

  @Test
  void testingTriesAndThenDoesWithout() {
    answer = new Fetched.File(ENFORCE.replace("enforce", "testing"));
    record("1");
    assertThat(rules())
        .containsExactly(new TlsRule.Verified("mx.far.test"), new TlsRule.Opportunistic());
  }

  private QueueWorld sendWithPolicy(String field, EnvelopeOptions options) throws Exception {
    answer = new Fetched.File(ENFORCE);
    QueueWorld sending = new QueueWorld(QueueSettings.of("mx.home.test"), policiesOf());
    sending.network =
        hop ->
            hop.tls() instanceof TlsRule.Verified
                ? Optional.of(
                    new Attempt.Unreachable(
                        "4.7.5", "wrong name", TlsFailure.CERTIFICATE_HOST_MISMATCH))
                : Optional.empty();
    byte[] content = ("From: a@home.test\r\n" + field + "\r\nx\r\n").getBytes(UTF_8);
    sending.outbox.accept(
        new OutboundMessage(
            "a@home.test",
            List.of(new OutboundRecipient("x@far.test", null, Set.of())),
            options,
            null,
            "s",
            MessageContent.of(content)));
    sending.runner.round();
    return sending;
  }

  /** A policy for everybody, whatever the DNS says. */
  private static MtaSts policiesOf() {
    return new MtaSts() {
      @Override
      public Optional<StsPolicy> find(String domain) {
        return StsPolicy.parse(ENFORCE);
      }

      @Override
      public void mismatch(String domain, StsPolicy policy, String host) {
        throw new AssertionError(host);
      }
    };
  }

  @Test
  void wrongCertificateMakesMailWaitAndIsCounted() throws Exception {
    QueueWorld sent = sendWithPolicy("", EnvelopeOptions.NONE);
    assertThat(sent.brought).isEmpty();
    QueueId id = sent.outbox.due(sent.now.plusSeconds(3_600), 1).getFirst().message();
    assertThat(sent.outbox.trace(id).getFirst().words()).contains("wrong name");
    sent.results.flush();
    assertThat(sent.results.of(LocalDate.of(2026, 1, 1)))
        .extracting(TlsResults.Result::failure)
        .containsExactly(TlsFailure.CERTIFICATE_HOST_MISMATCH);
  }

  @Test
  void tlsRequiredNoGoesOnWithoutTheCertificate() throws Exception {
    assertThat(sendWithPolicy("TLS-Required: no\r\n", EnvelopeOptions.NONE).brought).hasSize(1);
    assertThat(sendWithPolicy("X-TLS-Required: No\r\n", EnvelopeOptions.NONE).brought).isEmpty();
    assertThat(sendWithPolicy("\r\nTLS-Required: No\r\n", EnvelopeOptions.NONE).brought).isEmpty();
    // RFC 8689 §4.2.2: REQUIRETLS counts for more.
    EnvelopeOptions required = new EnvelopeOptions(BodyType.SEVEN_BIT, false, true, null, null);
    assertThat(sendWithPolicy("TLS-Required: No\r\n", required).brought).isEmpty();
  }

  /** RFC 8461 §2: a policy takes nothing away from DANE, nor does it excuse it. */
  @Test
  void daneGoesBefore() {
    record("1");
    world.dns.secure("far.test").addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(32));
    assertThat(rules()).hasSize(1).allMatch(rule -> rule instanceof TlsRule.Dane);
    world.dns.fail("_25._tcp.mx.far.test", DnsAnswer.Reason.BOGUS);
    assertThat(((Destinations.Found.None) found()).answer().isTemporary()).isTrue();
  }
}
