package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarksTest {
  /** Few values, and those a bit away from them: what goes wrong with carries goes wrong here. */
  private static final int[] VALUES = {
    0, 1, 2, 3, 10, 11, 32, 34, 35, 42, 44, 45, 127, 128, 129, 130, 138, 162, 170, 172, 173, 255
  };

  private static final int ROUNDS = 300;

  @Test
  void everyByteHasItsBitAndNoOther() {
    Random random = random("separators");
    Marks marks = new Marks();
    for (int round = 0; round < ROUNDS; round++) {
      int limit = 1 + random.nextInt(300);
      byte[] bytes = new byte[limit + Swar.PADDING];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) VALUES[random.nextInt(VALUES.length)];
      }
      LogFormat format = LogFormat.values()[random.nextInt(2)];
      marks.take(bytes, limit, format.separator());
      for (int at = 0; at < limit; at++) {
        int places = marks.separators(at);
        for (int i = at; i < Math.min(limit, at + Marks.GROUP); i++) {
          assertThat((places >>> (i - at) & 1) != 0)
              .as("byte %d from %d of round %d", i, at, round)
              .isEqualTo(bytes[i] == format.separator());
        }
      }
    }
  }

  @Test
  void noLineEndAndNoQuoteIsPassedOver() {
    Random random = random("endings");
    Marks marks = new Marks();
    for (int round = 0; round < ROUNDS; round++) {
      int limit = 2 + random.nextInt(300);
      byte[] bytes = new byte[limit + Swar.PADDING];
      Arrays.fill(bytes, (byte) VALUES[random.nextInt(VALUES.length)]);
      for (int i = random.nextInt(20); i > 0; i--) {
        bytes[random.nextInt(limit)] = (byte) VALUES[random.nextInt(VALUES.length)];
      }
      bytes[limit - 1] = '\n';
      marks.take(bytes, limit, LogFormat.COMMA.separator());
      for (int from = 0; from < limit; from++) {
        int newline = from;
        while (bytes[newline] != '\n') {
          newline++;
        }
        assertThat(marks.newline(bytes, from)).as("round %d", round).isEqualTo(newline);
        int ending = marks.nextEnding(from);
        for (int i = from; i < ending; i++) {
          assertThat(bytes[i]).as("byte %d of round %d", i, round).isNotIn((byte) '\n', (byte) '"');
        }
        assertThat(bytes[ending] & 0x57).as("byte %d of round %d", ending, round).isEqualTo(0x02);
      }
    }
  }

  private static Random random(String of) {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("MarksTest " + of + " seed " + seed + " (-Dwachtpost.seed=...)");
    return new Random(seed);
  }
}
