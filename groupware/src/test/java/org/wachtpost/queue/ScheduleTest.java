package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.wachtpost.queue.QueueSettings.Schedule;

final class ScheduleTest {
  @Test
  void theTimeBetweenAttemptsDoublesUpToTheLongest() {
    Schedule schedule = Schedule.STANDARD;
    assertThat(schedule.retryAfter(1)).isEqualTo(Duration.ofMinutes(5));
    assertThat(schedule.retryAfter(2)).isEqualTo(Duration.ofMinutes(10));
    assertThat(schedule.retryAfter(7)).isEqualTo(Duration.ofHours(4));
    assertThat(schedule.retryAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofHours(4));
  }

  @Test
  void aDeadDestinationRestsLongerEachTime() {
    Schedule schedule = Schedule.STANDARD;
    assertThat(schedule.closedFor(1)).isEqualTo(Duration.ofMinutes(1));
    assertThat(schedule.closedFor(3)).isEqualTo(Duration.ofMinutes(4));
    assertThat(schedule.closedFor(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(30));
  }

  /** A destination that was back stayed closed for ten times the longest retry. */
  @Test
  void itRestsNoLongerThanTheLongestRetry() {
    Schedule schedule =
        new Schedule(
            Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofDays(5), Duration.ofHours(4));
    assertThat(schedule.closedFor(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(schedule.closedFor(6)).isEqualTo(Duration.ofSeconds(3));
  }
}
