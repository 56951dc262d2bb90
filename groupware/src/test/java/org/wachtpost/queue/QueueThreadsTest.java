package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The queue with threads of its own: how many at a time, and how it ends. */
final class QueueThreadsTest {
  private static final int SECONDS = 30;
  private static final String MESSAGE = "From: a@home.test\r\n\r\nx\r\n";

  private final QueueWorld world = new QueueWorld();

  private static Attempt taken() {
    return new Attempt.Answered(
        List.of(new Answer(250, "2.0.0", "ok")), false, "TLS", Attempt.Session.NEW_TLS);
  }

  /** Many hosts that never answer once made the end of the server wait for each of them. */
  @Test
  void endsSoonThoughManyHostsHang() throws InterruptedException {
    int hosts = 8;
    CountDownLatch hanging = new CountDownLatch(hosts);
    CountDownLatch over = new CountDownLatch(1);
    world.network =
        hop -> {
          hanging.countDown();
          awaitQuietly(over);
          return Optional.of(taken());
        };
    for (int i = 0; i < hosts; i++) {
      world.dns.addMx("d" + i + ".test", 10, "mx.far.test");
      world.accept(null, "s", "a@home.test", MESSAGE, "x@d" + i + ".test");
    }
    world.runner.start();
    assertThat(hanging.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    world.runner.close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    over.countDown();
    assertThat(took).isLessThan(QueueRunner.LAST_WORDS.plusSeconds(3));
  }

  @Test
  void aDestinationIsGivenFewConnectionsAtFirstAndNeverMoreThanItsShare()
      throws InterruptedException {
    int messages = 200;
    int most = QueueSettings.of("mx.home.test").connectionsPerDestination();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger highest = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(messages);
    CountDownLatch two = new CountDownLatch(2);
    world.network =
        hop -> {
          highest.accumulateAndGet(now.incrementAndGet(), Math::max);
          two.countDown();
          awaitQuietly(two);
          now.decrementAndGet();
          done.countDown();
          return Optional.of(taken());
        };
    for (int i = 0; i < messages; i++) {
      world.accept(null, "s", "a@home.test", MESSAGE, "x" + i + "@far.test");
    }
    world.runner.start();
    assertThat(done.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    world.runner.close();
    assertThat(highest.get()).isBetween(2, most);
    assertThat(world.outbox.nextAttempt()).isEmpty();
  }

  @Test
  void whatWasDoneIsCountedAndSlowDestinationsShow() {
    QueueWorld counted = new QueueWorld();
    counted.script.put("late@far.test", new Answer(451, "4.7.1", "later"));
    counted.script.put("no@far.test", new Answer(550, "5.1.1", "no"));
    counted.accept(null, "s", "", MESSAGE, "x@far.test", "late@far.test", "no@far.test");
    counted.accept(null, "s", "", MESSAGE, "x@far.test");
    counted.runner.round();
    QueueMetrics metrics = counted.runner.metrics();
    assertThat(metrics.attempts()).isEqualTo(2);
    assertThat(metrics.delivered()).isEqualTo(2);
    assertThat(metrics.deferred()).isEqualTo(1);
    assertThat(metrics.failed()).isEqualTo(1);
  }

  /** Refused for now again and again, a destination is left with one connection, then a pace. */
  @Test
  void aStormOfRefusalsLowersTheConnectionsAndThePace() throws InterruptedException {
    int messages = 30;
    CountDownLatch refused = new CountDownLatch(2);
    world.network =
        hop -> {
          refused.countDown();
          return Optional.of(
              new Attempt.Answered(
                  List.of(Answer.temporary("4.7.1", "slower")),
                  false,
                  "TLS",
                  Attempt.Session.NEW_TLS));
        };
    for (int i = 0; i < messages; i++) {
      world.accept(null, "s", "a@home.test", MESSAGE, "x" + i + "@far.test");
    }
    world.runner.start();
    assertThat(refused.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    world.runner.close();
    // The clock stands still, so the first pause never ends.
    DestinationState state = world.runner.metrics().destinations().get("far.test");
    assertThat(state.window()).isEqualTo(1);
    assertThat(state.pause()).isGreaterThanOrEqualTo(Line.FIRST_PAUSE);
    assertThat(state.waiting()).isBetween(1, messages - 2);
    assertThat(world.runner.metrics().deferred()).isLessThan(messages);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
