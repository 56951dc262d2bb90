package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.FakeDns;

class MailAuthenticationTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress LIST_HOST = InetAddress.ofLiteral("198.51.100.7");
  private static final DkimKeyPair PAIR =
      DkimKeyPair.generate(DkimAlgorithm.ED25519_SHA256, new SecureRandom());
  private static final String MESSAGE =
      Mails.crlf("From: Joe <joe@example.org>\nTo: list@lists.example\nSubject: hi\n\nHello.\n");

  private final FakeDns dns =
      new FakeDns()
          .addTxt("example.org", "v=spf1 ip4:192.0.2.1 -all")
          .addTxt("_dmarc.example.org", "v=DMARC1; p=reject")
          .addTxt("s._domainkey.example.org", PAIR.recordText())
          .addTxt("lists.example", "v=spf1 ip4:198.51.100.7 -all")
          .addTxt("a._domainkey.lists.example", PAIR.recordText());

  @Test
  void mailOfItsOwnHostPasses() throws Exception {
    AuthenticationVerdict verdict = verify(signed(), HOST, "joe@example.org");
    assertThat(verdict.disposition()).isEqualTo(Disposition.NONE);
    assertThat(verdict.dmarc().result()).isEqualTo(DmarcVerdict.Result.PASS);
    String start = verdict.dkim().getFirst().signatureStart();
    assertThat(verdict.authenticationResultsField())
        .isEqualTo(
            "Authentication-Results: mx.example.net;\r\n"
                + "\tspf=pass smtp.mailfrom=joe@example.org;\r\n"
                + "\tdkim=pass header.d=example.org header.i=@example.org header.s=s\r\n"
                + "\t header.a=ed25519-sha256 header.b="
                + (start.matches("[^=/]*") ? start : '"' + start + '"')
                + ";\r\n\tarc=none;\r\n"
                + "\tdmarc=pass (p=reject dis=none) header.from=example.org\r\n");
  }

  @Test
  void forgedMailIsRejectedWithAReason() throws Exception {
    AuthenticationVerdict verdict = verify(MESSAGE, LIST_HOST, "x@lists.example");
    assertThat(verdict.disposition()).isEqualTo(Disposition.REJECT);
    assertThat(verdict.reason()).contains("example.org").contains("reject");
    assertThat(verdict.authenticationResultsField())
        .contains("spf=pass", "dkim=none", "dmarc=fail (p=reject dis=reject)");
  }

  @Test
  void aTrustedSealOverridesAFailureAndAnotherDoesNot() throws Exception {
    String changed = sealedAndChanged();
    assertThat(verify(changed, LIST_HOST, "b@lists.example", "lists.example").arc().status())
        .isEqualTo(ArcVerdict.Status.PASS);
    AuthenticationVerdict trusted = verify(changed, LIST_HOST, "b@lists.example", "Lists.Example");
    assertThat(trusted.dmarc().result()).isEqualTo(DmarcVerdict.Result.FAIL);
    assertThat(trusted.disposition()).isEqualTo(Disposition.NONE);
    assertThat(trusted.reason()).contains("lists.example");
    AuthenticationVerdict stranger = verify(changed, LIST_HOST, "b@lists.example", "other.example");
    assertThat(stranger.disposition()).isEqualTo(Disposition.REJECT);
    // Changed after it was sealed: the chain is broken, trusted or not.
    AuthenticationVerdict broken =
        verify(changed + "more\r\n", LIST_HOST, "b@lists.example", "lists.example");
    assertThat(broken.arc().status()).isEqualTo(ArcVerdict.Status.FAIL);
    assertThat(broken.disposition()).isEqualTo(Disposition.REJECT);
  }

  @Test
  void aTrustedSealerThatSawAFailureOverridesNothing() throws Exception {
    AuthenticationVerdict failed = verify(MESSAGE, LIST_HOST, "x@lists.example");
    String sealed = seal(MESSAGE, failed);
    assertThat(verify(sealed, LIST_HOST, "b@lists.example", "lists.example").disposition())
        .isEqualTo(Disposition.REJECT);
  }

  @Test
  void chainsGrowAndStayValid() throws Exception {
    String message = signed();
    AuthenticationVerdict verdict = verify(message, HOST, "joe@example.org");
    for (int hop = 1; hop <= 3; hop++) {
      message = seal(message, verdict);
      verdict = verify(message, LIST_HOST, "b@lists.example", "lists.example");
      assertThat(verdict.arc().status())
          .as("hop %d %s", hop, verdict.arc())
          .isEqualTo(ArcVerdict.Status.PASS);
      assertThat(verdict.arc().sets()).hasSize(hop);
    }
    String last = message;
    AuthenticationVerdict broken =
        verify(last.replace("Hello", "Bye"), LIST_HOST, "b@lists.example");
    assertThat(new ArcSealer(CLOCK).seal(Mails.source(last), broken, key("lists.example", "a")))
        .isInstanceOf(DkimSigner.Refused.class);
  }

  @Test
  void aNullReversePathIsCheckedByTheHeloName() throws Exception {
    dns.addTxt("mail.example.org", "v=spf1 ip4:192.0.2.1 -all");
    AuthenticationVerdict verdict = verify(MESSAGE, HOST, "");
    assertThat(verdict.authenticationResultsField()).contains("smtp.helo=mail.example.org");
    assertThat(verdict.dmarc().result()).isEqualTo(DmarcVerdict.Result.PASS);
  }

  /** What passes all checks is worth nothing when a reader may see another author than they did. */
  @Test
  void mailWhoseAuthorIsInDoubtIsRejected() throws Exception {
    String good = "From: Joe <joe@example.org>";
    String bank = "From: ceo@bank.example";
    dns.addTxt("_dmarc.bank.example", "v=DMARC1; p=reject");
    StringBuilder others = new StringBuilder();
    for (int i = 1; i <= DmarcEvaluator.MAX_AUTHOR_DOMAINS; i++) {
      others.append(", a@d").append(i).append(".example");
    }
    for (String from :
        List.of(
            "From: boss@example.org\r\n" + good,
            "a:\r\n".repeat(MessageHeader.MAX_FIELDS) + bank,
            good + "\r\n" + "a:\r\n".repeat(MessageHeader.MAX_FIELDS) + bank,
            bank + others)) {
      AuthenticationVerdict verdict = verify(MESSAGE.replace(good, from), HOST, "joe@example.org");
      assertThat(verdict.disposition()).as(from.substring(0, 30)).isEqualTo(Disposition.REJECT);
      assertThat(verdict.reason()).isNotEmpty();
    }
  }

  /** A second author above what was sealed is none that the sealer spoke for. */
  @Test
  void aTrustedSealDoesNotSpeakForASecondAuthor() throws Exception {
    dns.addTxt("_dmarc.bank.example", "v=DMARC1; p=quarantine");
    String two = MESSAGE.replace("joe@example.org>", "joe@example.org>, ceo@bank.example");
    dns.addTxt("bank.example", "v=spf1 ip4:192.0.2.1 -all");
    AuthenticationVerdict atList = verify(signed(), HOST, "joe@example.org");
    String sealed = seal(two, atList);
    AuthenticationVerdict verdict = verify(sealed, LIST_HOST, "b@lists.example", "lists.example");
    assertThat(verdict.arc().status()).isEqualTo(ArcVerdict.Status.PASS);
    assertThat(verdict.disposition()).isEqualTo(Disposition.REJECT);
  }

  private String sealedAndChanged() throws Exception {
    AuthenticationVerdict atList = verify(signed(), HOST, "joe@example.org");
    return seal(signed().replace("Subject: hi", "Subject: [list] hi"), atList);
  }

  private static String seal(String message, AuthenticationVerdict verdict) throws Exception {
    DkimSigner.Outcome outcome =
        new ArcSealer(CLOCK).seal(Mails.source(message), verdict, key("lists.example", "a"));
    assertThat(outcome).isInstanceOf(DkimSigner.Signed.class);
    return ((DkimSigner.Signed) outcome).fields() + message;
  }

  private static String signed() throws Exception {
    DkimSigner.Outcome outcome =
        new DkimSigner(CLOCK).sign(Mails.source(MESSAGE), List.of(key("example.org", "s")));
    return ((DkimSigner.Signed) outcome).fields() + MESSAGE;
  }

  private static DkimSigningKey key(String domain, String selector) {
    return new DkimSigningKey(domain, selector, PAIR.algorithm(), PAIR.privateKey());
  }

  private AuthenticationVerdict verify(
      String message, InetAddress client, String mailFrom, String... trusted) throws Exception {
    return new MailAuthentication(dns, CLOCK, "MX.example.net", "mx.example.net", Set.of(trusted))
        .verify(Mails.source(message), client, "mail.example.org", mailFrom);
  }
}
