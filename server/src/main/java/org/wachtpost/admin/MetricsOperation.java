package org.wachtpost.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.wachtpost.queue.DestinationState;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueControl;
import org.wachtpost.queue.QueueMetrics;
import org.wachtpost.queue.RecipientState;
import tools.jackson.databind.JsonNode;

/** Numbers for a monitoring system, in the text form that Prometheus reads. */
public final class MetricsOperation {
  private final QueueControl control;
  private final InstantSource time;
  private final Supplier<Optional<QueueMetrics>> queue;

  /**
   * @param queue what the queue has done; empty where no server runs
   */
  public MetricsOperation(
      Outbox outbox, InstantSource time, Supplier<Optional<QueueMetrics>> queue) {
    this.control = new QueueControl(outbox, time);
    this.time = time;
    this.queue = queue;
  }

  /** Adds the operation to the table. */
  public void addTo(Operations operations) {
    operations.add("metrics", (a, b, i) -> metrics());
  }

  private JsonNode metrics() {
    MetricsText text = new MetricsText();
    waiting(text);
    queue.get().ifPresent(live -> done(text, live));
    return Frames.JSON.createObjectNode().put("text", text.toString());
  }

  private void waiting(MetricsText text) {
    QueueControl.Stats stats = control.stats();
    text.gauge("wachtpost_queue_messages", "Messages in the outbound queue.", stats.messages());
    text.gauge("wachtpost_queue_bytes", "Bytes of their contents.", stats.bytes());
    text.gauge("wachtpost_queue_domains", "Domains that they wait for.", stats.domains());
    text.family("wachtpost_queue_recipients", "gauge", "Recipients in the queue, by state.");
    for (RecipientState state : RecipientState.values()) {
      if (!state.isFinal()) {
        String name = state.name().toLowerCase(Locale.ROOT);
        long count = stats.recipients().getOrDefault(state, 0L);
        text.sample("wachtpost_queue_recipients", "state", name, count);
      }
    }
    Instant oldest = stats.oldest();
    Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest, time.instant());
    text.gauge(
        "wachtpost_queue_oldest_message_age_seconds",
        "Age of the oldest message in the queue.",
        Math.max(0, age.toSeconds()));
  }

  private static void done(MetricsText text, QueueMetrics live) {
    text.family(
        "wachtpost_queue_attempts_total", "counter", "Attempts to deliver since the start.");
    text.sample("wachtpost_queue_attempts_total", live.attempts());
    String settled = "wachtpost_queue_recipients_total";
    text.family(settled, "counter", "Recipients since the start, by what came of an attempt.");
    text.sample(settled, "result", "delivered", live.delivered());
    text.sample(settled, "result", "deferred", live.deferred());
    text.sample(settled, "result", "failed", live.failed());
    text.gauge(
        "wachtpost_queue_connections",
        "Connections in use.",
        live.destinations().values().stream().mapToLong(DestinationState::active).sum());
    text.gauge(
        "wachtpost_queue_closed_destinations",
        "Destinations that could not be reached and are left alone for now.",
        live.destinations().values().stream().filter(each -> each.closedUntil() != null).count());
    text.gauge(
        "wachtpost_queue_slow_destinations",
        "Destinations that are given pauses because they refuse for now.",
        live.destinations().values().stream().filter(each -> each.pause().isPositive()).count());
  }
}
