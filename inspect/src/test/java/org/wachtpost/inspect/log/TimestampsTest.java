package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times are those of Java's calendar; what is no time is none. */
class TimestampsTest {
  @Test
  void everyDayIsTheCalendars() {
    LocalDate last = LocalDate.of(2401, 1, 1);
    for (LocalDate day = LocalDate.of(1599, 1, 1); day.isBefore(last); day = day.plusDays(1)) {
      assertThat(Timestamps.parse(day + "T23:59:58Z"))
          .isEqualTo(day.atTime(23, 59, 58).toInstant(ZoneOffset.UTC));
    }
    assertThat(Timestamps.parse("0000-01-01 00:00:00"))
        .isEqualTo(LocalDateTime.of(0, 1, 1, 0, 0).toInstant(ZoneOffset.UTC));
  }

  @Test
  void whatIsNoTimeIsNone() {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("TimestampsTest seed " + seed + " (-Dwachtpost.seed=...)");
    Random random = new Random(seed);
    for (int round = 0; round < 200_000; round++) {
      int year = random.nextInt(10_000);
      int[] part = new int[6];
      int[] bounds = {0, 14, 33, 26, 62, 62};
      for (int i = 1; i < part.length; i++) {
        part[i] = random.nextInt(bounds[i]);
      }
      int millis = random.nextInt(1000);
      String text =
          String.format(
              Locale.ROOT,
              "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
              year,
              part[1],
              part[2],
              part[3],
              part[4],
              part[5],
              millis);
      LocalDateTime expected;
      try {
        expected =
            LocalDateTime.of(year, part[1], part[2], part[3], part[4], part[5], millis * 1_000_000);
      } catch (DateTimeException none) {
        assertThat(Timestamps.parse(text)).as(text).isNull();
        continue;
      }
      assertThat(Timestamps.parse(text)).as(text).isEqualTo(expected.toInstant(ZoneOffset.UTC));
    }
  }
}
