package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.delivery.Outcome;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.Quota;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.QueuedMessage;
import org.wachtpost.queue.QueuedRecipient;
import org.wachtpost.sasl.ScramClient;
import org.wachtpost.store.AccountId;

class DeliveryOverSmtpTest {
  private static final String MESSAGE = "Subject: x\r\n\r\n.hidden dot\r\n";

  @TempDir private Path directory;

  private SmtpWorld world() throws Exception {
    return new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN);
  }

  private static String transaction(SmtpClient client, String from, String message, String... to)
      throws Exception {
    assertThat(client.say("MAIL FROM:<" + from + ">")).startsWith("250");
    for (String recipient : to) {
      assertThat(client.say("RCPT TO:<" + recipient + ">")).startsWith("250");
    }
    assertThat(client.say("DATA")).startsWith("354");
    client.send(message.replace("\r\n.", "\r\n..") + ".\r\n");
    return client.line();
  }

  private static SmtpClient greeted(SmtpWorld world, SmtpRole role) throws Exception {
    SmtpClient client = new SmtpClient(world.listen(role));
    client.reply();
    client.say((role == SmtpRole.LMTP ? "LHLO" : "EHLO") + " client.test");
    return client;
  }

  @Test
  void traceFieldsGoBeforeTheBytesAsTheyCame() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      assertThat(transaction(client, "a@b.test", MESSAGE, "bob@example.test")).startsWith("250");
      String stored = world.inbox(2).getFirst();
      assertThat(stored)
          .startsWith(
              "Return-Path: <a@b.test>\r\nDelivered-To: bob@example.test\r\n"
                  + "Received: from client.test ([127.0.0.1])\r\n\tby mx.example.test (Wachtpost)"
                  + " with ESMTP id ")
          .contains("\r\n\tfor <bob@example.test>;\r\n\tMon, 2 Mar 2026 09:30:00 +0000\r\n")
          .endsWith("+0000\r\n" + MESSAGE);
    }
  }

  @Test
  void returnPathOfOthersIsLeftOut() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      String forged = "Return-Path: <bob@example.test>\r\nreturn-path : <>\r\n" + MESSAGE;
      assertThat(transaction(client, "a@b.test", forged, "bob@example.test")).startsWith("250");
      String stored = world.inbox(2).getFirst();
      assertThat(stored).startsWith("Return-Path: <a@b.test>\r\n").endsWith("+0000\r\n" + MESSAGE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bücher.test|xn--bcher-kva.test",
        "jürgen.test;x,<y>|j?rgen.test?x??y?",
        "a(b);c|a?b??c",
        "[IPv6:2001:db8::1]|[IPv6:2001:db8::1]"
      })
  void nameInTheGreetingCannotEndTheClauseItStandsIn(String said, String told) throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      assertThat(client.say("EHLO " + said)).startsWith("250");
      assertThat(transaction(client, "a@b.test", MESSAGE, "bob@example.test")).startsWith("250");
      assertThat(world.inbox(2).getFirst())
          .contains("\r\nReceived: from " + told + " ([127.0.0.1])\r\n");
    }
  }

  /** RFC 6533 §3: the next host may not know SMTPUTF8. */
  @Test
  void originalRecipientIsPassedOnInAscii() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      client.say("MAIL FROM:<a@b.test> SMTPUTF8");
      client.say("RCPT TO:<away@example.test> ORCPT=UTF-8;jürgen+x@b.test");
      client.say("DATA");
      client.send(MESSAGE.replace("\r\n.", "\r\n..") + ".\r\n");
      assertThat(client.line()).startsWith("250");
      assertThat(world.outbox.recipients(world.queued().getFirst().id()))
          .extracting(each -> each.recipient().originalRecipient())
          .containsExactly("UTF-8;j\\x{FC}rgen+x@b.test");
    }
  }

  @Test
  void requireTlsGoesOnWithWhatIsPassedOn() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      client.say("STARTTLS");
      client.startTls();
      client.say("EHLO client.test");
      assertThat(client.say("MAIL FROM:<a@b.test> REQUIRETLS")).startsWith("250");
      assertThat(client.say("RCPT TO:<away@example.test>")).startsWith("250");
      assertThat(client.say("DATA")).startsWith("354");
      client.send(MESSAGE.replace("\r\n.", "\r\n..") + ".\r\n");
      assertThat(client.line()).startsWith("250");
      assertThat(world.queued().getFirst().options().requireTls()).isTrue();
      transaction(client, "a@b.test", MESSAGE, "away@example.test");
      assertThat(world.queued())
          .extracting(queued -> queued.options().requireTls())
          .containsExactlyInAnyOrder(true, false);
    }
  }

  @Test
  void tlsShowsInTheTrace() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      client.say("STARTTLS");
      client.startTls();
      client.say("EHLO client.test");
      transaction(client, "a@b.test", MESSAGE, "bob@example.test");
      assertThat(world.inbox(2).getFirst())
          .containsPattern(
              "\r\n\t\\(using TLSv1.3\\)\r\n\tby mx.example.test \\(Wachtpost\\) with ESMTPS"
                  + " id \\S+\r\n\tfor <bob@example.test>\r\n\ttls TLS_[A-Z0-9_]+;"
                  + "\r\n\tMon, ");
    }
  }

  @Test
  void groupAndItsMemberGetOneCopyEachAndTheOutsiderGoesToTheOutbox() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      assertThat(transaction(client, "a@b.test", MESSAGE, "all@example.test", "bob@example.test"))
          .startsWith("250");
      assertThat(world.inbox(1)).hasSize(1);
      assertThat(world.inbox(2)).hasSize(1);
      QueuedMessage queued = world.queued().getFirst();
      assertThat(queued.sender()).isEqualTo("a@b.test");
      assertThat(queued.origin()).isNull();
      assertThat(world.outbox.recipients(queued.id()).getFirst().recipient().address())
          .isEqualTo("friend@elsewhere.test");
    }
  }

  @Test
  void submissionWithScramPlusGoesToTheOutboxWithEverythingAskedFor() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.SUBMISSIONS)) {
      var session =
          (javax.net.ssl.ExtendedSSLSession)
              ((javax.net.ssl.SSLSocket) client.socket()).getSession();
      byte[] binding =
          session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
      ScramClient scram =
          new ScramClient(
              "p=tls-exporter,,", binding, "alice@example.test", SmtpWorld.PASSWORD, "nonce");
      String first = client.say("AUTH SCRAM-SHA-256-PLUS " + base64(scram.first()));
      String last = client.say(base64(scram.last(plain(first))));
      assertThat(plain(last)).isEqualTo(scram.expectedServerFinal());
      assertThat(client.say("")).startsWith("235");
      assertThat(client.say("MAIL FROM:<alice@example.test> BODY=8BITMIME RET=HDRS ENVID=e1"))
          .startsWith("250");
      assertThat(
              client.say("RCPT TO:<f@elsewhere.test> NOTIFY=SUCCESS ORCPT=rfc822;f@elsewhere.test"))
          .startsWith("250");
      client.say("DATA");
      client.send("From: alice@example.test\r\n\r\nhello\r\n.\r\n");
      assertThat(client.line()).startsWith("250");
      QueuedMessage queued = world.queued().getFirst();
      assertThat(queued.origin()).isEqualTo(AccountId.person(1));
      assertThat(queued.options().body()).isEqualTo(BodyType.EIGHT_BIT_MIME);
      assertThat(queued.options().ret()).isEqualTo("HDRS");
      assertThat(queued.options().envid()).isEqualTo("e1");
      QueuedRecipient recipient = world.outbox.recipients(queued.id()).getFirst();
      assertThat(recipient.recipient().originalRecipient()).isEqualTo("rfc822;f@elsewhere.test");
      String content =
          new String(world.outbox.content(queued, 0).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(content)
          .contains("Date: Mon, 2 Mar 2026 09:30:00 +0000\r\n")
          .contains("\r\nMessage-ID: <")
          .contains("with ESMTPSA id")
          .doesNotContain("127.0.0.1");
    }
  }

  @Test
  void submissionLeavesOutWhoWasToBeHidden() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.SUBMISSIONS)) {
      client.say("AUTH PLAIN " + base64("\0alice@example.test\0" + SmtpWorld.PASSWORD));
      String rest = "Subject: plan\r\n\r\nBcc: this is text\r\n";
      String message =
          "Bcc: carol@elsewhere.test,\r\n\tbob@example.test\r\n"
              + "From: alice@example.test\r\nReturn-Path: <x@elsewhere.test>\r\n"
              + "bCC :\r\nResent-Bcc: dave@elsewhere.test\r\n"
              + rest;
      String[] to = {"bob@example.test", "carol@elsewhere.test"};
      assertThat(transaction(client, "alice@example.test", message, to)).startsWith("250");
      String left = content(world, world.queued().getFirst());
      String stored = world.inbox(2).getFirst();
      for (String copy : new String[] {left, stored}) {
        assertThat(copy).endsWith("From: alice@example.test\r\n" + rest);
        assertThat(copy.substring(0, copy.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT))
            .doesNotContain("bcc")
            .doesNotContain("carol@")
            .doesNotContain("dave@")
            .doesNotContain("x@elsewhere.test");
      }
    }
  }

  @Test
  void whatComesFromElsewhereKeepsItsBcc() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      String message = "Bcc: bob@example.test\r\n" + MESSAGE;
      assertThat(transaction(client, "a@b.test", message, "bob@example.test")).startsWith("250");
      assertThat(world.inbox(2).getFirst()).endsWith(message);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String plain(String reply) {
    return new String(Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.UTF_8);
  }

  @Test
  void fullDiskIsTemporaryAndNothingIsLost() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.LMTP)) {
      world.disk.setCapacity(world.disk.length());
      assertThat(transaction(client, "a@b.test", MESSAGE, "bob@example.test"))
          .startsWith("452 4.3.1");
      world.disk.setCapacity(Long.MAX_VALUE);
      assertThat(transaction(client, "a@b.test", MESSAGE, "bob@example.test")).startsWith("250");
      assertThat(world.inbox(2)).hasSize(1);
    }
  }

  @Test
  void fullMailboxIsTemporaryAndOthersGetTheirs() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.LMTP)) {
      world.mail.setQuota(AccountId.person(2), 10, Quota.UNLIMITED);
      String first =
          transaction(client, "a@b.test", MESSAGE, "alice@example.test", "bob@example.test");
      assertThat(first).startsWith("250");
      assertThat(client.line()).startsWith("452 4.2.2");
      assertThat(world.inbox(1)).hasSize(1);
    }
  }

  @Test
  void overSmtpTheOutboxTakesOverWhomAMessageDidNotReach() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      world.mail.setQuota(AccountId.person(2), 10, Quota.UNLIMITED);
      assertThat(transaction(client, "a@b.test", MESSAGE, "alice@example.test", "bob@example.test"))
          .startsWith("250");
      QueuedMessage queued = world.queued().getFirst();
      assertThat(world.outbox.recipients(queued.id()))
          .extracting(recipient -> recipient.recipient().address())
          .containsExactly("bob@example.test");
      assertThat(transaction(client, "a@b.test", MESSAGE, "bob@example.test"))
          .startsWith("452 4.2.2");
    }
  }

  @Test
  void gateRefusesFilesAsJunkAndStrips() throws Exception {
    MessageGate gate =
        message ->
            message.sender().startsWith("bad")
                ? new MessageGate.Verdict.Refuse(550, "5.7.26", "Not authentic")
                : new MessageGate.Verdict.Accept(
                    "X-Checked: yes\r\n",
                    List.of(new MessageGate.Span(0, 12)),
                    MessageGate.Folder.JUNK);
    try (SmtpWorld world =
            new SmtpWorld(directory, SmtpWorld.settings(), gate, MailSettings.DEFAULTS);
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      assertThat(transaction(client, "bad@b.test", MESSAGE, "bob@example.test"))
          .isEqualTo("550 5.7.26 Not authentic");
      transaction(client, "a@b.test", "Forged: no\r\n" + MESSAGE, "bob@example.test");
      assertThat(world.inbox(2)).isEmpty();
      assertThat(world.messages(2, "Junk").getFirst())
          .contains("X-Checked: yes\r\n")
          .endsWith("X-Checked: yes\r\n" + MESSAGE);
    }
  }

  /** Strips "Forged: no" and marks; the same for what is filed, forwarded and handed over. */
  private static MessageGate stripping(MessageGate.Folder folder) {
    return message ->
        new MessageGate.Verdict.Accept(
            "X-Checked: yes\r\n", List.of(new MessageGate.Span(0, 12)), folder);
  }

  private static String content(SmtpWorld world, QueuedMessage queued) throws Exception {
    return new String(world.outbox.content(queued, 0).readAllBytes(), StandardCharsets.UTF_8);
  }

  /** A forged Authentication-Results once survived on the copies that went by the outbox. */
  @Test
  void whatLeavesOrWaitsIsStrippedAsWhatIsFiled() throws Exception {
    try (SmtpWorld world =
            new SmtpWorld(directory, SmtpWorld.settings(), stripping(MessageGate.Folder.INBOX));
        SmtpClient client = greeted(world, SmtpRole.MX);
        SmtpClient lmtp = greeted(world, SmtpRole.LMTP)) {
      world.mail.setQuota(AccountId.person(2), 10, Quota.UNLIMITED);
      String forged = "Forged: no\r\n" + MESSAGE;
      String[] both = {"alice@example.test", "bob@example.test"};
      assertThat(transaction(client, "a@b.test", forged, both)).startsWith("250");
      assertThat(transaction(client, "a@b.test", forged, "away@example.test")).startsWith("250");
      assertThat(transaction(lmtp, "a@b.test", forged, "all@example.test")).startsWith("250");
      assertThat(world.queued()).hasSize(4);
      for (QueuedMessage queued : world.queued()) {
        assertThat(content(world, queued))
            .contains("X-Checked: yes\r\n" + MESSAGE)
            .doesNotContain("Forged");
      }
    }
  }

  @Test
  void memberOfAGroupWhoCannotBeReachedGetsTheMessageLaterAndTheOthersOnce() throws Exception {
    try (SmtpWorld world =
            new SmtpWorld(directory, SmtpWorld.settings(), stripping(MessageGate.Folder.JUNK));
        SmtpClient client = greeted(world, SmtpRole.LMTP)) {
      world.mail.setQuota(AccountId.person(2), 10, Quota.UNLIMITED);
      String message = "Forged: no\r\n" + MESSAGE;
      String[] groupAndMember = {"all@example.test", "bob@example.test"};
      assertThat(transaction(client, "a@b.test", message, groupAndMember)).startsWith("250");
      // Bob himself is answered as taken too: the outbox has his copy.
      assertThat(client.line()).startsWith("250");
      QueuedMessage waiting =
          world.queued().stream()
              .filter(queued -> recipients(world, queued).equals(List.of("bob@example.test")))
              .findFirst()
              .orElseThrow();
      OutboundMessage again = again(world, waiting);
      assertThat(world.delivery().deliverQueued("again", again, SmtpWorld.NOW, world.outbox))
          .containsExactly(new Outcome.Failed(452, "4.2.2", "Mailbox is full"));
      assertThat(world.queued()).hasSize(2);
      world.mail.setQuota(AccountId.person(2), Quota.UNLIMITED, Quota.UNLIMITED);
      assertThat(world.delivery().deliverQueued("again", again, SmtpWorld.NOW, world.outbox))
          .containsExactly(Outcome.DELIVERED);
      assertThat(world.messages(1, "Junk")).hasSize(1);
      assertThat(world.inbox(2)).isEmpty();
      assertThat(world.messages(2, "Junk").getFirst())
          .startsWith(
              "Return-Path: <a@b.test>\r\nDelivered-To: bob@example.test\r\nReceived: from ")
          .endsWith("X-Checked: yes\r\n" + MESSAGE);
    }
  }

  private static List<String> recipients(SmtpWorld world, QueuedMessage queued) {
    return world.outbox.recipients(queued.id()).stream()
        .map(recipient -> recipient.recipient().address())
        .toList();
  }

  private static OutboundMessage again(SmtpWorld world, QueuedMessage queued) throws Exception {
    return new OutboundMessage(
        queued.sender(),
        world.outbox.recipients(queued.id()).stream().map(QueuedRecipient::recipient).toList(),
        queued.options(),
        queued.origin(),
        queued.session(),
        MessageContent.of(world.outbox.content(queued, 0).readAllBytes()));
  }

  @Test
  void groupNobodyOfWhichWasReachedIsTheClientsToTryAgain() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.LMTP)) {
      world.disk.setCapacity(world.disk.length());
      assertThat(transaction(client, "a@b.test", MESSAGE, "all@example.test"))
          .startsWith("452 4.3.1");
      world.disk.setCapacity(Long.MAX_VALUE);
      assertThat(world.queued()).isEmpty();
      assertThat(transaction(client, "a@b.test", MESSAGE, "all@example.test")).startsWith("250");
      assertThat(world.inbox(1)).hasSize(1);
      assertThat(world.inbox(2)).hasSize(1);
      assertThat(world.queued()).hasSize(1);
    }
  }

  /** The folder note counts only as the very first line, where no sender can put one. */
  @Test
  void folderNoteOfASenderIsMail() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      String message = "X-Wachtpost-Folder: JUNK\r\n" + MESSAGE;
      world.mail.setQuota(AccountId.person(2), 10, Quota.UNLIMITED);
      transaction(client, "a@b.test", message, "alice@example.test", "bob@example.test");
      world.mail.setQuota(AccountId.person(2), Quota.UNLIMITED, Quota.UNLIMITED);
      OutboundMessage again = again(world, world.queued().getFirst());
      world.delivery().deliverQueued("again", again, SmtpWorld.NOW, world.outbox);
      assertThat(world.inbox(2).getFirst()).endsWith(message);
    }
  }

  @Test
  void binaryBodyIsKeptAsItCameAndLeavesMarkedAsBinary() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      String message = "Subject: x\r\n\r\nbare\nline\r.\r\n.\n\0end";
      client.say("MAIL FROM:<a@b.test> BODY=BINARYMIME");
      client.say("RCPT TO:<bob@example.test>");
      client.say("RCPT TO:<away@example.test>");
      client.send("BDAT " + message.length() + " LAST\r\n" + message);
      assertThat(client.line()).startsWith("250");
      assertThat(world.inbox(2).getFirst()).endsWith(message);
      QueuedMessage queued = world.queued().getFirst();
      assertThat(queued.options().body()).isEqualTo(BodyType.BINARY_MIME);
      assertThat(content(world, queued)).endsWith(message);
    }
  }

  /** With LF alone a field could hide from the gate and show in a mail program. */
  @Test
  void binaryHeaderMustHaveWholeLineEnds() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      for (String end : List.of("\n", "\r", "\r\r\n")) {
        String message = "Subject: x" + end + "Authentication-Results: forged\r\n\r\nbody";
        client.say("MAIL FROM:<a@b.test> BODY=BINARYMIME");
        client.say("RCPT TO:<bob@example.test>");
        client.send("BDAT " + message.length() + " LAST\r\n" + message);
        assertThat(client.line()).startsWith("554 5.6.0");
      }
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  /** What begins with white space would go on with the field that the gate put before it. */
  @Test
  void headerThatBeginsFoldedIsRefused() throws Exception {
    MessageGate gate =
        message ->
            new MessageGate.Verdict.Accept(
                "Authentication-Results: mx.example.test; dmarc=fail\r\n",
                List.of(),
                MessageGate.Folder.INBOX);
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), gate);
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      for (String space : List.of(" ", "\t", "\t\r\n ")) {
        String message = space + "; dmarc=pass header.from=bank.example\r\n" + MESSAGE;
        assertThat(transaction(client, "a@b.test", message, "bob@example.test"))
            .startsWith("554 5.6.0");
      }
      assertThat(world.inbox(2)).isEmpty();
    }
  }

  /** Two members that forward to their list would double every message from round to round. */
  @Test
  void listThatHasItsMailBackDoesNotSendItOutAgain() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.MX)) {
      assertThat(transaction(client, "a@b.test", MESSAGE, "away@example.test")).startsWith("250");
      String out = content(world, world.queued().getFirst());
      assertThat(out).startsWith("Delivered-To: away@example.test\r\nReceived: ");
      String back = "Received: from elsewhere.test by elsewhere.test\r\n" + out;
      assertThat(transaction(client, "a@b.test", back, "away@example.test"))
          .startsWith("554 5.4.6");
      assertThat(transaction(client, "a@b.test", out, "all@example.test")).startsWith("250");
      assertThat(world.queued()).hasSize(2);
    }
  }

  /** However many lists lead to an address; and who was named does not see the lists. */
  @Test
  void addressElsewhereGetsOneCopy() throws Exception {
    try (SmtpWorld world = world();
        SmtpClient client = greeted(world, SmtpRole.SUBMISSIONS)) {
      client.say("AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0IGhvcnNl");
      assertThat(
              transaction(
                  client,
                  "alice@example.test",
                  "From: alice@example.test\r\n\r\nx\r\n",
                  "friend@elsewhere.test",
                  "all@example.test",
                  "away@example.test",
                  "friend@elsewhere.test",
                  "away@example.test"))
          .startsWith("250");
      List<String> sent = new ArrayList<>();
      for (QueuedMessage queued : world.queued()) {
        String list = content(world, queued).startsWith("Delivered-To: away@") ? "away" : "";
        assertThat(content(world, queued).startsWith("Delivered-To: ")).isEqualTo(!list.isEmpty());
        world.outbox.recipients(queued.id()).forEach(r -> sent.add(list + r.recipient().address()));
      }
      assertThat(sent)
          .containsExactlyInAnyOrder("friend@elsewhere.test", "awayaway@elsewhere.test");
    }
  }
}
