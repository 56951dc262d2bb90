package org.wachtpost.inspect.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
   * @throws Error what a worker died of, such as a lack of memory: nobody shall think all was done
   * @throws IllegalStateException around a checked exception that got out of a worker unseen
   */
  public static void each(int threads, int count, Supplier<IntConsumer> worker, Runnable tick)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> death = new AtomicReference<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, count); i++) {
      IntConsumer work = worker.get();
      running.add(
          Thread.ofPlatform().name("inspect-" + i).start(() -> loop(work, next, count, death)));
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
    // Of a switch over types a class would be made at every start, which no cache has.
    Throwable dead = death.get();
    if (dead instanceof Error error) {
      throw error;
    } else if (dead instanceof RuntimeException failed) {
      throw failed;
    } else if (dead != null) {
      throw new IllegalStateException(dead);
    }
  }

  private static void loop(
      IntConsumer work, AtomicInteger next, int count, AtomicReference<@Nullable Throwable> death) {
    try {
      int index = next.getAndIncrement();
      while (index < count) {
        work.accept(index);
        index = next.getAndIncrement();
      }
    } catch (Throwable failed) {
      // Also what no signature names: a piece that was given up must not look done.
      next.set(count);
      death.compareAndSet(null, failed);
    }
  }
}
