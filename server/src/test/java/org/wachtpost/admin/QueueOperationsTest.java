package org.wachtpost.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Change;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.DestinationState;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.QueueMetrics;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class QueueOperationsTest {
  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T08:00:00Z"));
  private final Accounts accounts = new Accounts(store, clock, new Random(1));
  private final List<AccessEvent> events = new ArrayList<>();
  private final Outbox outbox = new Outbox(accounts, store, clock, 2);
  private final Operations operations = new Operations();
  private @Nullable QueueMetrics metrics;

  QueueOperationsTest() {
    Directory people = new Directory(accounts, clock, new SecureRandom(), event -> {});
    Directory.Actor actor =
        new Directory.Actor("cli", new AccessEvent.Origin("cli", null, 0, 0, "admin"));
    people.addDomain(actor, "example.test");
    people.addAccount(actor, "alice@example.test", "Alice", "correct horse");
    TlsResults results = new TlsResults(accounts, clock);
    new QueueOperations(
            outbox, people, results, events::add, clock, () -> Optional.ofNullable(metrics))
        .addTo(operations);
    new MetricsOperation(outbox, clock, () -> Optional.ofNullable(metrics)).addTo(operations);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private QueueId queued() throws IOException {
    byte[] text = "Subject: x\r\n\r\ny\r\n".getBytes(StandardCharsets.US_ASCII);
    return outbox.accept(
        new OutboundMessage(
            "alice@example.test",
            List.of(new OutboundRecipient("bob@elsewhere.test", null, Set.of())),
            new EnvelopeOptions(BodyType.SEVEN_BIT, false, false, null, null),
            AccountId.person(1),
            "s1",
            MessageContent.of(text)));
  }

  private JsonNode run(String operation, String name, String value) {
    ObjectNode request = Frames.JSON.createObjectNode().put("op", operation).put(name, value);
    return operations.run(request, "root", new byte[0], item -> {});
  }

  @Test
  void statsTellWhatWaitsAndWhatWasDone() throws Exception {
    assertThat(run("queue-stats", "x", "").path("oldest").isNull()).isTrue();
    queued();
    JsonNode stopped = run("queue-stats", "x", "");
    assertThat(stopped.path("waiting").asLong()).isEqualTo(1);
    assertThat(stopped.path("oldest").asString()).isEqualTo("2026-11-23T08:00:00Z");
    assertThat(stopped.path("oldest_age_seconds").asLong()).isZero();
    assertThat(stopped.has("since_start")).isFalse();
    DestinationState state =
        new DestinationState(3, 1, 2, Duration.ofMillis(400), 5, clock.instant());
    metrics = new QueueMetrics(9, 4, 3, 2, Map.of("far.test", state));
    JsonNode running = run("queue-stats", "x", "");
    assertThat(running.at("/since_start/attempts").asLong()).isEqualTo(9);
    assertThat(running.at("/since_start/delivered").asLong()).isEqualTo(4);
    assertThat(running.at("/since_start/deferred").asLong()).isEqualTo(3);
    assertThat(running.at("/since_start/failed").asLong()).isEqualTo(2);
    JsonNode far = running.path("destinations").path("far.test");
    assertThat(far.path("waiting").asLong()).isEqualTo(3);
    assertThat(far.path("connections_allowed").asLong()).isEqualTo(2);
    assertThat(far.path("pause_ms").asLong()).isEqualTo(400);
    assertThat(far.path("closed_until").asString()).isEqualTo("2026-11-23T08:00:00Z");
  }

  @Test
  void metricsAreInTheFormOfPrometheus() throws Exception {
    queued();
    assertThat(run("metrics", "x", "").path("text").asString())
        .contains(
            "# TYPE wachtpost_queue_messages gauge\nwachtpost_queue_messages 1\n",
            "wachtpost_queue_recipients{state=\"waiting\"} 1\n",
            "wachtpost_queue_recipients{state=\"held\"} 0\n",
            "wachtpost_queue_oldest_message_age_seconds 0\n")
        .doesNotContain("_total");
    DestinationState state =
        new DestinationState(3, 1, 2, Duration.ofMillis(400), 5, clock.instant());
    metrics = new QueueMetrics(9, 4, 3, 2, Map.of("far.test", state));
    String text = run("metrics", "x", "").path("text").asString();
    assertThat(text)
        .contains(
            "# TYPE wachtpost_queue_recipients_total counter\n",
            "wachtpost_queue_attempts_total 9\n",
            "wachtpost_queue_recipients_total{result=\"delivered\"} 4\n",
            "wachtpost_queue_recipients_total{result=\"failed\"} 2\n",
            "wachtpost_queue_connections 1\n",
            "wachtpost_queue_closed_destinations 1\n",
            "wachtpost_queue_slow_destinations 1\n")
        .doesNotContain("far.test");
    assertThat(text.lines())
        .allMatch(line -> line.matches("#.*|[a-z_]+(\\{[a-z]+=\"[a-z]+\"\\})? [0-9]+"));
  }

  @Test
  void aLongListComesMessageByMessage() throws Exception {
    for (int i = 0; i < 1_003; i++) {
      queued(); // more than are read at once, over two shards
    }
    List<String> ids = new ArrayList<>();
    ObjectNode request = Frames.JSON.createObjectNode().put("op", "queue-list");
    JsonNode result =
        operations.run(request, "root", new byte[0], item -> ids.add(item.path("id").asString()));
    assertThat(ids).hasSize(1_003).doesNotHaveDuplicates();
    assertThat(result.path("messages").asInt()).isEqualTo(1_003);
  }

  @Test
  void whatAnAdministratorDoesToTheQueueIsInTheAccessLog() throws Exception {
    String id = queued().toString();
    for (String operation : List.of("queue-hold", "queue-release", "queue-retry", "queue-remove")) {
      events.clear();
      run(operation, "id", id);
      assertThat(events)
          .containsExactly(
              new Change(
                  clock.instant(),
                  new AccessEvent.Origin("cli", null, 0, 0, "admin"),
                  "cli:root",
                  "alice@example.test",
                  operation,
                  id + " from <alice@example.test>"));
    }
    queued();
    events.clear();
    run("queue-remove", "account", "alice@example.test");
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            Change.class, change -> assertThat(change.detail()).isEqualTo("1 messages"));
    events.clear();
    assertThatThrownBy(() -> run("queue-remove", "id", id)).isInstanceOf(AdminException.class);
    assertThat(events).isEmpty();
  }
}
