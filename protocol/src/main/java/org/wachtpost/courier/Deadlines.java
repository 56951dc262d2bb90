package org.wachtpost.courier;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes sockets on which something takes too long: a blocking write has no deadline of its own,
 * and one of a read begins anew with every octet.
 */
final class Deadlines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  private final ScheduledThreadPoolExecutor timer;

  Deadlines() {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("courier-deadlines").factory();
    timer = new ScheduledThreadPoolExecutor(1, daemons);
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * From now until it is closed.
   *
   * @param socket one whose {@code close} waits for nobody
   */
  Watch watch(Socket socket, Duration limit) throws IOException {
    try {
      return new Watch(socket, limit);
    } catch (RejectedExecutionException e) {
      throw new IOException("this server is ending", e);
    }
  }

  /** Runs something in a thread of its own, after a while; never if this is closed before. */
  void after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> _ =
          timer.schedule(
              () -> {
                Thread.startVirtualThread(task);
              },
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("this server is ending", e);
    }
  }

  /** Watches one socket. */
  final class Watch implements AutoCloseable {
    private final Socket socket;
    private final ScheduledFuture<?> alarm;
    private volatile boolean passed;

    private Watch(Socket socket, Duration limit) {
      this.socket = socket;
      this.alarm = timer.schedule(this::cut, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cut() {
      passed = true;
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("a socket past its deadline does not close", e);
      }
    }

    boolean hasPassed() {
      return passed;
    }

    void throwIfPassed() throws SocketTimeoutException {
      if (passed) {
        throw new SocketTimeoutException("the far end did not read in time");
      }
    }

    @Override
    public void close() {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
