package org.wachtpost.inspect.check;

import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * In which order files are read. Thread-safe.
 *
 * <p>Event logs are read first, and by one thread as long as there is something else: much code is
 * needed for them, which runs slowly until Java has compiled it, and then it has run so in one
 * thread and not in all.
 */
final class Agenda {
  private final Queue<Classifier.Claimed> events = new ConcurrentLinkedQueue<>();
  private final Queue<Classifier.Claimed> others = new ConcurrentLinkedQueue<>();

  /** An agenda of these files, the largest first: no thread is left alone with one at the end. */
  Agenda(List<Classifier.Claimed> files) {
    files.stream()
        .sorted((one, other) -> Long.compare(other.file().size(), one.file().size()))
        .forEach(one -> (one.kind() == Kind.EVENT_LOG ? events : others).add(one));
  }

  /**
   * What is to be read next; asked for once for each file.
   *
   * @param forEvents true for the thread that reads event logs
   */
  Classifier.Claimed next(boolean forEvents) {
    Classifier.Claimed one = (forEvents ? events : others).poll();
    return one != null ? one : Objects.requireNonNull((forEvents ? others : events).poll());
  }
}
