package org.wachtpost.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.LogIn;
import org.wachtpost.directory.Scope;

class SaslServerTest {
  private static final byte[] EXPORTER = {1, 2, 3};
  private static final byte[] NO_BINDING = {};

  private final OneUser people = new OneUser("al=i,ce@example.test", "pän cil");
  private final SaslServer server = new SaslServer(people, new Random(7));

  private static SaslContext context(boolean tls, boolean plaintextAllowed) {
    Origin origin = new Origin("test", InetAddress.getLoopbackAddress(), 1, 2, "s");
    return new SaslContext(
        origin,
        Scope.SMTP,
        tls ? "TLSv1.3 X" : null,
        "client",
        tls ? Map.of("tls-exporter", EXPORTER) : Map.of(),
        plaintextAllowed);
  }

  private SaslExchange begin(String mechanism) {
    return server.begin(mechanism, context(true, false)).orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String challenge(SaslStep step) {
    assertThat(step).isInstanceOf(SaslStep.Challenge.class);
    return new String(((SaslStep.Challenge) step).data(), StandardCharsets.UTF_8);
  }

  @Test
  void offersNothingInPlaintextUnlessAllowed() {
    assertThat(server.mechanisms(context(false, false))).isEmpty();
    assertThat(server.begin("PLAIN", context(false, false))).isEmpty();
    assertThat(server.begin("SCRAM-SHA-256", context(false, false))).isEmpty();
    assertThat(server.mechanisms(context(false, true)))
        .containsExactly("SCRAM-SHA-256", "PLAIN", "LOGIN");
    assertThat(server.mechanisms(context(true, false)))
        .containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN");
    assertThat(server.begin("CRAM-MD5", context(true, true))).isEmpty();
  }

  @Test
  void plain() {
    SaslStep step = begin("plain").start(bytes("\0al=i,ce@example.test\0pän cil"));
    assertThat(step).isInstanceOf(SaslStep.LoggedIn.class);
    assertThat(people.attempts().getFirst().mechanism()).isEqualTo("PLAIN");
    assertThat(people.attempts().getFirst().tls()).isEqualTo("TLSv1.3 X");
    assertThat(begin("PLAIN").start(bytes("\0al=i,ce@example.test\0wrong")))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    SaslExchange asked = begin("PLAIN");
    assertThat(challenge(asked.start(null))).isEmpty();
    assertThat(asked.respond(bytes("al=i,ce@example.test\0al=i,ce@example.test\0pän cil")))
        .isInstanceOf(SaslStep.LoggedIn.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a\0b",
        "\0\0",
        "\0\0b",
        "\0a\0b\0c",
        "\0al\nice\0secret",
        "\0\u0085\0secret"
      })
  void malformedPlainReachesNobody(String message) {
    assertThat(begin("PLAIN").start(bytes(message))).isInstanceOf(SaslStep.Malformed.class);
    assertThat(people.attempts()).isEmpty();
  }

  // Evolution 3.46 asks again for a password that was wrong, not for one that broke the rules.
  @Test
  void anEmptyPasswordIsAWrongOne() {
    assertThat(begin("PLAIN").start(bytes("\0al=i,ce@example.test\0")))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    SaslExchange asked = begin("LOGIN");
    assertThat(challenge(asked.start(bytes("al=i,ce@example.test")))).isEqualTo("Password:");
    assertThat(asked.respond(new byte[0])).isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    assertThat(people.attempts()).hasSize(2);
  }

  @Test
  void nobodyActsAsSomebodyElse() {
    String name = "al=i,ce@example.test";
    assertThat(begin("PLAIN").start(bytes("bob\0" + name + "\0pän cil")))
        .isEqualTo(new SaslStep.Rejected(Reason.AUTHORIZATION));
    // The password comes first: who does not know it learns nothing.
    assertThat(begin("PLAIN").start(bytes("bob\0" + name + "\0wrong")))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    assertThat(scram("SCRAM-SHA-256", "n,a=bob,", NO_BINDING, "pän cil"))
        .isEqualTo(new SaslStep.Rejected(Reason.AUTHORIZATION));
    assertThat(scram("SCRAM-SHA-256", "n,a=al=3Di=2Cce@example.test,", NO_BINDING, "pän cil"))
        .isInstanceOf(SaslStep.LoggedIn.class);
    assertThat(people.attempts())
        .extracting(LogIn::authorization)
        .containsExactly("bob", "bob", "bob", name);
  }

  @Test
  void bytesThatAreNotUtf8ReachNobody() {
    assertThat(begin("PLAIN").start(new byte[] {0, 'a', 0, (byte) 0xff}))
        .isInstanceOf(SaslStep.Malformed.class);
    assertThat(begin("LOGIN").start(new byte[] {(byte) 0xc0, (byte) 0x80}))
        .isInstanceOf(SaslStep.Malformed.class);
    assertThat(people.attempts()).isEmpty();
  }

  @Test
  void login() {
    SaslExchange exchange = begin("LOGIN");
    assertThat(challenge(exchange.start(null))).isEqualTo("Username:");
    assertThat(challenge(exchange.respond(bytes("al=i,ce@example.test")))).isEqualTo("Password:");
    assertThat(exchange.respond(bytes("pän cil"))).isInstanceOf(SaslStep.LoggedIn.class);
    SaslExchange short1 = begin("LOGIN");
    assertThat(challenge(short1.start(bytes("nobody")))).isEqualTo("Password:");
    assertThat(short1.respond(bytes("x"))).isEqualTo(new SaslStep.Rejected(Reason.UNKNOWN));
  }

  @Test
  void testClientAgreesWithTheExampleOfTheRfc() {
    // RFC 7677 §3
    ScramClient client =
        new ScramClient("n,,", NO_BINDING, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    String last =
        client.last(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    assertThat(last).endsWith(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(client.expectedServerFinal())
        .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  private SaslStep scram(String mechanism, String header, byte[] binding, String password) {
    ScramClient client =
        new ScramClient(header, binding, "al=3Di=2Cce@example.test", password, "abc");
    SaslExchange exchange = begin(mechanism);
    SaslStep first = exchange.start(bytes(client.first()));
    if (!(first instanceof SaslStep.Challenge)) {
      return first;
    }
    SaslStep second = exchange.respond(bytes(client.last(challenge(first))));
    if (!(second instanceof SaslStep.Challenge)) {
      return second;
    }
    assertThat(challenge(second)).isEqualTo(client.expectedServerFinal());
    return exchange.respond(NO_BINDING);
  }

  @Test
  void scramWithAndWithoutChannelBinding() {
    assertThat(scram("SCRAM-SHA-256", "n,,", NO_BINDING, "pän cil"))
        .isInstanceOf(SaslStep.LoggedIn.class);
    assertThat(scram("SCRAM-SHA-256-PLUS", "p=tls-exporter,,", EXPORTER, "pän cil"))
        .isInstanceOf(SaslStep.LoggedIn.class);
    assertThat(people.attempts().getLast().mechanism()).isEqualTo("SCRAM-SHA-256-PLUS");
    assertThat(scram("SCRAM-SHA-256", "n,,", NO_BINDING, "wrong"))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
  }

  @Test
  void whoeverSitsInTheMiddleIsTurnedAway() {
    byte[] othersChannel = {9, 9, 9};
    assertThat(scram("SCRAM-SHA-256-PLUS", "p=tls-exporter,,", othersChannel, "pän cil"))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    // The client could bind and was told that the server cannot: somebody took -PLUS away.
    assertThat(scram("SCRAM-SHA-256", "y,,", NO_BINDING, "pän cil"))
        .isInstanceOf(SaslStep.Malformed.class);
    assertThat(scram("SCRAM-SHA-256-PLUS", "n,,", NO_BINDING, "pän cil"))
        .isInstanceOf(SaslStep.Malformed.class);
    assertThat(scram("SCRAM-SHA-256", "p=tls-exporter,,", EXPORTER, "pän cil"))
        .isInstanceOf(SaslStep.Malformed.class);
    assertThat(scram("SCRAM-SHA-256-PLUS", "p=tls-unique,,", EXPORTER, "pän cil"))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n,",
        "n,,n=alice",
        "n,,r=abc,n=alice",
        "n,,m=x,n=alice,r=abc",
        "n,,n=alice,r=abc,m=x",
        "n,,n=alice,r=abc,x=y,m=z",
        "n,,n=al=ice,r=abc",
        "n,,n=al=2cice,r=abc",
        "n,,n=al==2C3Dice,r=abc",
        "n,a=b==2C3D,n=alice,r=abc",
        "n,a=,n=alice,r=abc",
        "F,n,,n=alice,r=abc",
        "n,,n=alice,r=",
        "x,,n=alice,r=abc",
        "p=,,n=alice,r=abc"
      })
  void malformedFirstMessages(String message) {
    assertThat(begin("SCRAM-SHA-256").start(bytes(message))).isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=abc,p=AAAA",
        "c=!!,r=abc,p=AAAA",
        "r=abc,c=biws,p=AAAA",
        "c=biws,r=abc,m=x,p=AAAA"
      })
  void malformedLastMessagesReachNobody(String message) {
    SaslExchange exchange = begin("SCRAM-SHA-256");
    exchange.start(bytes("n,,n=alice,r=abc"));
    assertThat(exchange.respond(bytes(message))).isInstanceOf(SaslStep.Malformed.class);
    assertThat(people.attempts()).isEmpty();
  }

  /** RFC 5802 §5.1: what is not mandatory may be there, and is passed over. */
  @Test
  void optionalExtensionsArePassedOver() {
    SaslExchange exchange = begin("SCRAM-SHA-256");
    assertThat(challenge(exchange.start(bytes("n,,n=alice,r=abc,x=y")))).startsWith("r=abc");
  }

  /** Whoever has proved a password and is not let in after all has still tried once. */
  @Test
  void anExchangeThatEndsAfterTheProofIsNotedOnce() {
    String name = "al=i,ce@example.test";
    ScramClient client =
        new ScramClient("n,,", NO_BINDING, "al=3Di=2Cce@example.test", "pän cil", "abc");
    SaslExchange exchange = begin("SCRAM-SHA-256");
    String first = challenge(exchange.start(bytes(client.first())));
    server.unfinished("SCRAM-SHA-256", context(true, false), exchange);
    assertThat(people.refused()).containsExactly(name + " SCRAM-SHA-256 UNFINISHED");
    challenge(exchange.respond(bytes(client.last(first))));
    server.unfinished("SCRAM-SHA-256", context(true, false), exchange);
    assertThat(people.attempts()).hasSize(1);
    assertThat(people.refused()).hasSize(1);
  }

  @Test
  void nothingFollowsTheEnd() {
    SaslExchange exchange = begin("SCRAM-SHA-256");
    exchange.start(bytes("bad"));
    assertThat(exchange.respond(bytes("n,,n=alice,r=abc"))).isInstanceOf(SaslStep.Malformed.class);
  }
}
