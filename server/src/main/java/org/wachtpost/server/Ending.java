package org.wachtpost.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end: the shutdown hook wakes the main thread and lets
 * the process go only when that has closed everything.
 */
final class Ending {
  /** How long the process waits for an orderly end, seconds. */
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  Ending() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "ending"));
  }

  private void end() {
    asked.countDown();
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Console.line("not everything has ended in " + PATIENCE_SECONDS + " s; ending all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the process is told to end. */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        asked.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that everything is closed. */
  void done() {
    done.countDown();
  }
}
