package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.NetworkSettings.Waits;

/** Clients that are in the middle of something when the server ends (RFC 5321 §3.8). */
class ShutdownTest {
  private static final Waits HASTY =
      new Waits(Duration.ofSeconds(9), Duration.ofSeconds(9), Duration.ofMillis(50));

  @TempDir private Path directory;

  private static Network network(SmtpWorld world) {
    return new Network(
        NetworkSettings.DEFAULT.withWaits(HASTY),
        SmtpWorld.TLS.server(),
        world.events,
        InstantSource.system(),
        new Random(1));
  }

  private static Listener listen(Network network, SmtpWorld world, SmtpRole role) throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    boolean tls = role == SmtpRole.SUBMISSIONS;
    return network.listen(new Endpoint("smtp", address, tls), world.server(role));
  }

  @ParameterizedTest
  @EnumSource(
      value = SmtpRole.class,
      names = {"MX", "LMTP"})
  void dataThatIsNotWholeIsAnsweredWith421(SmtpRole role) throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN)) {
      Network network = network(world);
      try (Listener listener = listen(network, world, role);
          SmtpClient client = new SmtpClient(listener)) {
        assertThat(client.reply()).startsWith("220 ");
        client.say(role == SmtpRole.LMTP ? "LHLO there.test" : "EHLO there.test");
        client.say("MAIL FROM:<bob@elsewhere.test>");
        assertThat(client.say("RCPT TO:<alice@example.test>")).startsWith("250 ");
        assertThat(client.say("DATA")).startsWith("354 ");
        client.send("Subject: half\r\n\r\na mess");
        network.close();
        assertThat(client.line()).isEqualTo("421 4.3.2 mx.example.test Server shuts down");
        assertThat(client.line()).isEqualTo(SmtpClient.END);
        assertThat(world.inbox(1)).isEmpty();
      }
    }
  }

  @Test
  void aChunkAndALogInThatAreNotWholeAreAnsweredWith421() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN)) {
      Network network = network(world);
      try (Listener mx = listen(network, world, SmtpRole.MX);
          Listener submissions = listen(network, world, SmtpRole.SUBMISSIONS);
          SmtpClient sender = new SmtpClient(mx);
          SmtpClient writer = new SmtpClient(submissions)) {
        assertThat(sender.reply()).startsWith("220 ");
        sender.say("EHLO there.test");
        sender.say("MAIL FROM:<bob@elsewhere.test>");
        sender.say("RCPT TO:<alice@example.test>");
        sender.send("BDAT 1000 LAST\r\nSubject: half\r\n");
        assertThat(writer.reply()).startsWith("220 ");
        writer.say("EHLO here.test");
        assertThat(writer.say("AUTH PLAIN")).startsWith("334");
        network.close();
        assertThat(sender.line()).isEqualTo("421 4.3.2 mx.example.test Server shuts down");
        assertThat(sender.line()).isEqualTo(SmtpClient.END);
        assertThat(writer.line()).startsWith("501 ");
        assertThat(writer.line()).isEqualTo("421 4.3.2 mx.example.test Server shuts down");
        assertThat(writer.line()).isEqualTo(SmtpClient.END);
        assertThat(world.inbox(1)).isEmpty();
      }
    }
  }
}
