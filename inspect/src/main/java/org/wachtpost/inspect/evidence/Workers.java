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
    switch (death.get()) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException failed -> throw failed;
      case Throwable other -> throw new IllegalStateException(other);
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
    } catch (RuntimeException | Error failed) {
      next.set(count);
      death.compareAndSet(null, failed);
    }
  }
}
