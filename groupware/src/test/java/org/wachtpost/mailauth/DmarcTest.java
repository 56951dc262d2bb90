package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mailauth.DmarcVerdict.Result;

class DmarcTest {

  private final FakeDns dns = new FakeDns();

  @Test
  void alignmentIsRelaxedUnlessThePolicyIsStrict() {
    dns.addTxt("_dmarc.example.org", "v=DMARC1; p=reject");
    dns.addTxt("_dmarc.strict.example", "v=DMARC1; p=reject; adkim=s; aspf=s");
    assertThat(evaluate("example.org", null, "example.org")).isEqualTo(Result.PASS);
    assertThat(evaluate("example.org", null, "mail.example.org")).isEqualTo(Result.PASS);
    assertThat(evaluate("a.example.org", "b.example.org", null)).isEqualTo(Result.PASS);
    assertThat(evaluate("example.org", "example.com", "example.net")).isEqualTo(Result.FAIL);
    assertThat(evaluate("example.org", "badexample.org", null)).isEqualTo(Result.FAIL);
    assertThat(evaluate("strict.example", "strict.example", null)).isEqualTo(Result.PASS);
    assertThat(evaluate("strict.example", "a.strict.example", null)).isEqualTo(Result.FAIL);
    assertThat(evaluate("strict.example", null, "a.strict.example")).isEqualTo(Result.FAIL);
  }

  @Test
  void subdomainsAndNamesThatDoNotExistHaveTheirOwnPolicies() {
    dns.addTxt("_dmarc.example.org", "v=DMARC1; p=none; sp=quarantine; np=reject");
    dns.addAddress("there.example.org", "192.0.2.1");
    assertThat(policy("example.org")).isEqualTo(Disposition.NONE);
    assertThat(policy("there.example.org")).isEqualTo(Disposition.QUARANTINE);
    assertThat(policy("nowhere.example.org")).isEqualTo(Disposition.REJECT);
    dns.fail("unsure.example.org", DnsAnswer.Reason.TIMEOUT);
    assertThat(policy("unsure.example.org")).isEqualTo(Disposition.QUARANTINE);
  }

  @Test
  void testModeAsksForOneStepLess() {
    dns.addTxt("_dmarc.r.example", "v=DMARC1; p=reject; t=y");
    dns.addTxt("_dmarc.q.example", "v=DMARC1; p=quarantine; t=y");
    dns.addTxt("_dmarc.n.example", "v=DMARC1; p=reject; t=n; pct=0");
    assertThat(policy("r.example")).isEqualTo(Disposition.QUARANTINE);
    assertThat(policy("q.example")).isEqualTo(Disposition.NONE);
    assertThat(policy("n.example")).isEqualTo(Disposition.REJECT); // pct is no more
  }

  @Test
  void aLongNameNeedsNoMoreThanEightQuestions() {
    evaluate("a.b.c.d.e.f.g.h.i.j.k.example.com", null, null);
    assertThat(dns.questions())
        .containsExactly(
            "TXT _dmarc.a.b.c.d.e.f.g.h.i.j.k.example.com",
            "TXT _dmarc.g.h.i.j.k.example.com",
            "TXT _dmarc.h.i.j.k.example.com",
            "TXT _dmarc.i.j.k.example.com",
            "TXT _dmarc.j.k.example.com",
            "TXT _dmarc.k.example.com",
            "TXT _dmarc.example.com",
            "TXT _dmarc.com");
  }

  /** RFC 9989 appendix B.4 has such trees. */
  @Test
  void publicSuffixesSayWhereOrganizationsEnd() {
    dns.addTxt("_dmarc.bank", "v=DMARC1; p=reject; psd=y");
    dns.addTxt("_dmarc.big.edu", "v=DMARC1; p=none");
    dns.addTxt("_dmarc.cs.big.edu", "v=DMARC1; p=reject; psd=n");
    // The organization below a PSD has no policy: the PSD's applies, and siblings do not align.
    assertThat(policy("giant.bank")).isEqualTo(Disposition.REJECT);
    assertThat(evaluate("giant.bank", "mail.giant.bank", null)).isEqualTo(Result.PASS);
    assertThat(evaluate("giant.bank", "other.bank", null)).isEqualTo(Result.FAIL);
    assertThat(evaluate("giant.bank", "bank", null)).isEqualTo(Result.FAIL);
    // psd=n makes a department its own organization.
    assertThat(evaluate("x.cs.big.edu", "big.edu", null)).isEqualTo(Result.FAIL);
    assertThat(evaluate("x.cs.big.edu", "y.cs.big.edu", null)).isEqualTo(Result.PASS);
    assertThat(evaluate("law.big.edu", "cs.big.edu", null)).isEqualTo(Result.FAIL);
    assertThat(evaluate("law.big.edu", "med.big.edu", null)).isEqualTo(Result.PASS);
  }

  @Test
  void withoutAPolicyThereIsNoResult() {
    assertThat(evaluate("example.org", "example.org", null)).isEqualTo(Result.NONE);
    dns.addTxt("_dmarc.two.example", "v=DMARC1; p=reject")
        .addTxt("_dmarc.two.example", "v=DMARC1; p=none");
    assertThat(evaluate("two.example", null, null)).isEqualTo(Result.NONE);
    for (String text :
        List.of(
            "v=dmarc1; p=reject",
            "p=reject; v=DMARC1",
            "v=DMARC10; p=reject",
            "",
            "v=DMARC1;p=x")) {
      dns.remove("_dmarc.bad.example").addTxt("_dmarc.bad.example", text);
      assertThat(evaluate("bad.example", null, null)).as(text).isEqualTo(Result.NONE);
    }
  }

  @Test
  void recordsAreReadAsLenientlyAsTheRfcSays() {
    for (String text :
        List.of(
            "v=DMARC1;p=reject",
            " v = DMARC1 ; p = Reject ; ",
            "v=DMARC1; p=reject; unknown=1; pct=50",
            "v=DMARC1; p=reject; junk; ;; adkim=x",
            "v=DMARC1; p=reject; p=none")) {
      dns.remove("_dmarc.ok.example").addTxt("_dmarc.ok.example", text);
      assertThat(policy("ok.example")).as(text).isEqualTo(Disposition.REJECT);
    }
    dns.addTxt("_dmarc.half.example", "v=DMARC1; p=bogus; rua=mailto:a@half.example");
    assertThat(evaluate("half.example", null, null)).isEqualTo(Result.FAIL);
    assertThat(policy("half.example")).isEqualTo(Disposition.NONE);
  }

  @Test
  void whatTheDnsCannotSayNowRejectsNothing() {
    dns.addTxt("_dmarc.example.org", "v=DMARC1; p=reject");
    DkimVerdict late =
        new DkimVerdict(DkimStatus.TEMPERROR, "example.org", "s", null, null, null, "late");
    DmarcVerdict verdict =
        new DmarcEvaluator(dns).evaluate(from("example.org"), spf(null), List.of(late));
    assertThat(verdict.result()).isEqualTo(Result.TEMPERROR);
    assertThat(verdict.disposition()).isEqualTo(Disposition.NONE);
    dns.fail("_dmarc.example.net", DnsAnswer.Reason.TIMEOUT);
    assertThat(evaluate("example.net", null, null)).isEqualTo(Result.TEMPERROR);
  }

  @Test
  void aSecondAuthorCannotHideAForgedOne() {
    dns.addTxt("_dmarc.bank.example", "v=DMARC1; p=reject");
    dns.addTxt("_dmarc.evil.example", "v=DMARC1; p=none");
    for (String header :
        List.of(
            "From: a@evil.example, b@bank.example",
            "From: a@evil.example\r\nFrom: b@bank.example",
            "From: b@bank.example\r\nFROM : a@evil.example",
            "From: <a@evil.example> <b@bank.example>",
            "From: group: a@evil.example, b@bank.example;",
            "From: \"x\\\" <\" <b@bank.example>, a@evil.example")) {
      DmarcVerdict verdict =
          new DmarcEvaluator(dns).evaluate(header(header), spf("evil.example"), List.of());
      assertThat(verdict.authorDomain()).as(header).isEqualTo("bank.example");
      assertThat(verdict.disposition()).as(header).isEqualTo(Disposition.REJECT);
    }
  }

  @Test
  void authorDomainsAreFoundInWhatPeopleWrite() {
    assertThat(authors("Joe <joe@Example.ORG>")).containsExactly("example.org");
    assertThat(authors("joe@example.org (Joe (the) \\) @other.example)"))
        .containsExactly("example.org");
    assertThat(authors("\"b@bank.example\" <joe@example.org>")).containsExactly("example.org");
    assertThat(authors("\"a@b\"@example.org")).containsExactly("example.org");
    assertThat(authors("=?utf-8?q?x?=\r\n <joe@example.org>")).containsExactly("example.org");
    assertThat(authors("joe@b\u00c3\u00bccher.example")).containsExactly("xn--bcher-kva.example");
    assertThat(authors("<@relay.example:joe@example.org>")).contains("example.org");
    assertThat(authors("undisclosed")).isEmpty();
    assertThat(authors("joe@[192.0.2.1]")).isEmpty();
    assertThat(evaluate("", null, null)).isEqualTo(Result.PERMERROR);
  }

  /** IDN.toASCII throws what it does not promise for a label of more than 1,000 characters. */
  @Test
  void aDomainOfMoreThanAThousandLettersIsNobodys() {
    assertThat(authors("joe@" + "\u00c3\u00bc".repeat(5_000) + ".example")).isEmpty();
    assertThat(authors("joe@" + "a.".repeat(50_000) + "example")).isEmpty();
  }

  private static List<String> authors(String value) {
    return AuthorDomains.of(List.of(new HeaderField("From: " + value)));
  }

  private Disposition policy(String from) {
    return new DmarcEvaluator(dns).evaluate(from(from), spf(null), List.of()).policy();
  }

  private Result evaluate(String from, String spfDomain, String dkimDomain) {
    List<DkimVerdict> dkim =
        dkimDomain == null
            ? List.of()
            : List.of(new DkimVerdict(DkimStatus.PASS, dkimDomain, "s", null, null, null, null));
    return new DmarcEvaluator(dns).evaluate(from(from), spf(spfDomain), dkim).result();
  }

  private static SpfVerdict spf(String domain) {
    return new SpfVerdict(
        domain == null ? SpfResult.NONE : SpfResult.PASS,
        SpfVerdict.Identity.MAILFROM,
        domain == null ? "" : domain,
        null,
        null);
  }

  private static MessageHeader from(String domain) {
    return header("From: someone@" + domain);
  }

  private static MessageHeader header(String text) {
    return new MessageHeader(
        List.of(text.split("\r\n(?![ \t])")).stream().map(HeaderField::new).toList(), true);
  }
}
