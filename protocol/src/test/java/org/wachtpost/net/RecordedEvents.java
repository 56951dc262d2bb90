package org.wachtpost.net;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;

/** Keeps access events for a test to look at. */
public final class RecordedEvents implements AccessLog {
  private final BlockingQueue<AccessEvent> events = new LinkedBlockingQueue<>();

  @Override
  public void record(AccessEvent event) {
    events.add(event);
  }

  public List<AccessEvent> all() {
    return List.copyOf(events);
  }

  /** Waits for the next event of this kind; those before it are dropped. */
  public <E extends AccessEvent> E await(Class<E> kind) throws InterruptedException {
    while (true) {
      AccessEvent event = events.poll(20, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no " + kind.getSimpleName() + " was recorded");
      }
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }
}
