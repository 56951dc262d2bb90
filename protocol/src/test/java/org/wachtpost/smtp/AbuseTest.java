package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.delivery.MessageGate;

class AbuseTest {
  @TempDir private Path directory;

  private static void envelope(SmtpClient client, String recipient) throws Exception {
    client.reply();
    client.say("HELO x");
    assertThat(client.say("MAIL FROM:<a@b.test>")).startsWith("250");
    assertThat(client.say("RCPT TO:<" + recipient + ">")).startsWith("250");
  }

  /** The published variants of a false end of data (2023, CVE-2023-51764, -51765, -51766). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\n\n.\r\n",
        "\r\n\0.\n",
        "\r\n.\r\r\n",
        "\n.\r",
        "\r\r\n.\r\n"
      })
  void smugglingEndsTheSession(String falseEnd) throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      envelope(client, "bob@example.test");
      assertThat(client.say("DATA")).startsWith("354");
      client.send(
          "Subject: outer\r\n\r\nx"
              + falseEnd
              + "MAIL FROM:<admin@example.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n"
              + "Subject: smuggled\r\n\r\n.\r\n");
      assertThat(client.line()).startsWith("521 5.5.2");
      assertThat(client.line()).isEqualTo(SmtpClient.END);
      assertThat(world.events.await(Offence.class).what()).isEqualTo("bare-line-end");
      assertThat(world.inbox(1)).isEmpty();
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  @Test
  void bareLineFeedInCommandEndsTheSession() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.send("HELO x\nNOOP\r\n");
      assertThat(client.line()).startsWith("521");
      assertThat(client.line()).isEqualTo(SmtpClient.END);
    }
  }

  @Test
  void tooLargeDataIsReadAndRefusedAndTheSessionGoesOn() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      envelope(client, "bob@example.test");
      client.say("DATA");
      client.send("line of the message\r\n".repeat(5_000) + ".\r\n");
      assertThat(client.line()).startsWith("552 5.3.4");
      assertThat(client.say("MAIL FROM:<a@b.test>")).startsWith("250");
      assertThat(client.say("RCPT TO:<bob@example.test>")).startsWith("250");
      client.send("BDAT 100001 LAST\r\n" + "x".repeat(100_001));
      assertThat(client.line()).startsWith("552 5.3.4");
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  @Test
  void slowCommandEndsWithATimeout() throws Exception {
    SmtpSettings hasty =
        SmtpWorld.settings()
            .withWaits(
                new SmtpSettings.Waits(
                    Duration.ZERO,
                    Duration.ofSeconds(20),
                    Duration.ofMillis(200),
                    Duration.ofMillis(200)));
    try (SmtpWorld world = new SmtpWorld(directory, hasty, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.send("HELO ");
      assertThat(client.line()).startsWith("421 4.4.2");
      assertThat(world.events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  @Test
  void slowDataEndsWithATimeout() throws Exception {
    SmtpSettings hasty =
        SmtpWorld.settings()
            .withWaits(
                new SmtpSettings.Waits(
                    Duration.ZERO,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofMillis(200)));
    try (SmtpWorld world = new SmtpWorld(directory, hasty, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      envelope(client, "bob@example.test");
      client.say("DATA");
      client.send("Subject: half\r\n");
      assertThat(client.line()).startsWith("421 4.4.2");
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  private static SmtpSettings pausing(Duration pause, boolean limitLoopback) {
    return SmtpWorld.settings()
        .withLimits(new SmtpSettings.Limits(100_000, 5, 100, 10, 4, 6_000, limitLoopback))
        .withWaits(SmtpWorld.PATIENT.withGreeting(pause));
  }

  @Test
  void whoSpeaksWhileTheGreetingWaitsIsTurnedAway() throws Exception {
    try (SmtpWorld world =
            new SmtpWorld(directory, pausing(Duration.ofSeconds(20), true), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.send("EHLO spray\r\n");
      assertThat(client.line()).startsWith("521 mx.example.test ");
      assertThat(client.line()).isEqualTo(SmtpClient.END);
      assertThat(world.events.await(Offence.class).what()).isEqualTo("early-talker");
    }
  }

  @Test
  void whoWaitsIsGreetedAfterThePauseAndTheSessionHasItsTime() throws Exception {
    try (SmtpWorld world =
            new SmtpWorld(directory, pausing(Duration.ofMillis(50), true), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      envelope(client, "bob@example.test");
      client.say("DATA");
      client.send("Subject: patient\r\n\r\n.\r\n");
      assertThat(client.line()).startsWith("250");
    }
  }

  /** A pause longer than the client would wait for a line shows that there is none. */
  @Test
  void thisMachineAndSubmissionDoNotWaitForTheGreeting() throws Exception {
    try (SmtpWorld world =
        new SmtpWorld(directory, pausing(Duration.ofHours(1), false), MessageGate.OPEN)) {
      for (SmtpRole role : List.of(SmtpRole.MX, SmtpRole.SUBMISSION, SmtpRole.LMTP)) {
        try (SmtpClient client = new SmtpClient(world.listen(role))) {
          assertThat(client.line()).startsWith("220");
        }
      }
    }
  }

  @Test
  void tooManyCommandsFromAnAddress() throws Exception {
    SmtpSettings strict =
        SmtpWorld.settings().withLimits(new SmtpSettings.Limits(100_000, 5, 100, 10, 4, 3, true));
    try (SmtpWorld world = new SmtpWorld(directory, strict, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(client.say("NOOP")).startsWith("421 4.7.0");
      assertThat(client.line()).isEqualTo(SmtpClient.END);
      assertThat(world.events.await(Offence.class).what()).isEqualTo("command-rate");
    }
  }

  @Test
  void longCommandLineIsRefusedAndSkipped() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      assertThat(client.say("NOOP " + "x".repeat(SmtpSettings.LINE_OCTETS)))
          .startsWith("500 5.5.2");
      assertThat(client.say("NOOP")).startsWith("250");
    }
  }

  /** Every end without QUIT was told as one with it. */
  @ParameterizedTest
  @CsvSource({
    "'', closed",
    "'EHLO x\r\n', closed",
    "'EHLO x\r\nNOO', closed",
    "'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nhalf', closed",
    "'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nBDAT 9\r\nx', closed",
    "'EHLO x\r\nQUIT\r\n', quit"
  })
  void howASessionEndsIsTold(String said, String how) throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN)) {
      try (SmtpClient client = new SmtpClient(world.listen(SmtpRole.LMTP))) {
        client.reply();
        client.send(said.replace("EHLO", "LHLO"));
        client.socket().shutdownOutput();
        while (!client.line().equals(SmtpClient.END)) {
          // replies
        }
      }
      assertThat(world.events.await(SessionEnd.class).how()).isEqualTo(how);
    }
  }

  /** RFC 4954 §6 has a code of its own for it, and the exchange is over. */
  @Test
  void longLineInALogInIsRefusedAndSkipped() throws Exception {
    SmtpSettings settings = SmtpWorld.settings().withPlaintextOnLoopback(true);
    try (SmtpWorld world = new SmtpWorld(directory, settings, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.SUBMISSION))) {
      client.reply();
      client.say("EHLO x");
      assertThat(client.say("AUTH PLAIN")).startsWith("334");
      assertThat(client.say("A".repeat(SmtpSettings.AUTH_LINE_OCTETS))).startsWith("500 5.5.6");
      assertThat(client.say("NOOP")).startsWith("250");
      assertThat(world.people.refused()).containsExactly(" PLAIN UNFINISHED");
    }
  }

  @Test
  void loopsAreRefused() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      envelope(client, "bob@example.test");
      client.say("DATA");
      // RFC 5321 §6.3: at least 100 are no loop yet.
      client.send("Received: by x; now\r\n".repeat(101) + "\r\n.\r\n");
      assertThat(client.line()).startsWith("554 5.4.6");
      client.say("MAIL FROM:<a@b.test>");
      client.say("RCPT TO:<alice@example.test>");
      client.say("DATA");
      client.send("Received: by x; now\r\n".repeat(100) + "\r\n.\r\n");
      assertThat(client.line()).startsWith("250");
      client.say("MAIL FROM:<a@b.test>");
      client.say("RCPT TO:<bob@example.test>");
      client.say("DATA");
      client.send("Delivered-To: BOB@example.test\r\n\r\n.\r\n");
      assertThat(client.line()).startsWith("554 5.4.6");
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  @Test
  void relayAttemptsAreRecorded() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.say("HELO x");
      client.say("MAIL FROM:<a@b.test>");
      assertThat(client.say("RCPT TO:<v@elsewhere.test>")).startsWith("550 5.7.1");
      Offence offence = world.events.await(Offence.class);
      assertThat(List.of(offence.what(), offence.detail()))
          .containsExactly("relay-attempt", "v@elsewhere.test");
      assertThat(world.queued()).isEmpty();
    }
  }

  /** Probing for names and mechanisms leaves its traces, like guessing passwords. */
  @Test
  void logInsThatComeToNoEndAreNoted() throws Exception {
    SmtpSettings settings = SmtpWorld.settings().withPlaintextOnLoopback(true);
    try (SmtpWorld world = new SmtpWorld(directory, settings, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.SUBMISSION))) {
      client.reply();
      client.say("EHLO x");
      client.say("AUTH CRAM-MD5");
      client.say("AUTH LOGIN");
      client.say("Ym9i");
      assertThat(client.say("*")).startsWith("501");
      client.say("AUTH SCRAM-SHA-256 biwsbj1ib2Iscj1hYmM="); // n,,n=bob,r=abc
      assertThat(client.say("AAAA")).startsWith("501");
      client.say("AUTH PLAIN YQBib2I="); // a and bob, no password
      assertThat(client.say("AUTH PLAIN AGJvYgB4")).startsWith("535");
      assertThat(world.people.refused())
          .containsExactly(
              " CRAM-MD5 MECHANISM",
              "bob LOGIN UNFINISHED",
              "bob SCRAM-SHA-256 UNFINISHED",
              " PLAIN UNFINISHED");
    }
  }

  /** Whoever guesses passwords tries port 25 as well, where nobody logs in. */
  @Test
  void logInsWhereThereAreNoneAreNoted() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.MX))) {
      client.reply();
      client.say("EHLO x");
      assertThat(client.say("AUTH LOGIN Ym9i")).startsWith("502");
      assertThat(world.people.refused()).containsExactly(" LOGIN MECHANISM");
    }
  }

  /** RFC 4954 §4: 501 5.5.2 to what is not Base64, and so also to what is no text. */
  @Test
  void answersThatAreNoTextAreNoBase64() throws Exception {
    SmtpSettings settings = SmtpWorld.settings().withPlaintextOnLoopback(true);
    try (SmtpWorld world = new SmtpWorld(directory, settings, MessageGate.OPEN);
        SmtpClient client = new SmtpClient(world.listen(SmtpRole.SUBMISSION))) {
      client.reply();
      client.say("EHLO x");
      client.say("AUTH PLAIN");
      client.send(new byte[] {(byte) 0xff, '\r', '\n'});
      assertThat(client.reply()).startsWith("501 5.5.2 Not base64");
    }
  }
}
