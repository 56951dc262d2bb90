package org.wachtpost.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.mail.Envelope.Address;
import org.wachtpost.store.StoreException;

class MessageParserTest {
  private static final String MIXED =
      """
      From: =?utf-8?Q?Zo=C3=AB?= <zoe@example.test>
      To: Friends: a@example.test, "B, C" <b@example.test>;, (Dee) d@example.test
      Subject: Re: [list] Fwd: Lunch
       tomorrow
      Message-ID: <1@example.test>
      References: <a@example.test> <b@example.test>
      Date: Mon, 23 Nov 2026 10:00:00 +0100 (CET)
      Content-Type: multipart/mixed; boundary="b 1"

      preamble
      --b 1
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      Na=C3=AFve   text=20
      here
      --b 1
      Content-Type: message/rfc822
      Content-Disposition: attachment; filename="in.eml"

      Subject: inner

      inner body
      --b 1--
      epilogue
      """;

  @Test
  void everyPartIsWhereItsBytesAre() {
    byte[] bytes = crlf(MIXED);
    MessageData data = MessageParser.parse(bytes).data();
    BodyPart root = data.structure();
    assertThat(root.children()).hasSize(2);
    BodyPart text = root.children().get(0);
    assertThat(slice(bytes, text.bodyStart(), text.end()))
        .isEqualTo("Na=C3=AFve   text=20\r\nhere");
    assertThat(slice(bytes, text.headerStart(), text.bodyStart()))
        .startsWith("Content-Type: text/plain")
        .endsWith("quoted-printable\r\n\r\n");
    assertThat(text.lines()).isEqualTo(1);
    BodyPart message = root.children().get(1);
    BodyPart inner = message.children().getFirst();
    assertThat(slice(bytes, message.bodyStart(), message.end()))
        .isEqualTo("Subject: inner\r\n\r\ninner body");
    assertThat(slice(bytes, inner.bodyStart(), inner.end())).isEqualTo("inner body");
    assertThat(message.envelope().subject()).isEqualTo("inner");
    assertThat(message.lines()).isEqualTo(2);
    assertThat(root.end()).isEqualTo(bytes.length);
    assertThat(data.preview()).isEqualTo("Naïve text here");
    assertThat(data.hasAttachment()).isTrue();
  }

  @Test
  void addressesHaveTheirRouteAndLoseTheirComments() {
    byte[] old =
        crlf(
            """
            From: <@relay.test,@b.test:ann@example.test>
            To: <bob (at home)@ (the) example.test>, carol@example.test (Carol)
            Cc: (not a name) Dee <d@example.test>

            """);
    MessageData data = MessageParser.parse(old).data();
    assertThat(data.envelope().from())
        .containsExactly(new Address(null, "@relay.test,@b.test", "ann", "example.test"));
    assertThat(data.envelope().to())
        .containsExactly(
            new Address(null, "bob", "example.test"),
            new Address("Carol", "carol", "example.test"));
    assertThat(data.envelope().cc()).containsExactly(new Address("Dee", "d", "example.test"));
    MessageDataRecord stored = new MessageDataRecord(java.util.List.of(), data);
    assertThat(MessageDataRecord.decode(stored.encode())).isEqualTo(stored);
  }

  @Test
  void theEnvelopeShowsFieldsAsTheyStand() {
    MessageParser.Parsed parsed = MessageParser.parse(crlf(MIXED));
    Envelope envelope = parsed.data().envelope();
    assertThat(envelope.from())
        .containsExactly(new Address("=?utf-8?Q?Zo=C3=AB?=", "zoe", "example.test"));
    assertThat(envelope.sender()).isEqualTo(envelope.from());
    assertThat(envelope.to())
        .containsExactly(
            new Address(null, "Friends", null),
            new Address(null, "a", "example.test"),
            new Address("B, C", "b", "example.test"),
            new Address(null, null, null),
            new Address("Dee", "d", "example.test"));
    assertThat(envelope.subject()).isEqualTo("Re: [list] Fwd: Lunch tomorrow");
    assertThat(parsed.data().baseSubject()).isEqualTo("Lunch tomorrow");
    assertThat(parsed.data().sentDate()).isEqualTo(Instant.parse("2026-11-23T09:00:00Z"));
    assertThat(parsed.messageIds())
        .containsExactly("1@example.test", "b@example.test", "a@example.test");
    assertThat(parsed.data().fields())
        .extracting(MessageData.HeaderField::name)
        .containsExactly(
            "From", "To", "Subject", "Message-ID", "References", "Date", "Content-Type");
  }

  @ParameterizedTest
  @CsvSource({
    "'Mon, 23 Nov 2026 10:00:00 +0100', 2026-11-23T09:00:00Z",
    "'23 Nov 26 10:00 EST', 2026-11-23T15:00:00Z",
    "'Mon Nov 23 10:00:00 2026', 2026-11-23T10:00:00Z",
    "'Mon, 23-Nov-2026 10:00:00 -0030', 2026-11-23T10:30:00Z",
    "'31 Feb 2026 10:00:00 +0000',",
    "'yesterday',",
    "'',"
  })
  void datesAreReadInTheFormsThatAreSent(String text, Instant expected) {
    assertThat(DateParser.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'Re: Fwd: hello', hello",
    "'RE[2]: [list] Re: hello (fwd)', hello",
    "'[Fwd: Re: hello]', hello",
    "'[only]', [only]",
    "'=?utf-8?B?UmU6IMOp?=', é",
    "'re', re",
    "'', ''"
  })
  void baseSubjects(String subject, String expected) {
    assertThat(BaseSubject.of(subject)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'Re: lunch', true",
    "'[list] re [2] : lunch', true",
    "'=?utf-8?Q?Re:_gr=C3=BC=C3=9Fe?=', true",
    "'lunch (FWD)', true",
    "'[fwd: lunch]', true",
    "'[list] [fwd: lunch]', true",
    "'lunch', false",
    "'[list] [other] lunch', false",
    "'Re-election', false",
    "'reply', false",
    "'[list]', false",
    "'', false"
  })
  void repliesAndForwards(String subject, boolean expected) {
    assertThat(BaseSubject.isReplyOrForward(subject)).isEqualTo(expected);
  }

  @Test
  void nestingBeyondTheLimitIsOneOpaquePart() {
    StringBuilder message = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      message.append("Content-Type: multipart/mixed; boundary=b" + i + "\r\n\r\n--b" + i + "\r\n");
    }
    BodyPart part = MessageParser.parse(message.toString().getBytes(UTF_8)).data().structure();
    int depth = 0;
    while (!part.children().isEmpty()) {
      part = part.children().getFirst();
      depth++;
    }
    assertThat(depth).isEqualTo(MessageParser.DEPTH + 1);
    assertThat(part.type()).isEqualTo("text");
  }

  @Test
  void messagesWithinMessagesBeyondTheLimitAreOnePart() {
    byte[] bytes = "Content-Type: message/rfc822\r\n\r\n".repeat(10_000).getBytes(UTF_8);
    assertThat(MessageParser.parse(bytes).data().structure().isMessage()).isTrue();
  }

  @Test
  void partsBeyondTheLimitAreNotToldApart() {
    byte[] bytes =
        ("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n".repeat(50_000))
            .getBytes(UTF_8);
    BodyPart root = MessageParser.parse(bytes).data().structure();
    assertThat(root.children()).hasSize(MessageParser.PARTS - 1);
    assertThat(root.end()).isEqualTo(bytes.length);
  }

  @Test
  void whatIsStoredFitsACommitWhateverTheHeaderIs() {
    String many = "To: " + "a@b.example, ".repeat(100_000) + "\r\n";
    String text = ("Content-Type: multipart/mixed; boundary=b\r\n" + many + "\r\n");
    String part =
        "--b\r\nContent-Type: text/x; " + "p=\"éééééééé\"; ".repeat(100) + "\r\n\r\nx\r\n";
    byte[] bytes = (text + part.repeat(2_000)).getBytes(UTF_8);
    MessageParser.Parsed parsed = MessageParser.parse(bytes);
    assertThat(parsed.data().fieldsComplete()).isFalse();
    byte[] record = new MessageDataRecord(List.of(), parsed.data()).encode();
    assertThat(record.length).isLessThan(700_000);
    assertThat(MessageDataRecord.decode(record).data()).isEqualTo(parsed.data());
  }

  @Test
  void oneHeaderLineOfAHundredMegabytesIsReadInLinearTime() {
    InputStream endless = new Endless(100L * 1024 * 1024);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          MessageData data = MessageParser.parse(endless).data();
          assertThat(data.fieldsComplete()).isFalse();
          assertThat(data.structure().end()).isEqualTo(100L * 1024 * 1024);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        "no header at all",
        "Content-Type: multipart/mixed\r\n\r\nno boundary",
        "Content-Type: multipart/mixed; boundary=\"\r\n\r\n--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--",
        "Content-Type: message/rfc822",
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n--b--",
        "To: \"open\r\nFrom: (open\r\nCc: <open\r\nBcc: a:b:c;;,,<>@@\r\n\r\n",
        "Content-Type: text/plain; charset=\"no such\"\r\n\r\nx",
        "Content-Type: text/html\r\n\r\n<style>&#xffffffff;&#99999999;<!--",
        "Content-Type: a/b; name=\\\r\nDate: 99 99 99 99:99\r\nContent-Disposition: (\\",
        "Subject: =?=?=?=?utf-8?B?=?= =?utf-8?X?a?= =?utf-8?Q?=?= =?nope?Q?a?=\r\n\r\n"
      })
  void brokenMessagesHaveAResult(String message) {
    byte[] bytes = message.getBytes(ISO_8859_1);
    checkSound(bytes, MessageParser.parse(bytes).data().structure());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void mutatedMessagesHaveAResult(long seed) {
    Random random = new Random(seed);
    byte[] seedMessage = crlf(MIXED);
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = mutate(seedMessage, random);
      assertThatCode(
              () -> {
                MessageParser.Parsed parsed = MessageParser.parse(bytes);
                checkSound(bytes, parsed.data().structure());
                byte[] record = new MessageDataRecord(List.of(7L), parsed.data()).encode();
                assertThat(MessageDataRecord.decode(record).data()).isEqualTo(parsed.data());
              })
          .as("seed %d, round %d", seed, round)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void damagedRecordsAreReportedAsSuch(long seed) {
    Random random = new Random(seed);
    byte[] record =
        new MessageDataRecord(List.of(1L, 2L), MessageParser.parse(crlf(MIXED)).data()).encode();
    int damaged = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = mutate(record, random);
      try {
        StoredMail.decoded(() -> MessageDataRecord.decode(bytes));
      } catch (StoreException.Corrupt e) {
        damaged++;
      }
    }
    assertThat(damaged).isPositive();
    assertThatThrownBy(() -> StoredMail.decoded(() -> Tombstone.decode(new byte[] {1, 0})))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "\r\n\"\\()<>;:-=?@ ".charAt(random.nextInt(15));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int length = Math.min(random.nextInt(40), bytes.length - at);
          int to = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes.clone(), at, bytes, to, length);
        }
      }
    }
    return bytes;
  }

  /** Parts lie within the message, and in order. */
  private static void checkSound(byte[] bytes, BodyPart part) {
    assertThat(part.headerStart()).isBetween(0L, part.bodyStart());
    assertThat(part.bodyStart()).isLessThanOrEqualTo(part.end());
    assertThat(part.end()).isLessThanOrEqualTo(bytes.length);
    if (part.isMultipart() || part.isMessage()) {
      assertThat(part.children()).isNotEmpty();
    }
    assertThat(part.isMessage()).isEqualTo(part.envelope() != null);
    part.children().forEach(child -> checkSound(bytes, child));
  }

  private static byte[] crlf(String text) {
    return text.replace("\n", "\r\n").getBytes(UTF_8);
  }

  private static String slice(byte[] bytes, long from, long to) {
    return new String(bytes, (int) from, (int) (to - from), UTF_8);
  }

  /** A Subject that does not end. */
  private static final class Endless extends InputStream {
    private final byte[] start = "Subject: ".getBytes(UTF_8);
    private final long length;
    private long at;

    Endless(long length) {
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] buffer, int offset, int count) {
      if (at == length) {
        return -1;
      }
      int given = (int) Math.min(count, length - at);
      Arrays.fill(buffer, offset, offset + given, (byte) 'x');
      for (int i = 0; i < given && at + i < start.length; i++) {
        buffer[offset + i] = start[(int) at + i];
      }
      at += given;
      return given;
    }
  }
}
