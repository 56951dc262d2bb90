package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcceptLoopTest {
  private final List<String> reports = new ArrayList<>();

  @Test
  void aFailureThatStaysIsReportedOnceAndItsEndToo() {
    AtomicInteger calls = new AtomicInteger();
    AcceptLoop[] loop = new AcceptLoop[1];
    loop[0] =
        new AcceptLoop(
            () -> {
              int call = calls.incrementAndGet();
              if (call <= 50) {
                throw new IOException("Too many open files");
              }
              if (call == 60) {
                loop[0].close();
              }
            },
            Duration.ZERO,
            reports::add);
    loop[0].run();
    assertThat(calls).hasValue(60);
    assertThat(reports)
        .satisfiesExactly(
            first -> assertThat(first).contains("Too many open files"),
            last -> assertThat(last).isEqualTo("accepting again after 50 failures"));
  }

  @Test
  void afterAFailureItWaitsAndCloseWakesIt() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    AcceptLoop loop =
        new AcceptLoop(
            () -> {
              calls.incrementAndGet();
              throw new IOException("Too many open files");
            },
            Duration.ofDays(1),
            report -> failed.countDown());
    Thread thread = Thread.ofVirtual().start(loop::run);
    assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
    loop.close();
    thread.join();
    assertThat(calls).hasValue(1);
  }

  @Test
  void theErrorThatClosingMakesIsNoFailure() {
    AcceptLoop[] loop = new AcceptLoop[1];
    loop[0] =
        new AcceptLoop(
            () -> {
              loop[0].close();
              throw new IOException("socket closed");
            },
            Duration.ofDays(1),
            reports::add);
    loop[0].run();
    assertThat(reports).isEmpty();
  }
}
