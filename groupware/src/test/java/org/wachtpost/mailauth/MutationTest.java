package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.FakeDns;

/**
 * Hostile input for every parser: good input, mutated. Nothing may throw, and nothing that was
 * changed may be taken for genuine. The seed of a failure is in its message.
 */
class MutationTest {

  private static final int ROUNDS = 4000;
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final DkimKeyPair PAIR =
      DkimKeyPair.generate(DkimAlgorithm.ED25519_SHA256, new SecureRandom());
  private static final String MESSAGE =
      Mails.crlf(
          "From: Joe <joe@example.org>\nTo: list@lists.example\nSubject: hi\n\nHello, world.\n");

  @Test
  void spfRecords() {
    List<String> records =
        List.of(
            "v=spf1 a:%{d2r-}.example mx/24//64 ip4:192.0.2.0/24 include:%{h} ~all",
            "v=spf1 ip6:2001:db8::/32 ptr:%{p}.example exists:%{ir}.%{v}.x.example -all exp=e.example",
            "v=spf1 redirect=%{o}.example ?all unknown=%{l}");
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      String record = mutate(records.get(random.nextInt(records.size())), random);
      FakeDns dns = new FakeDns().addTxt("x.example", record).addTxt("e.example", record);
      SpfVerdict verdict =
          new SpfEvaluator(dns, "mx.example", CLOCK)
              .checkMailFrom(CLIENT, mutate("h.example", random), "joe@x.example");
      assertThat(verdict.result()).as("seed %d: %s", seed, record).isNotNull();
      assertThat(dns.questions().size()).as("seed %d: %s", seed, record).isLessThan(150);
    }
  }

  @Test
  void keyRecordsAndDmarcRecords() {
    String key = PAIR.recordText() + "; t=y:s; h=sha256; s=email; n=x";
    String dmarc = "v=DMARC1; p=reject; sp=none; np=quarantine; psd=n; t=y; rua=mailto:a@b.example";
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      String mutated = mutate(key, random);
      try {
        DkimKeyRecord record = DkimKeyRecord.parse(mutated);
        record.toPublicKey(DkimAlgorithm.ED25519_SHA256);
      } catch (DkimFailure refused) {
        assertThat(refused.reason()).as("seed %d", seed).isNotEmpty();
      }
      String policy = mutate(dmarc, random);
      assertThat(DmarcRecord.parse(policy)).as("seed %d: %s", seed, policy).isNotNull();
    }
  }

  @Test
  void authenticationResults() {
    String value =
        " mx.example (c(d)) 1; spf=fail reason=\"a;b\\\"\" smtp.mailfrom=joe@example.org;"
            + " dkim=pass header.d=example.org header.b=\"ab=\"; dmarc = pass (p=x) header.from=a.b";
    for (long seed = 0; seed < ROUNDS; seed++) {
      String mutated = mutate(value, new Random(seed));
      AuthenticationResults.parse(mutated)
          .ifPresent(results ->
              assertThat(AuthenticationResults.parse(results.toValue())).as(mutated).isPresent());
    }
  }

  @Test
  void forgedFieldsAreFoundHoweverTheyAreWritten() throws Exception {
    String message = "Authentication-Results: mx.example; spf=pass\r\n" + MESSAGE;
    for (long seed = 0; seed < ROUNDS; seed++) {
      byte[] mutated = octets(mutate(message, new Random(seed)));
      ByteArrayOutputStream once = new ByteArrayOutputStream();
      ForgedResults.copy(new ByteArrayInputStream(mutated), once, "mx.example");
      ByteArrayOutputStream twice = new ByteArrayOutputStream();
      int left =
          ForgedResults.copy(new ByteArrayInputStream(once.toByteArray()), twice, "mx.example");
      assertThat(left).as("seed %d", seed).isZero();
      assertThat(mutated.length).isGreaterThanOrEqualTo(once.size());
    }
  }

  /** A DKIM-Signature, an ARC set and a message, changed anywhere. */
  @Test
  void messages() throws Exception {
    FakeDns dns =
        new FakeDns()
            .addTxt("s._domainkey.example.org", PAIR.recordText())
            .addTxt("example.org", "v=spf1 -all")
            .addTxt("_dmarc.example.org", "v=DMARC1; p=reject");
    MailAuthentication authentication =
        new MailAuthentication(dns, CLOCK, "mx.example", "mx.example", Set.of("example.org"));
    DkimSigningKey key =
        new DkimSigningKey("example.org", "s", PAIR.algorithm(), PAIR.privateKey());
    String signed =
        ((DkimSigner.Signed) new DkimSigner(CLOCK).sign(Mails.source(MESSAGE), List.of(key)))
                .fields()
            + MESSAGE;
    AuthenticationVerdict good = verify(authentication, signed);
    assertThat(good.dkim().getFirst().passed()).isTrue();
    String sealed =
        ((DkimSigner.Signed) new ArcSealer(CLOCK).seal(Mails.source(signed), good, key)).fields()
            + signed;
    int passed = 0;
    for (long seed = 0; seed < ROUNDS / 5; seed++) {
      String mutated = mutate(sealed, new Random(seed));
      AuthenticationVerdict verdict = verify(authentication, mutated);
      boolean pass = verdict.dkim().stream().anyMatch(DkimVerdict::passed);
      passed += pass ? 1 : 0;
      if (pass) {
        assertThat(essence(mutated)).as("seed %d", seed).contains("Hello, world.", "joe@example");
      }
      assertThat(verdict.authenticationResultsField()).as("seed %d", seed).endsWith("\r\n");
      assertThat(verdict.authenticationResultsField().split("\r\n(?!\t)")).hasSize(1);
    }
    assertThat(passed).isBetween(1, ROUNDS / 5 - 1);
  }

  @Test
  void hugeInputTakesLittleTime() throws Exception {
    MailAuthentication authentication =
        new MailAuthentication(new FakeDns(), CLOCK, "mx.example", "mx.example", Set.of());
    long start = System.nanoTime();
    for (String unit :
        List.of("(", "\"", ";", "a=", "=", "<", "@", "\\", ",", " ", "\r\n ", "i=1;", "%{", ".")) {
      String many = unit.repeat(300_000 / unit.length());
      for (String name :
          List.of("From", "DKIM-Signature", "ARC-Seal", "ARC-Authentication-Results")) {
        verify(authentication, name + ": " + many + "\r\n" + MESSAGE);
      }
      AuthenticationResults.parse(many);
      DmarcRecord.parse("v=DMARC1;" + many);
      FakeDns dns = new FakeDns().addTxt("x.example", "v=spf1 " + many.substring(0, 16_000));
      new SpfEvaluator(dns, "mx.example", CLOCK).checkMailFrom(CLIENT, "h.example", "a@x.example");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  private static AuthenticationVerdict verify(MailAuthentication authentication, String message)
      throws Exception {
    return authentication.verify(Mails.source(message), CLIENT, "h.example", "joe@example.org");
  }

  private static String essence(String message) {
    return message.replaceAll("[ \t\r\n]+", " ");
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One to four changes: octets replaced, taken out, put in, pieces doubled or swapped. */
  private static String mutate(String text, RandomGenerator random) {
    StringBuilder mutated = new StringBuilder(text);
    String marks = ";=:%{}()<>\"\\@/.,-+ \t\r\n\0\u007f\u00ffa1";
    for (int i = 1 + random.nextInt(4); i > 0 && !mutated.isEmpty(); i--) {
      int at = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), at + 1 + random.nextInt(20));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(at, marks.charAt(random.nextInt(marks.length())));
        case 1 -> mutated.delete(at, to);
        case 2 -> mutated.insert(at, marks.charAt(random.nextInt(marks.length())));
        case 3 -> mutated.insert(at, mutated.substring(at, to));
        default -> mutated.setCharAt(at, (char) random.nextInt(256));
      }
    }
    return mutated.toString();
  }
}
