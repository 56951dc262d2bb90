package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.mailauth.Mails.crlf;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;

class DkimTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final DkimKeyPair RSA =
      DkimKeyPair.generate(DkimAlgorithm.RSA_SHA256, new SecureRandom());
  private static final DkimKeyPair ED =
      DkimKeyPair.generate(DkimAlgorithm.ED25519_SHA256, new SecureRandom());
  private static final String MESSAGE =
      crlf(
          """
          From: Joe <joe@example.org>
          To: a@b.example
          Subject: lunch
            and  tea
          Date: Fri, 2 Jan 2026 03:04:05 +0000

          We eat at  noon.\s

          Joe


          """);

  private final FakeDns dns =
      new FakeDns()
          .addTxt("r._domainkey.example.org", RSA.recordText())
          .addTxt("e._domainkey.example.org", ED.recordText());

  @Test
  void bothAlgorithmsSignAndVerify() throws Exception {
    List<DkimVerdict> verdicts = verify(signed(MESSAGE));
    assertThat(verdicts).hasSize(2).allMatch(DkimVerdict::passed);
    assertThat(verdicts.get(0).algorithm()).isEqualTo("rsa-sha256");
    assertThat(verdicts.get(1).algorithm()).isEqualTo("ed25519-sha256");
    assertThat(verdicts.get(0).identity()).isEqualTo("@example.org");
  }

  @Test
  void noLineOfASignatureIsLongerThan78() throws Exception {
    String fields = signed(MESSAGE).substring(0, signed(MESSAGE).indexOf("From:"));
    assertThat(fields.split("\r\n")).allMatch(line -> line.length() <= 78);
  }

  /** The example of RFC 8463 appendix A, with both its keys. */
  @Test
  void theMessageOfRfc8463Verifies() throws Exception {
    String message =
        crlf(
            """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
             DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
             dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game.  Are you hungry yet?

            Joe.
            """);
    dns.addTxt(
        "brisbane._domainkey.football.example.com",
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    dns.addTxt(
        "test._domainkey.football.example.com",
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id"
            + "Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lx"
            + "j+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
    assertThat(verify(message)).hasSize(2).allMatch(DkimVerdict::passed);
  }

  @Test
  void whatReadersSeeCannotBeChangedOrAdded() throws Exception {
    String good = signed(MESSAGE);
    assertThat(statuses(good.replace("noon", "nine"))).containsOnly(DkimStatus.FAIL);
    assertThat(statuses(good.replace("lunch", "money"))).containsOnly(DkimStatus.FAIL);
    for (String added :
        List.of("From: boss@example.org", "Subject: pay", "Reply-To: x@y.example")) {
      assertThat(statuses(added + "\r\n" + good)).as(added).containsOnly(DkimStatus.FAIL);
    }
    assertThat(statuses("X-Other: may be added\r\n" + good)).containsOnly(DkimStatus.PASS);
  }

  @Test
  void relaxedForgivesSpaceAndEmptyLinesAtTheEnd() throws Exception {
    String other =
        signed(MESSAGE)
            .replace("at  noon. ", "at noon.")
            .replace("Subject: lunch\r\n  and  tea", "SUBJECT  :   lunch and\t tea  ");
    assertThat(statuses(other + "\r\n\r\n")).containsOnly(DkimStatus.PASS);
  }

  @Test
  void keysCanBeMissingRevokedUnreachableOrForOtherUses() throws Exception {
    String message =
        sign(
            MESSAGE,
            new DkimSigningKey("example.org", "k", DkimAlgorithm.RSA_SHA256, RSA.privateKey()));
    assertThat(only(message).reason()).isEqualTo("there is no key");
    String key = RSA.recordText();
    expect(message, "v=DKIM1; p=", DkimStatus.PERMERROR, "revoked");
    expect(message, key + "; s=tlsrpt", DkimStatus.PERMERROR, "not for mail");
    expect(message, key + "; h=sha1", DkimStatus.PERMERROR, "sha256");
    expect(message, key + "; k=rsa", DkimStatus.PERMERROR, "malformed");
    expect(message, key.replace("k=rsa", "k=ed25519"), DkimStatus.PERMERROR, "another type");
    expect(message, key.replace("DKIM1", "DKIM2"), DkimStatus.PERMERROR, "version");
    expect(message, key.substring(0, 60), DkimStatus.PERMERROR, "key");
    dns.fail("k._domainkey.example.org", DnsAnswer.Reason.TIMEOUT);
    assertThat(only(message).status()).isEqualTo(DkimStatus.TEMPERROR);
    dns.repair();
    expect(message, key + "; s=*; t=s; n=notes; x=y", DkimStatus.PASS, null);
  }

  @Test
  void aTestingKeyFailsAsIfThereWereNoSignature() throws Exception {
    String message =
        sign(
            MESSAGE,
            new DkimSigningKey("example.org", "k", DkimAlgorithm.RSA_SHA256, RSA.privateKey()));
    expect(message, RSA.recordText() + "; t=y", DkimStatus.PASS, null);
    expect(
        message.replace("noon", "nine"),
        RSA.recordText() + "; t=y:s",
        DkimStatus.NEUTRAL,
        "testing");
  }

  @Test
  void tagsThatAreWrongArePermanentErrors() throws Exception {
    String good =
        sign(
            MESSAGE,
            new DkimSigningKey("example.org", "r", DkimAlgorithm.RSA_SHA256, RSA.privateKey()));
    for (String[] change :
        new String[][] {
          {"v=1;", "v=2;", "v="},
          {"v=1;", "", "v="},
          {"a=rsa-sha256", "a=rsa-sha1", "algorithm"},
          {"c=relaxed/relaxed", "c=relaxed/other", "c="},
          {"d=example.org", "d=exa mple.org", "domain"},
          {"d=example.org", "d=example.org; i=joe@example.com", "i="},
          {"t=1767323045", "t=soon", "t="},
          {"t=1767323045", "t=1767323045; x=1767323045", "expires"},
          {"h=from:from:", "h=", "From"},
          {"bh=", "bh=*", "bh="},
          {"v=1;", "v=1; v=1;", "list"},
          {"v=1;", "v=1; q=http;", "q="}
        }) {
      DkimVerdict verdict =
          only(
              good.replaceFirst(
                  java.util.regex.Pattern.quote(change[0]),
                  java.util.regex.Matcher.quoteReplacement(change[1])));
      assertThat(verdict.status()).as(change[1]).isEqualTo(DkimStatus.PERMERROR);
      assertThat(verdict.reason()).as(change[1]).contains(change[2]);
    }
  }

  @Test
  void onlySomeSignaturesAreLookedAt() throws Exception {
    String one =
        sign(
            MESSAGE,
            new DkimSigningKey("example.org", "e", DkimAlgorithm.ED25519_SHA256, ED.privateKey()));
    String field = one.substring(0, one.indexOf("From:"));
    List<DkimVerdict> verdicts = verify(field.repeat(200) + MESSAGE);
    assertThat(verdicts).hasSize(DkimVerifier.MAX_SIGNATURES + 1);
    assertThat(verdicts.getLast().status()).isEqualTo(DkimStatus.POLICY);
    assertThat(dns.questions()).hasSize(DkimVerifier.MAX_SIGNATURES);
  }

  @Test
  void aHugeSignatureFieldIsRefused() throws Exception {
    String huge =
        "DKIM-Signature: v=1; n=" + "x".repeat(SignatureTags.MAX_FIELD) + "\r\n" + MESSAGE;
    assertThat(only(huge).reason()).contains("longer than");
  }

  @Test
  void aHeaderBeyondTheLimitIsNotVerifiedAndNotSigned() throws Exception {
    String huge = signed(MESSAGE).replace("To: a", "X: " + "x".repeat(990) + "\r\nTo: a");
    String many = "Y: z\r\n".repeat(MessageHeader.MAX_FIELDS + 1);
    assertThat(statuses(huge)).containsOnly(DkimStatus.PASS);
    assertThat(statuses(signed(MESSAGE).replace("To: a", many + "To: a")))
        .containsOnly(DkimStatus.PERMERROR);
    assertThat(new DkimSigner(CLOCK).sign(Mails.source(many + MESSAGE), List.of()))
        .isInstanceOf(DkimSigner.Refused.class);
    assertThat(new DkimSigner(CLOCK).sign(Mails.source("To: x\r\n\r\n"), List.of()))
        .isInstanceOf(DkimSigner.Refused.class);
  }

  @Test
  void aSignatureCanExpireOrLeaveTextUnsigned() throws Exception {
    long now = CLOCK.instant().getEpochSecond();
    assertThat(only(signedWith("x", Long.toString(now))).status()).isEqualTo(DkimStatus.PASS);
    DkimVerdict expired = only(signedWith("x", Long.toString(now - 1)));
    assertThat(expired.status()).isEqualTo(DkimStatus.FAIL);
    assertThat(expired.reason()).contains("expired");
    assertThat(only(signedWith("l", "2")).status()).isEqualTo(DkimStatus.PASS);
    DkimVerdict longer = only(signedWith("l", "2") + "\r\nmore\r\n");
    assertThat(longer.status()).isEqualTo(DkimStatus.POLICY);
    assertThat(longer.reason()).contains("behind what is signed");
    assertThat(only(signedWith("l", "3")).status()).isEqualTo(DkimStatus.FAIL);
  }

  /** RFC 6376 §8.15, for signers who did not guard against it themselves. */
  @Test
  void aSecondFieldAboveTheSignedOneIsNoPass() throws Exception {
    String message = signedWith("q", "dns/txt");
    assertThat(only(message).status()).isEqualTo(DkimStatus.PASS);
    assertThat(only("From: boss@example.org\r\n" + message).status()).isEqualTo(DkimStatus.POLICY);
    assertThat(only("Subject: a\r\nSubject: b\r\n" + message).status())
        .isEqualTo(DkimStatus.POLICY);
    assertThat(only("Received: a\r\nReceived: b\r\n" + message).status())
        .isEqualTo(DkimStatus.PASS);
  }

  /** A message with the empty body, which is two canonical octets, and one tag more. */
  private static String signedWith(String tag, String value) {
    String message = "From: a@example.org\r\n\r\n";
    SignatureWriter writer =
        new SignatureWriter("DKIM-Signature")
            .tag("v", "1")
            .tag("a", "ed25519-sha256")
            .tag("d", "example.org")
            .tag("s", "e")
            .tag(tag, value)
            .tag("h", "from")
            .tag("bh", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    byte[] data = SignatureWriter.octets("From: a@example.org\r\n" + writer.unsigned());
    return writer.signed(DkimAlgorithm.ED25519_SHA256.sign(ED.privateKey(), data)) + message;
  }

  @Test
  void keysSurviveTheirEncoding() {
    for (DkimKeyPair pair : List.of(RSA, ED)) {
      DkimKeyPair again =
          DkimKeyPair.decode(pair.algorithm(), pair.encodedPrivate(), pair.encodedPublic());
      assertThat(again).isEqualTo(pair);
      assertThat(pair.toString()).doesNotContain(pair.privateKey().toString());
    }
    assertThat(DkimKeyPair.zoneText(RSA.recordText())).matches("\"[^\"]{255}\" \"[^\"]{1,255}\"");
  }

  private void expect(String message, String record, DkimStatus status, String reason)
      throws Exception {
    dns.remove("k._domainkey.example.org").addTxt("k._domainkey.example.org", record);
    DkimVerdict verdict = only(message);
    assertThat(verdict.status()).as(record + verdict).isEqualTo(status);
    if (reason == null) {
      assertThat(verdict.reason()).isNull();
    } else {
      assertThat(verdict.reason()).contains(reason);
    }
  }

  private static String signed(String message) throws Exception {
    return sign(
        message,
        new DkimSigningKey("example.org", "r", DkimAlgorithm.RSA_SHA256, RSA.privateKey()),
        new DkimSigningKey("example.org", "e", DkimAlgorithm.ED25519_SHA256, ED.privateKey()));
  }

  private static String sign(String message, DkimSigningKey... keys) throws Exception {
    return switch (new DkimSigner(CLOCK).sign(Mails.source(message), List.of(keys))) {
      case DkimSigner.Signed(String fields) -> fields + message;
      case DkimSigner.Refused(String reason) -> throw new AssertionError(reason);
    };
  }

  private DkimVerdict only(String message) throws Exception {
    List<DkimVerdict> verdicts = verify(message);
    assertThat(verdicts).hasSize(1);
    return verdicts.getFirst();
  }

  private List<DkimStatus> statuses(String message) throws Exception {
    return verify(message).stream().map(DkimVerdict::status).toList();
  }

  private List<DkimVerdict> verify(String message) throws Exception {
    ByteArrayInputStream in =
        new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1));
    MessageHeader header = MessageHeader.read(in);
    List<DkimVerifier.Prepared> prepared = DkimVerifier.prepare(header);
    List<BodyHash.Wanted> wanted =
        prepared.stream()
            .filter(one -> one.signature() != null)
            .map(one -> one.signature().body())
            .toList();
    return new DkimVerifier(dns, CLOCK).verify(header, prepared, BodyHash.compute(in, wanted));
  }
}
