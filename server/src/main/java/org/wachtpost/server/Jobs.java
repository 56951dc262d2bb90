package org.wachtpost.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs that come round: each on a virtual thread of its own, until closed. */
final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Runs the job again and again, the first time after one period. A job that fails is said in the
   * log and runs again when its time comes.
   */
  void every(String name, Duration period, Runnable job) {
    threads.add(Thread.ofVirtual().name("job-" + name).start(() -> run(name, period, job)));
  }

  private void run(String name, Duration period, Runnable job) {
    try {
      while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          job.run();
        } catch (RuntimeException e) {
          LOG.error("job {} failed and will run again", name, e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("job {} was interrupted", name);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
