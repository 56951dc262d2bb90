package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Protocol;

class SpoolAndLineTest {
  @TempDir private Path directory;

  private static void envelope(SmtpClient client) throws IOException {
    assertThat(client.say("MAIL FROM:<a@b.test>")).startsWith("250");
    assertThat(client.say("RCPT TO:<bob@example.test>")).startsWith("250");
  }

  private SmtpWorld world(int megabytes) throws IOException {
    SmtpSettings usual = SmtpWorld.settings();
    SmtpSettings settings =
        usual.withLimits(usual.limits().withMessages(megabytes * 1024L * 1024, 5));
    return new SmtpWorld(directory.resolve("spool"), settings, MessageGate.OPEN);
  }

  @Test
  void spoolThatCannotBeWrittenIsTemporaryAndTheSessionGoesOn() throws Exception {
    try (SmtpWorld world = world(3);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.say("EHLO x");
      Files.delete(directory.resolve("spool"));
      String large = "a line of the message\r\n".repeat(20_000);
      envelope(client);
      client.say("DATA");
      client.send(large + ".\r\n");
      assertThat(client.line()).startsWith("452 4.3.1");
      envelope(client);
      client.send("BDAT " + large.length() + " LAST\r\n" + large);
      assertThat(client.line()).startsWith("452 4.3.1");
      Files.createDirectory(directory.resolve("spool"));
      envelope(client);
      client.say("DATA");
      client.send(large + ".\r\n");
      assertThat(client.line()).startsWith("250");
      assertThat(world.inbox(2)).hasSize(1);
    }
  }

  @Test
  void textLinesHaveALimit() throws Exception {
    try (SmtpWorld world = world(3);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.say("EHLO x");
      String longest = "x".repeat(SmtpSettings.TEXT_LINE_OCTETS - 2) + "\r\n";
      for (String line : new String[] {longest, "x" + longest}) {
        String expected = line.equals(longest) ? "250" : "554 5.6.0";
        String message = "Subject: x\r\n\r\n" + line + "y\r\n";
        envelope(client);
        client.say("DATA");
        client.send(message + ".\r\n");
        assertThat(client.line()).startsWith(expected);
        envelope(client);
        client.send("BDAT " + message.length() + " LAST\r\n" + message);
        assertThat(client.line()).startsWith(expected);
      }
      assertThat(world.inbox(2)).hasSize(2);
    }
  }

  /** The server looks only when the client has spoken, so that nothing is left to chance. */
  @Test
  void whoSpeaksBeforeTheGreetingIsTurnedAway() throws Exception {
    try (SmtpWorld world = world(1)) {
      Protocol server = world.server(SmtpRole.MX);
      Protocol late =
          new Protocol() {
            @Override
            public void serve(Connection connection) throws IOException {
              while (!connection.hasEarlyInput()) {
                Thread.onSpinWait();
                Thread.yield();
              }
              server.serve(connection);
            }

            @Override
            public byte[] refusal(Refusal reason) {
              return server.refusal(reason);
            }

            @Override
            public byte[] farewell() {
              return server.farewell();
            }
          };
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (SmtpClient client =
          new SmtpClient(world.network.listen(new Endpoint("smtp", address, false), late))) {
        client.send("HELO spray\r\nMAIL FROM:<a@b.test>\r\n");
        assertThat(client.line()).startsWith("521 mx.example.test ");
        assertThat(client.line()).isEqualTo(SmtpClient.END);
        assertThat(world.events.await(Offence.class).what()).isEqualTo("early-talker");
      }
    }
  }
}
