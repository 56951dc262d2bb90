package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.parser.AbstractContentHandler;
import org.apache.james.mime4j.parser.MimeStreamParser;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.mail.MessageContent;

/** RFC 6152 §3: what a reader sees stays the same, whatever the wire can carry. */
final class SevenBitTest {
  private static final String TEXT = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n";

  private static Optional<String> converted(String message) throws IOException {
    Optional<MessageContent> content =
        SevenBit.of(MessageContent.of(message.getBytes(StandardCharsets.ISO_8859_1)));
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get().open()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }
  }

  /** The decoded bodies of a message's leaves, by another parser. */
  private static List<String> leaves(String message) {
    List<String> bodies = new ArrayList<>();
    MimeStreamParser parser = new MimeStreamParser();
    parser.setContentDecoding(true);
    parser.setContentHandler(
        new AbstractContentHandler() {
          @Override
          public void body(BodyDescriptor description, InputStream in) throws IOException {
            String body = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            bodies.add(description.getMimeType() + ": " + body);
          }
        });
    try {
      parser.parse(new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (MimeException | IOException e) {
      throw new AssertionError(e);
    }
    return bodies;
  }

  private static String same(String message) throws IOException {
    String converted = converted(message).orElseThrow();
    assertThat(SevenBit.isClean(converted)).isTrue();
    assertThat(leaves(converted)).isEqualTo(leaves(message));
    return converted;
  }

  @Test
  void textBecomesQuotedPrintable() throws IOException {
    String converted =
        same(
            TEXT
                + "content-transfer-encoding :\r\n 8bit\r\nSubject: x\r\n\r\n"
                + "caf\u00c3\u00a9 = 1 \r\n\t\r\nend "
                + "\u00e9".repeat(2_000)
                + "\r\n.\r\n");
    assertThat(converted)
        .startsWith(TEXT + "Content-Transfer-Encoding: quoted-printable\r\nSubject: x\r\n\r\n")
        .contains("caf=C3=A9 =3D 1=20\r\n=09\r\n");
    assertThat(converted.lines()).allMatch(line -> line.length() <= 76);
  }

  @Test
  void otherThingsAndNulsBecomeBase64() throws IOException {
    same("Content-Type: image/png\r\n\r\n\u0089PNG\r\n\0\u00ff\r\r\n");
    assertThat(same(TEXT + "\r\nnul \0\r\n")).contains("base64");
  }

  @Test
  void longAndBareLinesAreEncodedToo() throws IOException {
    same(TEXT + "\r\n" + "x".repeat(1_500) + "\r\nbare\nline\rend");
  }

  @Test
  void messageWithoutMimeIsDescribed() throws IOException {
    assertThat(converted("Subject: x\r\n\r\nH\u00c3\u00a9\r\n").orElseThrow())
        .startsWith(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\nH=C3=A9");
    assertThat(converted("Subject: x\r\n\r\nH\u00e9\r\n").orElseThrow())
        .contains("charset=unknown-8bit\r\n");
  }

  private static String multipart(String kind, String inner) {
    return "Content-Type: multipart/"
        + kind
        + ";\r\n boundary=\"a b\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + inner;
  }

  @Test
  void partsAreConvertedOneByOne() throws IOException {
    String inner =
        "preamble\r\n--a b\r\n\r\nno header \u00e9\r\n--a b \r\n"
            + "Content-Type: text/html\r\n\r\n<p>clean</p>\r\n--a b\r\n"
            + "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + "Subject: inner\r\n"
            + TEXT
            + "\r\ninner \u00e9\r\n"
            + "--a b--\r\nepilogue\r\n";
    String converted = same(multipart("mixed", inner));
    assertThat(converted)
        .startsWith("Content-Type: multipart/mixed;\r\n boundary=\"a b\"\r\n")
        .contains("Content-Type: text/html\r\n\r\n<p>clean</p>\r\n--a b\r\n")
        .contains("inner =E9")
        .doesNotContain("8bit");
  }

  @Test
  void whatCannotBeKeptIsLeft() throws IOException {
    List<String> hopeless =
        List.of(
            "Subject: \u00e9\r\n\r\nx\r\n",
            multipart("signed", "--a b\r\n\r\n\u00e9\r\n--a b--\r\n"),
            multipart("mixed", "no delimiter \u00e9\r\n"),
            "Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\n\u00e9\r\n--x--\r\n",
            "Content-Transfer-Encoding: base64\r\n\r\n\u00e9\r\n",
            "no end of header \u00e9");
    for (String message : hopeless) {
      assertThat(converted(message)).as(message).isEmpty();
    }
    String deep = TEXT + "\r\n\u00e9\r\n";
    for (int i = 0; i <= SevenBit.DEPTH; i++) {
      deep = "Content-Type: message/rfc822\r\n\r\n" + deep;
    }
    assertThat(converted(deep)).isEmpty();
    assertThat(converted(TEXT + "\r\n\u00e9" + "x".repeat(SevenBit.BYTES))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverComesTheResultIsSevenBit(long seed) throws IOException {
    Random random = new Random(seed);
    String[] pieces = {
      "\r\n",
      "\r\n\r\n",
      "--a b",
      "--",
      "\u00e9",
      "\0",
      " ",
      "x:",
      TEXT,
      "\r",
      "\n",
      "Content-Type: multipart/mixed; boundary=\"a b\"\r\n",
      "Content-Type: message/rfc822\r\n"
    };
    for (int round = 0; round < 3_000; round++) {
      StringBuilder message = new StringBuilder(random.nextBoolean() ? multipart("mixed", "") : "");
      for (int i = random.nextInt(20); i > 0; i--) {
        message.append(pieces[random.nextInt(pieces.length)]);
      }
      Optional<String> result = converted(message.toString());
      assertThat(result.map(SevenBit::isClean).orElse(true)).as("seed %d", seed).isTrue();
    }
  }
}
