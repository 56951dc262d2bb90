package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueTextTest {
  private static final long SEED = 1601;

  @Test
  void timesAreWrittenAndReadAsThePlatformDoes() {
    System.out.println("ValueTextTest seed " + SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      Instant time = ValueText.fileTime(random.nextLong(0, Long.MAX_VALUE >> random.nextInt(12)));
      String text = ValueText.time(time);
      assertThat(Instant.parse(text)).as("seed %d: %s", SEED, text).isEqualTo(time);
      assertThat(text).matches("\\+?\\d{4,5}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z");
      if (text.length() == 28) {
        assertThat(ValueText.time(text)).isEqualTo(time);
      }
    }
  }

  @Test
  void whatIsNoTimeIsLeftToTheSlowReading() {
    for (String text :
        new String[] {
          "",
          "2021-02-30T06:49:42.1620000Z",
          "2021-03-03T24:00:00.0000000Z",
          "2021-03-03T06:60:00.0000000Z",
          "2021-03-03 06:49:42.1620000Z",
          "2021-03-03T06:49:42.162Z",
          "2021-03-03T06:49:4x.1620000Z"
        }) {
      assertThat(ValueText.time(text)).as(text).isNull();
    }
  }
}
