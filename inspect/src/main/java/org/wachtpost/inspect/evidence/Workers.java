package org.wachtpost.inspect.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Does numbered pieces of work on several platform threads and waits for all of them. */
public final class Workers {
  private static final Duration TICK = Duration.ofMillis(200);

  private Workers() {}

  /**
   * Hands out 0 to {@code count - 1}, lowest first.
   *
   * @param worker makes what one thread works with; it must not throw
   * @param tick called from this thread now and then
   * @throws InterruptedException if this thread is interrupted; no further piece is handed out
   */
  public static void each(int threads, int count, Supplier<IntConsumer> worker, Runnable tick)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, count); i++) {
      IntConsumer work = worker.get();
      running.add(Thread.ofPlatform().name("inspect-" + i).start(() -> loop(work, next, count)));
    }
    try {
      for (Thread thread : running) {
        while (!thread.join(TICK)) {
          tick.run();
        }
      }
    } catch (InterruptedException interrupted) {
      next.set(count);
      throw interrupted;
    }
  }

  private static void loop(IntConsumer work, AtomicInteger next, int count) {
    int index = next.getAndIncrement();
    while (index < count) {
      work.accept(index);
      index = next.getAndIncrement();
    }
  }
}
