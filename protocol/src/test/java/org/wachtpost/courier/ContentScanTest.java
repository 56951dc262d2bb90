package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wachtpost.mail.MessageContent;

final class ContentScanTest {
  private static ContentScan scan(String text) throws IOException {
    return ContentScan.of(MessageContent.of(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void octetsAreWhatTheyAre() throws IOException {
    assertThat(scan("A: b\r\n\r\nc\r\n")).isEqualTo(new ContentScan(false, false, false));
    assertThat(scan("A: b\r\n\r\n\u00e9\r\n")).isEqualTo(new ContentScan(true, false, false));
    assertThat(scan("A: \u00e9\r\n\r\nc\r\n")).isEqualTo(new ContentScan(true, true, false));
    assertThat(scan("A: b\r\n\r\nc\n").binary()).isTrue();
    assertThat(scan("A: b\r\n\r\nc\rd\r\n").binary()).isTrue();
    assertThat(scan("A: b\r\n\r\nc\r").binary()).isTrue();
    assertThat(scan("A: b\r\n\r\n\0\r\n").binary()).isTrue();
  }

  @Test
  void aLineHas998Octets() throws IOException {
    assertThat(scan("A: b\r\n\r\n" + "x".repeat(998) + "\r\n").binary()).isFalse();
    assertThat(scan("A: b\r\n\r\n" + "x".repeat(999) + "\r\n").binary()).isTrue();
    assertThat(scan("A: b\r\n\r\n" + "x".repeat(1_000)).binary()).isTrue();
  }

  /** Blocks end anywhere: an octet at a time says the same. */
  @Test
  void blocksDoNotShow() throws IOException {
    long seed = Long.getLong("wachtpost.seed", 20_261_123);
    Random random = new Random(seed);
    String[] pieces = {"x", "\r\n", "\r\n\r\n", "\u00e9", "y".repeat(700), "z".repeat(3_000)};
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder("A: b\r\n");
      int length = random.nextInt(60_000);
      int common = 3 + random.nextInt(pieces.length - 2);
      while (text.length() < length) {
        text.append(pieces[random.nextInt(common)]);
      }
      assertThat(scan(text.toString()))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(slowly(text.toString()));
    }
  }

  private static ContentScan slowly(String text) {
    boolean header = true;
    boolean eightBitHeader = false;
    int start = 0;
    boolean binary = text.matches("(?s).*(?:\0|\r(?!\n)|(?<!\r)\n).*");
    while (start < text.length()) {
      int end = text.indexOf("\r\n", start);
      String line = text.substring(start, end < 0 ? text.length() : end);
      binary |= line.length() > (end < 0 ? 999 : 998);
      eightBitHeader |= header && line.chars().anyMatch(c -> c > 127);
      header &= !line.isEmpty();
      start = end < 0 ? text.length() : end + 2;
    }
    return new ContentScan(text.chars().anyMatch(c -> c > 127), eightBitHeader, binary);
  }
}
