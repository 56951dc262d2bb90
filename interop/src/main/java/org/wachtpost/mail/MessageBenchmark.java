package org.wachtpost.mail;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.wachtpost.store.BlobId;

/** What a message costs before it is filed: its structure and its name. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MessageBenchmark {
  private static final String WORDS =
      "=?utf-8?q?Caf=C3=A9_am_Sonntag?= =?utf-8?B?w7xiZXIgYWxsZW4=?= and plain words";

  /** Not final: a constant would be decoded once, by the compiler. */
  private String words = WORDS;

  @Param({"4096", "20480", "204800"})
  int size;

  private byte[] plain = new byte[0];
  private byte[] multipart = new byte[0];

  /** Makes the messages; the same at every run. */
  @Setup
  public void make() {
    Random random = new Random(7);
    plain = bytes(header("text/plain; charset=utf-8") + text(random, size));
    String parts =
        "--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + text(random, size / 4)
            + "\r\n--b0\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n"
            + text(random, size * 3 / 4)
            + "\r\n--b0--\r\n";
    multipart = bytes(header("multipart/mixed; boundary=\"b0\"") + parts);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String header(String type) {
    return "Received: from mx.sender.example by lab.example with ESMTP id 1;"
        + " Mon, 05 Jan 2026 10:00:00 +0000\r\nFrom: \"Ann Other\" <ann@sender.example>\r\n"
        + "To: user1@example.test\r\nSubject: "
        + WORDS
        + "\r\n"
        + "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\nMessage-ID: <m1@bench.example>\r\n"
        + "References: <m0@bench.example>\r\nMIME-Version: 1.0\r\nContent-Type: "
        + type
        + "\r\n\r\n";
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      for (int i = 0; i < 70; i++) {
        text.append((char) (random.nextInt(8) == 0 ? ' ' : 'a' + random.nextInt(26)));
      }
      text.append("\r\n");
    }
    return text.toString();
  }

  /** Structure, envelope and preview of a message of one part. */
  @Benchmark
  public Object parsePlain() {
    return MessageParser.parse(plain);
  }

  /** As above, of two parts. */
  @Benchmark
  public Object parseMultipart() {
    return MessageParser.parse(multipart);
  }

  /** SHA-256 of the message. */
  @Benchmark
  public Object nameBlob() {
    return BlobId.ofContent(plain);
  }

  /** Encoded words of a header field (RFC 2047). */
  @Benchmark
  public Object decodeWords() {
    return EncodedWords.decode(words);
  }
}
