package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.mailauth.AuthenticationVerdict;
import org.wachtpost.mailauth.DkimAlgorithm;
import org.wachtpost.mailauth.DkimKeyPair;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.mailauth.DkimVerdict;
import org.wachtpost.mailauth.MailAuthentication;
import org.wachtpost.mailauth.MessageSource;
import org.wachtpost.store.AccountId;

/** What a next hop gets is signed by the domain of the author, or the trace says why not. */
final class SigningTest {
  private static final AccountId ALICE = AccountId.person(7);
  private static final DkimKeyPair RSA =
      DkimKeyPair.generate(DkimAlgorithm.RSA_SHA256, new SecureRandom());
  private static final DkimKeyPair ED =
      DkimKeyPair.generate(DkimAlgorithm.ED25519_SHA256, new SecureRandom());

  private final QueueWorld world = new QueueWorld();

  private void haveKeys(String domain) {
    world.keys.put(domain, List.of(key(domain, "r1", RSA), key(domain, "e1", ED)));
  }

  private DkimSigningKey key(String domain, String selector, DkimKeyPair pair) {
    world.dns.addTxt(DkimKeyPair.recordName(selector, domain), pair.recordText());
    return new DkimSigningKey(domain, selector, pair.algorithm(), pair.privateKey());
  }

  private static String message(String from) {
    return "From: " + from + "\r\nTo: x@far.test\r\nSubject: hello\r\n\r\nbody\r\n";
  }

  private AuthenticationVerdict verdict(String content) throws IOException {
    MailAuthentication receiver =
        new MailAuthentication(world.dns, () -> world.now, "mx.far.test", "mx.far.test", Set.of());
    return receiver.verify(
        MessageSource.of(content.getBytes(StandardCharsets.UTF_8)),
        InetAddress.ofLiteral("192.0.2.7"),
        "mx.home.test",
        "alice@home.test");
  }

  private String words(QueueId id) {
    return world.outbox.trace(id).getLast().words();
  }

  @Test
  void theNextHopVerifiesBothSignaturesAndDmarc() throws IOException {
    haveKeys("home.test");
    world.dns.addTxt("_dmarc.home.test", "v=DMARC1; p=reject");
    world.accept(ALICE, "s1", "alice@home.test", message("<alice@home.test>"), "x@far.test");
    world.runner.round();
    AuthenticationVerdict verdict = verdict(world.contents.getFirst());
    assertThat(verdict.dkim()).hasSize(2).allMatch(DkimVerdict::passed);
    assertThat(verdict.dkim()).extracting(DkimVerdict::domain).containsOnly("home.test");
    assertThat(verdict.authenticationResultsField()).contains("dmarc=pass");
    assertThat(world.contents.getFirst()).endsWith(message("<alice@home.test>"));
  }

  @Test
  void theAuthorsDomainSignsNotTheEnvelopes() throws IOException {
    haveKeys("home.test");
    haveKeys("other.test");
    world.accept(ALICE, "s1", "alice@home.test", message("A <a@Other.Test>"), "x@far.test");
    world.runner.round();
    assertThat(verdict(world.contents.getFirst()).dkim())
        .hasSize(2)
        .allMatch(DkimVerdict::passed)
        .extracting(DkimVerdict::domain)
        .containsOnly("other.test");
  }

  @Test
  void aSubdomainIsSignedByTheDomainAboveIt() throws IOException {
    haveKeys("home.test");
    world.dns.addTxt("_dmarc.home.test", "v=DMARC1; p=reject");
    world.accept(ALICE, "s1", "", message("a@sub.home.test"), "x@far.test");
    world.runner.round();
    assertThat(verdict(world.contents.getFirst()).authenticationResultsField())
        .contains("dmarc=pass");
  }

  @Test
  void whatIsPassedOnIsNeverSignedWhoeverItClaimsToBeFrom() {
    haveKeys("home.test");
    world.accept(null, "s1", "mallory@far.test", message("alice@home.test"), "x@far.test");
    world.runner.round();
    assertThat(world.contents).containsExactly(message("alice@home.test"));
  }

  @Test
  void ownReportsAreSigned() throws IOException {
    haveKeys("home.test");
    world.script.put("x@far.test", Answer.permanent("5.1.1", "no"));
    world.dns.addMx("away.test", 10, "mx.far.test");
    world.accept(null, "s1", "bob@away.test", message("bob@away.test"), "x@far.test");
    world.runner.round();
    world.runner.round();
    assertThat(world.brought).containsExactly("x@far.test", "bob@away.test");
    String report = world.contents.getLast();
    assertThat(report).contains("MAILER-DAEMON@mx.home.test");
    assertThat(verdict(report).dkim()).hasSize(2).allMatch(DkimVerdict::passed);
  }

  @Test
  void theTraceSaysWhoSignedOrWhyNobodyDid() {
    world.script.put("x@far.test", Answer.temporary("4.2.1", "later"));
    QueueId unsigned = world.accept(ALICE, "s", "", message("alice@home.test"), "x@far.test");
    world.runner.round();
    assertThat(words(unsigned)).contains("not signed: no DKIM key for home.test");
    haveKeys("home.test");
    QueueId signed = world.accept(ALICE, "s", "", message("alice@home.test"), "x@far.test");
    world.runner.round();
    assertThat(words(signed))
        .contains("signed by r1._domainkey.home.test, e1._domainkey.home.test");
    QueueId nobody = world.accept(ALICE, "s", "", "Subject: x\r\n\r\n", "x@far.test");
    world.runner.round();
    assertThat(words(nobody)).contains("not signed: no DKIM key for a message without author");
    String huge = message("alice@home.test").replace("body", "") + "x";
    String many = "Received: x\r\n".repeat(6_000) + huge;
    QueueId refused = world.accept(ALICE, "s", "", many, "x@far.test");
    world.runner.round();
    assertThat(words(refused)).contains("not signed: ");
  }

  /** A signature of what the host never sees would be worth nothing. */
  @Test
  void whatIsConvertedIsSignedAfterwards() throws IOException {
    haveKeys("home.test");
    world.sevenBitOnly = true;
    String message = message("alice@home.test").replace("body", "caf\u00e9");
    world.accept(ALICE, "s1", "alice@home.test", message, "x@far.test");
    world.runner.round();
    assertThat(world.contents).hasSize(1);
    assertThat(world.contents.getFirst()).contains("\r\n\r\ncaf=C3=A9\r\n");
    assertThat(verdict(world.contents.getFirst()).dkim()).hasSize(2).allMatch(DkimVerdict::passed);
  }

  @Test
  void whatCannotBeConvertedComesBack() {
    world.sevenBitOnly = true;
    String message = message("alice@home.test").replace("hello", "caf\u00e9");
    world.accept(ALICE, "s1", "alice@home.test", message, "x@far.test");
    world.runner.round();
    world.runner.round();
    assertThat(world.contents).isEmpty();
    assertThat(world.delivered.getFirst()).contains("Action: failed").contains("Status: 5.6.3");
  }

  @Test
  void oneMessageToManyDomainsIsSignedOnceAndAgainWhenAnHourHasPassed() {
    haveKeys("home.test");
    world.dns.addMx("two.test", 10, "mx.far.test");
    world.script.put("x@far.test", Answer.temporary("4.2.1", "later"));
    world.accept(ALICE, "s", "", message("alice@home.test"), "x@far.test", "y@two.test");
    world.runner.round();
    assertThat(world.contents).hasSize(2);
    assertThat(world.contents.get(0)).isEqualTo(world.contents.get(1));
    world.now = world.now.plusSeconds(4_000);
    world.runner.round();
    assertThat(world.contents).hasSize(3);
    assertThat(world.contents.get(2)).isNotEqualTo(world.contents.get(0));
  }
}
