package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BodyHashTest {

  private static final BodyHash.Wanted SIMPLE =
      new BodyHash.Wanted(Canonicalization.SIMPLE, BodyHash.ALL);
  private static final BodyHash.Wanted RELAXED =
      new BodyHash.Wanted(Canonicalization.RELAXED, BodyHash.ALL);

  @Test
  void emptyBodiesHaveTheHashesOfTheRfc() throws Exception {
    // RFC 6376 §3.4.3 and §3.4.4 print them.
    assertThat(hash("", SIMPLE)).isEqualTo("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    assertThat(hash("", RELAXED)).isEqualTo("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assertThat(hash(" \t\r\n\r\n", RELAXED)).isEqualTo(hash("", RELAXED));
    assertThat(hash("\r\n\r\n", SIMPLE)).isEqualTo(hash("", SIMPLE));
  }

  @Test
  void theExampleOfTheRfc() throws Exception {
    // RFC 6376 §3.4.5
    String body = " C \r\nD \t E\r\n\r\n\r\n";
    assertThat(hash(body, RELAXED)).isEqualTo(hash(" C\r\nD E\r\n", SIMPLE));
    assertThat(hash(body, SIMPLE)).isEqualTo(hash(" C \r\nD \t E\r\n", SIMPLE));
  }

  @Test
  void loneCarriageReturnsAndLineFeedsAreOctets() throws Exception {
    assertThat(hash("a\nb\r\n", SIMPLE)).isNotEqualTo(hash("a\r\nb\r\n", SIMPLE));
    assertThat(hash("a\r", SIMPLE)).isEqualTo(hash("a\r\r\n", SIMPLE));
    assertThat(hash("a \r b\r\n", RELAXED)).isEqualTo(hash("a \r b", RELAXED));
  }

  @Test
  void aLengthHashesOnlyThatMuchAndCountsTheRest() throws Exception {
    BodyHash.Wanted five = new BodyHash.Wanted(Canonicalization.SIMPLE, 5);
    BodyHash.Computed computed = compute("hello world\r\n", five);
    assertThat(computed.canonicalOctets()).isEqualTo(13);
    BodyHash.Wanted none = new BodyHash.Wanted(Canonicalization.SIMPLE, 0);
    assertThat(hash("anything", none)).isEqualTo(hash("", RELAXED));
    assertThat(computed.sha256Base64()).isEqualTo("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
  }

  /** Against a slow canonicalizer made of regular expressions; the seed is in the message. */
  @Test
  void agreesWithASlowCanonicalizerHoweverTheOctetsArrive() throws Exception {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      String body = body(random);
      for (BodyHash.Wanted wanted : List.of(SIMPLE, RELAXED)) {
        InputStream in = trickle(body, random);
        String hash = BodyHash.compute(in, List.of(wanted)).get(wanted).sha256Base64();
        assertThat(hash).as("seed %d", seed).isEqualTo(slow(body, wanted.canonicalization()));
      }
    }
  }

  private static String body(RandomGenerator random) {
    StringBuilder body = new StringBuilder();
    String[] pieces = {"\r\n", "\r\n", " ", "\t", "a", "bc", "\r", "\n", "\r\n\r\n"};
    for (int i = random.nextInt(40); i > 0; i--) {
      body.append(pieces[random.nextInt(pieces.length)]);
    }
    return body.toString();
  }

  private static String slow(String body, Canonicalization canonicalization) {
    String canonical = body;
    if (canonicalization == Canonicalization.RELAXED) {
      canonical = canonical.replaceAll("[ \t]+(?=\r\n|\\z)", "").replaceAll("[ \t]+", " ");
    }
    while (canonical.endsWith("\r\n")) {
      canonical = canonical.substring(0, canonical.length() - 2);
    }
    boolean nothing = canonical.isEmpty() && canonicalization == Canonicalization.RELAXED;
    byte[] octets = (nothing ? "" : canonical + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return Base64Text.encode(BodyHash.sha256().digest(octets));
  }

  /** Gives a few octets at a time, so that every boundary is met. */
  private static InputStream trickle(String body, RandomGenerator random) {
    return new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)) {
      @Override
      public synchronized int read(byte[] into) throws IOException {
        return read(into, 0, 1 + random.nextInt(4));
      }
    };
  }

  private static String hash(String body, BodyHash.Wanted wanted) throws IOException {
    return compute(body, wanted).sha256Base64();
  }

  private static BodyHash.Computed compute(String body, BodyHash.Wanted wanted) throws IOException {
    InputStream in = new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1));
    return BodyHash.compute(in, List.of(wanted)).get(wanted);
  }
}
