package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class InflatingTest {
  private static byte[] compressed(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(9, true))) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  /** A phone that had sent a message kept 16 KB for as long as it idled. */
  @Test
  void whoRestsHoldsNoBuffer() throws IOException {
    byte[] plain = random(200_000);
    Inflating unfolding = new Inflating(new ByteArrayInputStream(compressed(plain)), new byte[] {});
    assertThat(unfolding.held()).isZero();
    assertThat(unfolding.readNBytes(plain.length)).isEqualTo(plain);
    assertThat(unfolding.held()).isGreaterThan(512);
    unfolding.rest();
    assertThat(unfolding.held()).isZero();
    assertThat(unfolding.read()).isEqualTo(-1);
    unfolding.end();
  }

  /** What has come stays, whenever the reader rests: in the buffer and behind the window. */
  @Test
  void nothingIsLostByResting() throws IOException {
    byte[] plain = Arrays.copyOf(random(3_000), 400_000);
    byte[] all = compressed(plain);
    byte[] first = Arrays.copyOf(all, 100);
    Inflating unfolding =
        new Inflating(new ByteArrayInputStream(all, 100, all.length - 100), first);
    byte[] read = new byte[plain.length];
    Random random = new Random(1);
    int at = 0;
    while (at < read.length) {
      unfolding.rest();
      at += unfolding.read(read, at, Math.min(read.length - at, 1 + random.nextInt(700)));
    }
    assertThat(read).isEqualTo(plain);
    unfolding.end();
  }
}
