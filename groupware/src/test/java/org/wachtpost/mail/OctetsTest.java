package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetsTest {
  /** Octets that are near CR and LF, or that differ from them by one bit or by the sign. */
  private static final byte[] OCTETS = {
    '\r', '\n', 0, 9, 11, 12, 14, (byte) 0x8a, (byte) 0x8d, (byte) 0xff, 'x'
  };

  @Test
  void findsWhatALoopFinds() {
    Random random = new Random(20_261_127);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        boolean plain = random.nextInt(4) != 0;
        bytes[i] = plain ? (byte) 'x' : OCTETS[random.nextInt(OCTETS.length)];
      }
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      assertThat(Octets.indexOfLf(bytes, from, to)).isEqualTo(slowLf(bytes, from, to));
      assertThat(Octets.endOfLine(bytes, from, to)).isEqualTo(slowEnd(bytes, from, to));
    }
  }

  private static int slowLf(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static int slowEnd(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        return i;
      }
    }
    return to;
  }
}
