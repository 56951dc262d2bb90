package org.wachtpost.inspect.evidence;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Has one batch of files sorted while the next one is listed. For one thread. */
final class Sorting implements AutoCloseable {
  private final Evidence.Sorter sorter;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("inspect-sort").factory());
  private @Nullable Future<List<EvidenceFile>> running;

  Sorting(Evidence.Sorter sorter) {
    this.sorter = sorter;
  }

  /** Begins with these; returns what was kept of those before. */
  List<EvidenceFile> next(List<EvidenceFile> batch) {
    List<EvidenceFile> kept = finish();
    running = thread.submit(() -> sorter.keep(batch));
    return kept;
  }

  /**
   * What was kept of the last ones.
   *
   * @throws RuntimeException what sorting failed with, also an error such as a lack of memory
   */
  List<EvidenceFile> finish() {
    Future<List<EvidenceFile>> last = running;
    running = null;
    if (last == null) {
      return List.of();
    }
    try {
      return last.get();
    } catch (InterruptedException interrupted) {
      last.cancel(true);
      Thread.currentThread().interrupt(); // who asked to stop is heard by whoever waits next
      return List.of();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case Error error -> throw error;
        case RuntimeException unexpected -> throw unexpected;
        case null, default -> throw new IllegalStateException(failed);
      }
    }
  }

  /** Nothing is sorted any more when it returns. */
  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }
}
