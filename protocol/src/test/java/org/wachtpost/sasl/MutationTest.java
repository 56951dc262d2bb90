package org.wachtpost.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Scope;

/** Seeded damage to what clients say in an exchange. */
class MutationTest {
  private static final long SEED = 5802;
  private static final String FIRST = "p=tls-exporter,a=alice,n=al=2Cice,r=nonce,x=more";
  private static final String LAST = "c=cD10bHMsLA==,r=noncenonce,x=more,p=AAAA";

  private static byte[] damaged(Random random, String text) {
    StringBuilder out = new StringBuilder(text);
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(out.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> out.insert(at, (char) random.nextInt(256));
        case 1 -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(4)));
        case 2 -> out.insert(at, ",x=y".repeat(random.nextInt(40)));
        default -> out.insert(at, "a".repeat(random.nextInt(8_000)));
      }
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void scramMessagesAreReadOrNot() {
    Random random = new Random(SEED);
    assertThat(ClientFirst.parse(FIRST)).isPresent();
    assertThat(ClientFinal.parse(LAST)).isPresent();
    for (int round = 0; round < 10_000; round++) {
      String first = new String(damaged(random, FIRST), StandardCharsets.ISO_8859_1);
      ClientFirst.parse(first)
          .ifPresent(client ->
              assertThat(client.gs2Header() + client.bare()).as("seed %d", SEED).isEqualTo(first));
      String last = new String(damaged(random, LAST), StandardCharsets.ISO_8859_1);
      ClientFinal.parse(last)
          .ifPresent(client -> assertThat(last).startsWith(client.withoutProof() + ",p="));
    }
  }

  @Test
  void nobodyGetsInByDamage() {
    Random random = new Random(SEED);
    SaslContext context =
        new SaslContext(
            new Origin("smtp", InetAddress.getLoopbackAddress(), 1, 2, "session"),
            Scope.SMTP,
            "TLSv1.3",
            "client",
            Map.of("tls-exporter", new byte[32]),
            false);
    SaslServer server = new SaslServer(new OneUser("alice", "right"), new Random(1));
    for (int round = 0; round < 5_000; round++) {
      SaslExchange plain = server.begin("PLAIN", context).orElseThrow();
      assertThat(plain.start(damaged(random, "\0alice\0wrong")))
          .isNotInstanceOf(SaslStep.LoggedIn.class);
      SaslExchange scram = server.begin("SCRAM-SHA-256-PLUS", context).orElseThrow();
      SaslStep step = scram.start(damaged(random, FIRST));
      if (step instanceof SaslStep.Challenge) {
        step = scram.respond(damaged(random, LAST));
      }
      assertThat(step).as("seed %d round %d", SEED, round).isNotInstanceOf(SaslStep.LoggedIn.class);
    }
  }
}
