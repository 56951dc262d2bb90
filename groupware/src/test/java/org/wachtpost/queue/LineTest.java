package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.queue.Sending.Effect;
import org.wachtpost.queue.Sending.Parcel;

/** How many connections a destination gets, and how fast they are used. */
final class LineTest {
  private static final int CONNECTIONS = 8;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Line line = new Line(CONNECTIONS, QueueSettings.Schedule.STANDARD, now);

  private void fill(int parcels) {
    for (int i = 1; i <= parcels; i++) {
      line.enter(new Parcel(new QueueId(0, i), "far.test", List.of(0)), now);
    }
  }

  private int begun() {
    int begun = 0;
    while (line.begin(now)) {
      assertThat(line.first(now)).isNotNull();
      begun++;
    }
    return begun;
  }

  private void took(Effect effect, int times) {
    for (int i = 0; i < times; i++) {
      line.adapt(effect, now);
    }
  }

  @Test
  void successOpensMoreConnectionsUpToTheMost() {
    fill(50);
    assertThat(begun()).isEqualTo(2);
    took(Effect.TAKEN, 3);
    assertThat(begun()).isEqualTo(1);
    took(Effect.TAKEN, 1_000);
    assertThat(begun()).isEqualTo(CONNECTIONS - 3);
  }

  @Test
  void noMoreConnectionsThanParcels() {
    took(Effect.TAKEN, 100);
    fill(3);
    assertThat(line.begin(now)).isTrue();
    assertThat(line.begin(now)).isTrue();
    assertThat(line.begin(now)).isTrue();
    assertThat(line.begin(now)).isFalse();
    assertThat(line.first(now)).isNotNull();
    assertThat(line.begin(now)).isFalse();
  }

  @Test
  void refusalsHalveTheConnectionsThenSlowThePaceAndSuccessUndoesBoth() {
    took(Effect.TAKEN, 100);
    fill(Line.PARCELS_IN_PAUSE);
    took(Effect.SLOW_DOWN, 1);
    assertThat(line.state(now).window()).isEqualTo(CONNECTIONS / 2);
    assertThat(line.state(now).pause()).isZero();
    took(Effect.SLOW_DOWN, 2);
    assertThat(line.state(now).window()).isEqualTo(1);
    assertThat(line.begin(now)).isTrue();

    took(Effect.SLOW_DOWN, 1);
    assertThat(line.state(now).pause()).isEqualTo(Line.FIRST_PAUSE);
    assertThat(line.first(now)).isNull();
    line.end();
    assertThat(line.begin(now)).isFalse();
    assertThat(line.wakesAt(now)).contains(now.plus(Line.FIRST_PAUSE));

    took(Effect.SLOW_DOWN, 20);
    assertThat(line.state(now).pause()).isEqualTo(Line.LONGEST_PAUSE);
    now = now.plus(Line.LONGEST_PAUSE);
    assertThat(line.begin(now)).isTrue();
    assertThat(line.first(now)).isNotNull();
    took(Effect.TAKEN, 1);
    assertThat(line.state(now).pause()).isEqualTo(Line.LONGEST_PAUSE.dividedBy(2));
    assertThat(line.next(now)).isNull();
    took(Effect.TAKEN, 100);
    assertThat(line.state(now).pause()).isZero();
    assertThat(line.state(now).window()).isEqualTo(CONNECTIONS);
    assertThat(line.next(now)).isNotNull();
  }

  @Test
  void pausesAreShortWhereRetriesAre() {
    QueueSettings.Schedule hasty =
        new QueueSettings.Schedule(
            Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofDays(5), Duration.ofHours(4));
    Line other = new Line(CONNECTIONS, hasty, now);
    for (int i = 0; i < 20; i++) {
      other.adapt(Effect.SLOW_DOWN, now);
    }
    assertThat(other.state(now).pause()).isEqualTo(Duration.ofMillis(100));
  }

  /** A slow destination must not keep in hand what others need. */
  @Test
  void whatIsTooMuchForASlowDestinationIsPutOff() {
    took(Effect.SLOW_DOWN, 5);
    fill(Line.PARCELS_IN_PAUSE + 2);
    assertThat(line.begin(now)).isTrue();
    assertThat(line.first(now)).isNotNull();
    assertThat(line.obstacle(now)).isPresent();
    assertThat(line.next(now)).isNotNull();
    assertThat(line.obstacle(now)).isPresent();
    assertThat(line.next(now)).isNull();
    line.end();
    assertThat(line.begin(now)).isFalse();
  }

  @Test
  void tooManyParcelsArePutOff() {
    fill(Line.PARCELS + 2);
    assertThat(line.begin(now)).isTrue();
    line.first(now);
    assertThat(line.obstacle(now)).isPresent();
    line.next(now);
    assertThat(line.obstacle(now)).isEmpty();
  }

  @Test
  void whoCannotBeReachedIsLeftAloneForLongerEachTimeAndForgottenAtLast() {
    took(Effect.UNREACHABLE, 1);
    Line.Obstacle first = line.obstacle(now).orElseThrow();
    took(Effect.UNREACHABLE, 1);
    assertThat(line.obstacle(now).orElseThrow().until()).isAfter(first.until());
    assertThat(line.isOver(now)).isFalse();
    now = now.plus(QueueSettings.Schedule.STANDARD.longestRetry().multipliedBy(2)).plusSeconds(1);
    assertThat(line.obstacle(now)).isEmpty();
    assertThat(line.isOver(now)).isTrue();
  }

  @Test
  void whatWorksIsForgottenAndWhatIsSlowIsNot() {
    took(Effect.TAKEN, 2);
    assertThat(line.isOver(now)).isTrue();
    took(Effect.SLOW_DOWN, 3);
    assertThat(line.isOver(now)).isFalse();
    took(Effect.TAKEN, 20);
    assertThat(line.isOver(now)).isTrue();
    fill(1);
    assertThat(line.isOver(now)).isFalse();
  }
}
