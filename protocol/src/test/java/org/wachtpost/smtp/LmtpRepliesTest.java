package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.delivery.MessageGate;

/** RFC 2033 §4.2: after the data a reply for each recipient, whatever became of the message. */
class LmtpRepliesTest {
  @TempDir private Path directory;

  private static void envelope(SmtpClient client) throws IOException {
    assertThat(client.say("MAIL FROM:<a@b.test>")).startsWith("250");
    assertThat(client.say("RCPT TO:<alice@example.test>")).startsWith("250");
    assertThat(client.say("RCPT TO:<bob@example.test>")).startsWith("250");
  }

  private static void expectTwice(SmtpClient client, String reply) throws IOException {
    assertThat(client.line()).startsWith(reply);
    assertThat(client.line()).startsWith(reply);
    assertThat(client.say("NOOP")).startsWith("250");
  }

  @Test
  void tooLargeDataIsRefusedOnceForEachRecipient() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.LMTP))) {
      client.reply();
      client.say("LHLO x");
      envelope(client);
      client.say("DATA");
      client.send("line of the message\r\n".repeat(5_000) + ".\r\n");
      expectTwice(client, "552 5.3.4");
      envelope(client);
      client.send("BDAT 100001 LAST\r\n" + "x".repeat(100_001));
      expectTwice(client, "552 5.3.4");
      envelope(client);
      client.send("BDAT 100001\r\n" + "x".repeat(100_001));
      assertThat(client.line()).startsWith("552 5.3.4");
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(world.inbox(1)).isEmpty();
    }
  }

  @Test
  void dataWithATooLongLineIsRefusedOnceForEachRecipient() throws Exception {
    SmtpSettings usual = SmtpWorld.settings();
    SmtpSettings settings = usual.withLimits(usual.limits().withMessages(3 * 1024 * 1024, 5));
    try (SmtpWorld world = new SmtpWorld(directory, settings, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.LMTP))) {
      String message = "x".repeat(SmtpSettings.TEXT_LINE_OCTETS) + "\r\n";
      client.reply();
      client.say("LHLO x");
      envelope(client);
      client.say("DATA");
      client.send(message + ".\r\n");
      expectTwice(client, "554 5.6.0");
      envelope(client);
      client.send("BDAT " + message.length() + " LAST\r\n" + message);
      expectTwice(client, "554 5.6.0");
    }
  }

  @Test
  void chunkThatCannotBeKeptHasOneReplyUnlessItIsTheLast() throws Exception {
    Path spool = directory.resolve("spool");
    try (SmtpWorld world = new SmtpWorld(spool, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.LMTP))) {
      String large = "a line of the message\r\n".repeat(4_000);
      client.reply();
      client.say("LHLO x");
      Files.delete(spool);
      envelope(client);
      client.send("BDAT " + large.length() + "\r\n" + large);
      assertThat(client.line()).startsWith("452 4.3.1");
      assertThat(client.say("NOOP")).startsWith("250");
      envelope(client);
      client.send("BDAT " + large.length() + " LAST\r\n" + large);
      expectTwice(client, "452 4.3.1");
    }
  }

  /** RFC 2033 §4.2: a server that hands mail on has as many unknown recipients as came in. */
  @Test
  void unknownRecipientsDoNotKeepAMessageFromOthers() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.LMTP))) {
      client.reply();
      client.say("LHLO x");
      client.say("MAIL FROM:<a@b.test>");
      for (int i = 0; i < 30; i++) {
        assertThat(client.say("RCPT TO:<n" + i + "@example.test>")).startsWith("550 5.1.1");
      }
      assertThat(client.say("RCPT TO:<alice@example.test>")).startsWith("250");
      client.say("DATA");
      client.send("Subject: x\r\n\r\n.\r\n");
      assertThat(client.line()).startsWith("250");
      assertThat(world.inbox(1)).hasSize(1);
    }
  }

  /**
   * RFC 3207 §4.2: what the client said before the handshake counts no more, its log-in as well.
   */
  @Test
  void logInBeforeStartTlsIsForgotten() throws Exception {
    SmtpSettings settings = SmtpWorld.settings().withPlaintextOnLoopback(true);
    try (SmtpWorld world = new SmtpWorld(directory, settings, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.SUBMISSION))) {
      client.reply();
      client.say("EHLO x");
      // alice@example.test, correct horse
      String plain = "AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0IGhvcnNl";
      assertThat(client.say("AUTH PLAIN " + plain)).startsWith("235");
      assertThat(client.say("STARTTLS")).startsWith("220");
      client.startTls();
      client.say("EHLO x");
      assertThat(client.say("MAIL FROM:<alice@example.test>")).startsWith("530");
      assertThat(client.say("AUTH PLAIN " + plain)).startsWith("235");
    }
  }
}
