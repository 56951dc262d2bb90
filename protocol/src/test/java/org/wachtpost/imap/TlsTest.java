package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.sasl.ScramClient;

/** TLS from the first byte and by STARTTLS, and what may be said without it. */
class TlsTest {
  @Test
  void withoutTlsNoPasswordIsTaken() {
    try (ImapFixture server = new ImapFixture(ImapLimits.STANDARD, false);
        ImapClient client = server.connect()) {
      String capabilities = client.ok("CAPABILITY").getFirst();
      assertThat(capabilities).contains(" STARTTLS", " LOGINDISABLED").doesNotContain("AUTH=");
      assertThat(client.answer("LOGIN alice@example.test secret"))
          .startsWith("NO [PRIVACYREQUIRED]");
      assertThat(client.answer("LOGIN alice@example.test {6}")).startsWith("NO [PRIVACYREQUIRED]");
      assertThat(client.answer("LOGIN alice@example.test {6+}\r\nsecret"))
          .startsWith("NO [PRIVACYREQUIRED]");
      assertThat(client.answer("AUTHENTICATE PLAIN")).startsWith("NO [PRIVACYREQUIRED]");
      assertThat(server.people.attempts()).isEmpty();
    }
  }

  @Test
  void startTlsBeginsTls() throws InterruptedException {
    try (ImapFixture server = new ImapFixture(ImapLimits.STANDARD, false)) {
      try (ImapClient client = server.connect()) {
        assertThat(client.answer("STARTTLS")).startsWith("OK ");
        client.startTls(ImapFixture.TLS.client());
        String capabilities = client.ok("CAPABILITY").getFirst();
        assertThat(capabilities)
            .contains("AUTH=SCRAM-SHA-256-PLUS")
            .doesNotContain("STARTTLS", "LOGINDISABLED");
        client.ok("ID (\"name\" \"tester\")");
        client.ok("LOGIN alice@example.test secret");
        assertThat(client.answer("STARTTLS")).startsWith("BAD ");
        client.ok("LOGOUT");
      }
      assertThat(server.people.attempts().getFirst().tls()).startsWith("TLSv1.");
      SessionEnd end = server.events.await(SessionEnd.class);
      assertThat(end.account()).isEqualTo(ImapFixture.NAME);
      assertThat(end.client()).isEqualTo("tester");
      assertThat(end.how()).isEqualTo("quit");
      assertThat(end.counts().commands()).isEqualTo(6);
      assertThat(end.counts().failed()).isEqualTo(1);
    }
  }

  @Test
  void whatIsPipelinedBehindStartTlsIsThrownAway() throws InterruptedException {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      client.send("x STARTTLS\r\ny LOGIN alice@example.test secret");
      assertThat(client.line()).startsWith("x OK ");
      client.startTls(ImapFixture.TLS.client());
      assertThat(client.command("NOOP")).containsExactly("OK done");
      assertThat(client.answer("SELECT INBOX")).startsWith("BAD ");
      assertThat(server.people.attempts()).isEmpty();
      assertThat(server.events.await(Offence.class).what()).isEqualTo("starttls-injection");
    }
  }

  @Test
  void scramPlusIsBoundToTheConnection() throws Exception {
    try (ImapFixture server = new ImapFixture(ImapLimits.STANDARD, false);
        ImapClient client = server.connectTls()) {
      SSLSocket socket = (SSLSocket) client.socket();
      byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
      byte[] binding = MessageDigest.getInstance("SHA-256").digest(certificate);
      ScramClient scram =
          new ScramClient(
              "p=tls-server-end-point,,", binding, ImapFixture.NAME, ImapFixture.PASSWORD, "abc");
      client.send("x AUTHENTICATE SCRAM-SHA-256-PLUS " + base64(scram.first()));
      String last = scram.last(unbase64(client.line()));
      client.send(base64(last));
      assertThat(unbase64(client.line())).isEqualTo(scram.expectedServerFinal());
      client.send("");
      assertThat(client.line()).startsWith("x OK [CAPABILITY ");
      client.ok("SELECT INBOX");
      assertThat(server.events.await(Connected.class).implicitTls()).isTrue();
    }
  }

  @Test
  void authenticationMayBeCalledOffAndTriedAgain() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      client.send("x AUTHENTICATE PLAIN");
      assertThat(client.line()).isEqualTo("+ ");
      client.send("*");
      assertThat(client.line()).startsWith("x BAD ");
      client.send("y AUTHENTICATE PLAIN not-base64!");
      assertThat(client.line()).startsWith("y BAD ");
      client.send("y AUTHENTICATE PLAIN "); // a space too many says nothing
      assertThat(client.line()).isEqualTo("+ ");
      client.send("*");
      assertThat(client.line()).startsWith("y BAD ");
      client.send("z AUTHENTICATE LOGIN");
      for (String answer : List.of(ImapFixture.NAME, ImapFixture.PASSWORD)) {
        assertThat(client.line()).startsWith("+ ");
        client.send(base64(answer));
      }
      assertThat(client.line()).startsWith("z OK ");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String unbase64(String line) {
    assertThat(line).startsWith("+ ");
    byte[] bytes = Base64.getDecoder().decode(line.substring(2));
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
