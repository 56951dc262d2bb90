package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.delivery.MessageGate;

/**
 * Who was to be hidden stays hidden, however the field is written and however the message comes.
 */
class HiddenRecipientsTest {
  /** What must go on, in pieces between which the fields stand that must not. */
  private static final List<String> KEPT =
      List.of(
          "From: \u00c5sa <alice@example.test>\r\n",
          "Subject: bl\u00e5b\u00e4r\r\n Bcc: this is the subject\r\n",
          "X-Bcc: kept\r\nBcc-Note: kept\r\n",
          "Bcc kept, no colon\r\n",
          "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n",
          "");

  private static final List<String> HIDDEN =
      List.of(
          "BCC: carol@elsewhere.test\r\n",
          "bcc\r\n : dave@elsewhere.test\r\n",
          "ReSeNt-BcC:\r\n\t\"\u00c8ve\" <eve@elsewhere.test>,\r\n  frank@elsewhere.test\r\n",
          "Bcc\t :\r\n",
          "Bcc: =?utf-8?q?gr=C3=A9ta?= <gr\u00e9ta@elsewhere.test>\r\n",
          "bCc:heidi@elsewhere.test\r\n");

  /** A message that is attached keeps what its own author wrote. */
  private static final String BODY =
      "\r\nBcc: inside@elsewhere.test\r\nSubject: inner\r\n\r\nBcc: text\n";

  @TempDir private Path directory;

  private static String sent() {
    StringBuilder all = new StringBuilder();
    for (int index = 0; index < KEPT.size(); index++) {
      all.append(HIDDEN.get(index)).append(KEPT.get(index));
    }
    return all.append(BODY).toString();
  }

  private static SmtpClient loggedIn(SmtpWorld world) throws Exception {
    SmtpClient client = new SmtpClient(world.listen(SmtpRole.SUBMISSIONS));
    client.reply();
    client.say("EHLO client.test");
    String secret = "\0alice@example.test\0" + SmtpWorld.PASSWORD;
    String response =
        Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.US_ASCII));
    assertThat(client.say("AUTH PLAIN " + response)).startsWith("235");
    return client;
  }

  private static void holdsWhatMayBeKnown(SmtpWorld world, String rest) throws Exception {
    String queued =
        new String(
            world.outbox.content(world.queued().getFirst(), 0).readAllBytes(),
            StandardCharsets.UTF_8);
    for (String copy : List.of(queued, world.inbox(2).getFirst())) {
      assertThat(copy).endsWith("\r\n" + rest);
      String before = copy.substring(0, copy.length() - rest.length());
      assertThat(before).doesNotContainIgnoringCase("bcc").doesNotContain("@elsewhere.test>,");
    }
  }

  /** The chunks are cut within a name and within a character. */
  @Test
  void inChunksAsBinaryWithUtf8() throws Exception {
    byte[] message = sent().getBytes(StandardCharsets.UTF_8);
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = loggedIn(world)) {
      assertThat(client.say("MAIL FROM:<alice@example.test> BODY=BINARYMIME SMTPUTF8"))
          .startsWith("250");
      assertThat(client.say("RCPT TO:<bob@example.test>")).startsWith("250");
      assertThat(client.say("RCPT TO:<carol@elsewhere.test>")).startsWith("250");
      int[] cuts = {0, 2, sent().indexOf("\u00c5sa") + 1, 90, message.length};
      for (int index = 1; index < cuts.length; index++) {
        byte[] chunk = Arrays.copyOfRange(message, cuts[index - 1], cuts[index]);
        boolean last = index == cuts.length - 1;
        client.send("BDAT " + chunk.length + (last ? " LAST" : "") + "\r\n");
        client.send(chunk);
        assertThat(client.reply()).startsWith("250");
      }
      holdsWhatMayBeKnown(world, String.join("", KEPT) + BODY);
    }
  }

  @Test
  void aHeaderWithoutABody() throws Exception {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
        SmtpClient client = loggedIn(world)) {
      client.say("MAIL FROM:<alice@example.test>");
      client.say("RCPT TO:<bob@example.test>");
      client.say("RCPT TO:<carol@elsewhere.test>");
      client.say("DATA");
      client.send("From: alice@example.test\r\nBcc: carol@elsewhere.test\r\n.\r\n");
      assertThat(client.reply()).startsWith("250");
      holdsWhatMayBeKnown(world, "From: alice@example.test\r\n");
    }
  }
}
