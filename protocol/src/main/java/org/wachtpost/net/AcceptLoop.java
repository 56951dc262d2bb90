package org.wachtpost.net;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Accepts until closed. A failure that stays (with no file descriptor left, each accept fails at
 * once) is reported when it begins and when it ends, and tried again after a pause: the loop
 * neither spins nor floods the log. One thread runs it, any thread may close it.
 */
public final class AcceptLoop implements AutoCloseable {
  /** Pause after an accept that failed. */
  public static final Duration PAUSE = Duration.ofMillis(100);

  /** Waits for one connection and hands it on. */
  @FunctionalInterface
  public interface Step {
    void accept() throws IOException;
  }

  private final Step step;
  private final Duration pause;
  private final Consumer<String> report;
  private final CountDownLatch closed = new CountDownLatch(1);

  public AcceptLoop(Step step, Duration pause, Consumer<String> report) {
    this.step = step;
    this.pause = pause;
    this.report = report;
  }

  /** Runs until closed or interrupted. */
  public void run() {
    long failures = 0;
    while (closed.getCount() > 0) {
      try {
        step.accept();
        if (failures > 0) {
          report.accept("accepting again after " + failures + " failures");
        }
        failures = 0;
      } catch (IOException e) {
        if (closed.getCount() == 0) {
          return;
        }
        if (failures++ == 0) {
          report.accept("accept failed, trying on every " + pause.toMillis() + " ms: " + e);
        }
        if (!waited()) {
          return;
        }
      }
    }
  }

  /** False if there is no more to wait for. */
  private boolean waited() {
    try {
      return !closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whoever closes what is accepted from does this first. */
  @Override
  public void close() {
    closed.countDown();
  }
}
