package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.net.Listener;

/** Seeded damage: nothing but the expected answers, whatever comes. */
class MutationTest {
  private static final long SEED = 20260302;
  private static final String PIECES = "a.\r\n\0<>@: =+\"\\%\u00e9";

  @TempDir private Path directory;

  private static byte[] damaged(Random random, String text) {
    StringBuilder out = new StringBuilder(text);
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(out.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> out.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
        case 1 -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(3)));
        case 2 -> out.insert(at, "x.+2B".repeat(random.nextInt(400)));
        default -> out.insert(at, out.substring(at, Math.min(out.length(), at + 40)));
      }
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What a text of the alphabet means, told in another way: null if CR or LF stands alone. */
  private static String expected(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (true) {
      int cr = text.indexOf('\r', at);
      int lf = text.indexOf('\n', at);
      if (cr < 0 && lf < 0 || cr == text.length() - 1 && lf < 0) {
        return "unfinished";
      }
      if (lf != cr + 1 || cr < 0) {
        return "broken";
      }
      String line = text.substring(at, cr);
      if (line.equals(".")) {
        return "over:" + (lf + 1) + ":" + out;
      }
      out.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
      at = lf + 1;
    }
  }

  private static String actual(Random random, byte[] text) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    DotText reader = new DotText(sink, 1_000_000);
    int at = 0;
    while (at < text.length && !reader.isOver()) {
      int to = Math.min(text.length, at + 1 + random.nextInt(7));
      byte[] piece = Arrays.copyOf(text, to);
      at = reader.take(piece, at, to);
      if (at < 0) {
        return "broken";
      }
    }
    return reader.isOver()
        ? "over:" + at + ":" + sink.toString(StandardCharsets.ISO_8859_1)
        : "unfinished";
  }

  @Test
  void dotTextMeansTheSameInAnyPieces() {
    Random random = new Random(SEED);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(
            List.of("a", ".", "\r\n", "\r\n", "\r\n.\r\n", "\r", "\n")
                .get(random.nextInt(random.nextInt(10) == 0 ? 7 : 5)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      assertThat(actual(random, bytes))
          .as("seed %d round %d: %s", SEED, round, text)
          .isEqualTo(expected(text.toString()));
    }
  }

  @Test
  void parsersOfACommandLineAnswerForAnything() {
    Random random = new Random(SEED);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      String line =
          new String(
              damaged(random, "<@a.test,@b.test:\"al ice\"@[IPv6:::1]> BODY=8BITMIME ENVID=a+2B"),
              StandardCharsets.ISO_8859_1);
      var parsed = org.wachtpost.smtp.Path.parse(line);
      if (parsed.isPresent()) {
        read++;
        assertThat(parsed.get().path().localPart().length())
            .isLessThanOrEqualTo(org.wachtpost.smtp.Path.LOCAL_PART_OCTETS);
        Parameters.parse(parsed.get().rest()).ifPresent(map -> assertThat(map).isNotNull());
      }
    }
    assertThat(read).isPositive();
    // As long as a line can be, on the little stack of a session: a recursive match would not end.
    assertThat(Parameters.isXtext("x+2B".repeat(500))).isTrue();
    assertThat(Parameters.isXtext("x".repeat(SmtpSettings.AUTH_LINE_OCTETS))).isTrue();
    assertThat(org.wachtpost.smtp.Path.parse("<" + "a.".repeat(1_000) + "a@b.test>")).isEmpty();
  }

  @Test
  void damagedConversationsEndWithoutAFault() throws Exception {
    Random random = new Random(SEED);
    String conversation =
        "EHLO x\r\nAUTH PLAIN AGFsaWNlAHg=\r\nMAIL FROM:<a@b.test> BODY=8BITMIME SIZE=20\r\n"
            + "RCPT TO:<bob@example.test> NOTIFY=DELAY ORCPT=rfc822;a+2Bb\r\nDATA\r\n"
            + "Subject: x\r\n\r\n..dot\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<all@example.test>\r\n"
            + "BDAT 14\r\nSubject: x\r\n\r\nBDAT 4 LAST\r\nab\r\nRSET\r\nVRFY x\r\nQUIT\r\n";
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN)) {
      Listener listener = world.listen(SmtpRole.MX);
      for (int round = 0; round < 300; round++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
          socket.setSoTimeout(20_000);
          socket.getInputStream().read(); // the greeting has begun: not an early talker
          socket.getOutputStream().write(damaged(random, conversation));
          socket.shutdownOutput();
          String replies =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(replies.substring(replies.indexOf('\n') + 1))
              .as("seed %d round %d", SEED, round)
              .matches("(?:[2-5][0-9]{2}[ -][^\\r\\n]*\\r\\n)*");
        }
        assertThat(world.events.await(SessionEnd.class).how())
            .as("seed %d round %d", SEED, round)
            .isNotIn("fault", "timeout");
      }
    }
  }
}
