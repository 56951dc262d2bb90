package org.wachtpost.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DirectoryAuthenticator;
import org.wachtpost.directory.Scope;
import org.wachtpost.store.memory.MemoryStore;

/** SCRAM with the credentials of a real directory. */
class ScramDirectoryTest {
  private static final String ALICE = "alice@example.test";
  private static final Origin ORIGIN =
      new Origin("test", InetAddress.getLoopbackAddress(), 1, 2, "s");

  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = () -> Instant.parse("2026-03-02T08:00:00Z");
  private final Directory.Actor actor = new Directory.Actor("cli", ORIGIN);
  private final Directory directory =
      new Directory(
          new Accounts(store, clock, new Random(1)), clock, new SecureRandom(), event -> {});
  private final SaslServer server =
      new SaslServer(
          new DirectoryAuthenticator(
              directory, clock, new SecureRandom(), event -> {}, new byte[] {1}),
          new Random(2));

  @AfterEach
  void close() {
    store.close();
  }

  private SaslStep scram(Scope scope, String name, String password) {
    SaslContext context = new SaslContext(ORIGIN, scope, "TLSv1.3 X", "client", Map.of(), false);
    ScramClient client = new ScramClient("n,,", new byte[0], name, password, "abc");
    SaslExchange exchange = server.begin("SCRAM-SHA-256", context).orElseThrow();
    String first = text(exchange.start(bytes(client.first())));
    SaslStep step = exchange.respond(bytes(client.last(first)));
    if (!(step instanceof SaslStep.Challenge)) {
      return step;
    }
    assertThat(text(step)).isEqualTo(client.expectedServerFinal());
    return exchange.respond(new byte[0]);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(SaslStep step) {
    assertThat(step).isInstanceOf(SaslStep.Challenge.class);
    return new String(((SaslStep.Challenge) step).data(), StandardCharsets.UTF_8);
  }

  @Test
  void theAccountsPasswordAndItsAppPasswordsServeOneExchange() {
    directory.addDomain(actor, "example.test");
    directory.addAccount(actor, ALICE, "Alice", "correct horse");
    String phone = directory.addAppPassword(actor, ALICE, "phone", Set.of(Scope.IMAP), null);
    String tablet = directory.addAppPassword(actor, ALICE, "tablet", Set.of(Scope.SMTP), null);
    for (String password : new String[] {"correct horse", phone}) {
      assertThat(scram(Scope.IMAP, ALICE, password)).isInstanceOf(SaslStep.LoggedIn.class);
    }
    assertThat(scram(Scope.IMAP, ALICE, tablet)).isEqualTo(new SaslStep.Rejected(Reason.SCOPE));
    assertThat(scram(Scope.SMTP, ALICE, tablet)).isInstanceOf(SaslStep.LoggedIn.class);
    directory.setPassword(actor, ALICE, "battery staple");
    assertThat(scram(Scope.SMTP, ALICE, tablet)).isInstanceOf(SaslStep.LoggedIn.class);
    assertThat(scram(Scope.SMTP, ALICE, "correct horse"))
        .isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    directory.removeAppPassword(actor, ALICE, "tablet");
    assertThat(scram(Scope.SMTP, ALICE, tablet)).isEqualTo(new SaslStep.Rejected(Reason.PASSWORD));
    assertThat(scram(Scope.SMTP, "nobody@example.test", phone))
        .isInstanceOf(SaslStep.Rejected.class);
  }
}
