package org.wachtpost.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Change;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryStore;
import tools.jackson.databind.node.ObjectNode;

class QueueOperationsTest {
  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T08:00:00Z"));
  private final Accounts accounts = new Accounts(store, clock, new Random(1));
  private final List<AccessEvent> events = new ArrayList<>();
  private final Outbox outbox = new Outbox(accounts, store, clock, 2);
  private final Operations operations = new Operations();

  QueueOperationsTest() {
    Directory people = new Directory(accounts, clock, new SecureRandom(), event -> {});
    Directory.Actor actor =
        new Directory.Actor("cli", new AccessEvent.Origin("cli", null, 0, 0, "admin"));
    people.addDomain(actor, "example.test");
    people.addAccount(actor, "alice@example.test", "Alice", "correct horse");
    new QueueOperations(outbox, people, new TlsResults(accounts, clock), events::add, clock)
        .addTo(operations);
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

  private void run(String operation, String name, String value) {
    ObjectNode request = Frames.JSON.createObjectNode().put("op", operation).put(name, value);
    operations.run(request, new byte[0], item -> {});
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
                  "cli",
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
