package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.NetworkSettings.Waits;

/** Connections that the server ends (RFC 9051 §7.1.5). */
class FarewellTest {
  private static final Waits HASTY =
      new Waits(Duration.ofSeconds(9), Duration.ofSeconds(9), Duration.ofMillis(50));

  /** It waited for DONE, and the client for the end; after DONE it said BYE again. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoIsIdleInAMailboxThatIsDeletedIsToldOnceAndEnded(boolean tls) {
    try (ImapFixture server = new ImapFixture();
        ImapClient other = server.logIn();
        ImapClient client = tls ? server.connectTls() : server.logIn()) {
      if (tls) {
        client.ok("LOGIN " + ImapFixture.NAME + " " + ImapFixture.PASSWORD);
      }
      other.ok("CREATE Work");
      client.ok("SELECT Work");
      client.send("i IDLE");
      assertThat(client.line()).isEqualTo("+ idling");
      other.ok("DELETE Work");
      assertThat(client.line()).isEqualTo("* BYE [NONEXISTENT] selected mailbox was deleted");
      assertThat(client.lineOrEnd()).isNull();
    }
  }

  /** Between two commands it was told twice, in IDLE too. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsWhenTheServerEndsIsToldSoOnce(boolean tls) throws Exception {
    try (ImapFixture fixture = new ImapFixture()) {
      Network network = network(fixture);
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (Listener imap = network.listen(new Endpoint("imap", address, tls), fixture.server());
          ImapClient idle = loggedIn(imap, tls ? ImapFixture.TLS.client() : null);
          ImapClient waiting = loggedIn(imap, tls ? ImapFixture.TLS.client() : null)) {
        idle.send("i IDLE");
        assertThat(idle.line()).isEqualTo("+ idling");
        network.close();
        assertThat(idle.line()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down");
        assertThat(idle.lineOrEnd()).isNull();
        assertThat(waiting.line()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down");
        assertThat(waiting.lineOrEnd()).isNull();
      }
    }
  }

  private static Network network(ImapFixture fixture) {
    return new Network(
        NetworkSettings.DEFAULT.withWaits(HASTY),
        ImapFixture.TLS.server(),
        fixture.events,
        InstantSource.system(),
        new Random(1));
  }

  @Test
  void whoAppendsWhenTheServerEndsIsToldSo() throws Exception {
    try (ImapFixture fixture = new ImapFixture()) {
      Network network = network(fixture);
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (Listener plain = network.listen(new Endpoint("imap", address, false), fixture.server());
          Listener secure = network.listen(new Endpoint("imap", address, true), fixture.server());
          ImapClient client = halfway(plain, null);
          ImapClient other = halfway(secure, ImapFixture.TLS.client())) {
        network.close();
        assertThat(client.line()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down");
        assertThat(client.lineOrEnd()).isNull();
        assertThat(other.line()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down");
        assertThat(other.lineOrEnd()).isNull();
      }
    }
  }

  private static ImapClient halfway(Listener listener, @Nullable SSLContext tls) {
    ImapClient client = loggedIn(listener, tls);
    client.send("a APPEND INBOX {1000}");
    assertThat(client.line()).isEqualTo("+ go ahead");
    client.send("Subject: half");
    return client;
  }

  private static ImapClient loggedIn(Listener listener, @Nullable SSLContext tls) {
    ImapClient client = new ImapClient(listener.port(), tls);
    client.greeting();
    client.ok("LOGIN " + ImapFixture.NAME + " " + ImapFixture.PASSWORD);
    return client;
  }
}
