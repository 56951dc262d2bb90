package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

class OutboxTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");

  private final MemoryDisk disk = new MemoryDisk(new Faults(new Random(1)), Long.MAX_VALUE);
  private final MemoryStore store = new MemoryStore(disk);
  private final Outbox outbox =
      new Outbox(new Accounts(store, () -> NOW, new Random(2)), store, () -> NOW, 1);

  private static OutboundMessage message(String text, int recipients) {
    return new OutboundMessage(
        "a@b.test",
        IntStream.range(0, recipients)
            .mapToObj(i ->
                new OutboundRecipient(
                    "r" + i + "@c.test", "rfc822;r" + i, Set.of(Notify.SUCCESS, Notify.DELAY)))
            .toList(),
        new EnvelopeOptions(BodyType.EIGHT_BIT_MIME, true, true, "FULL", "e+2B"),
        AccountId.person(7),
        "session",
        MessageContent.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    AccountId shard = new AccountId(AccountId.Kind.QUEUE, 0);
    try (Snapshot snapshot = store.snapshot(shard)) {
      new OutboxCheck().check(shard, snapshot, store, problems::add);
    }
    return problems;
  }

  @Test
  void keepsEverythingThatWasAskedFor() throws Exception {
    OutboundMessage message = message("hello", 2);
    QueueId id = outbox.accept(message);
    assertThat(QueueId.parse(id.toString())).contains(id);
    QueuedMessage queued = outbox.message(id).orElseThrow();
    assertThat(queued.sender()).isEqualTo("a@b.test");
    assertThat(queued.options()).isEqualTo(message.options());
    assertThat(queued.origin()).isEqualTo(AccountId.person(7));
    assertThat(queued.accepted()).isEqualTo(NOW);
    assertThat(outbox.recipients(id))
        .extracting(QueuedRecipient::recipient)
        .containsExactlyElementsOf(message.recipients());
    assertThat(outbox.content(queued, 1).readAllBytes()).asString().isEqualTo("ello");
    assertThat(problems()).isEmpty();
  }

  @Test
  void dueFollowsTheStates() throws Exception {
    QueueId id = outbox.accept(message("hello", 3));
    assertThat(outbox.due(NOW, 10)).hasSize(3);
    assertThat(outbox.due(NOW.minusMillis(1), 10)).isEmpty();
    List<QueuedRecipient> before = outbox.recipients(id);
    Instant later = NOW.plus(Duration.ofMinutes(5));
    outbox.update(
        id,
        List.of(
            before.get(0).settled(RecipientState.DELIVERED, NOW, "250 ok"),
            before.get(1).retried(NOW, later, "451 busy"),
            before.get(2).in(RecipientState.HELD, NOW)));
    assertThat(outbox.due(NOW, 10)).isEmpty();
    assertThat(outbox.nextAttempt()).contains(later);
    assertThat(outbox.due(later, 10)).extracting(Outbox.Due::recipient).containsExactly(1);
    QueuedRecipient tried = outbox.recipients(id).get(1);
    assertThat(tried.attempts()).isEqualTo(1);
    assertThat(tried.lastStatus()).isEqualTo("451 busy");
    assertThat(tried.lastAttempt()).isEqualTo(NOW);
    assertThat(problems()).isEmpty();
  }

  @Test
  void contentGoesWithTheLastMessageThatHasIt() throws Exception {
    QueueId first = outbox.accept(message("same", 1));
    QueueId second = outbox.accept(message("same", 1));
    assertThat(outbox.remove(first)).isTrue();
    assertThat(outbox.remove(first)).isFalse();
    assertThat(outbox.content(outbox.message(second).orElseThrow(), 0).readAllBytes())
        .asString()
        .isEqualTo("same");
    assertThat(problems()).isEmpty();
    outbox.remove(second);
    assertThat(outbox.update(second, List.of())).isFalse();
    assertThat(outbox.nextAttempt()).isEmpty();
    assertThat(problems()).isEmpty();
  }

  @Test
  void manyRecipientsAreSplitAndNoneIsLost() throws Exception {
    outbox.accept(message("many", 2 * Outbox.RECIPIENTS + 1));
    List<Integer> counts = new ArrayList<>();
    outbox.forEach(queued -> counts.add(queued.recipients()));
    assertThat(counts).containsExactly(Outbox.RECIPIENTS, Outbox.RECIPIENTS, 1);
    assertThat(outbox.due(NOW, 10_000)).hasSize(2 * Outbox.RECIPIENTS + 1);
    assertThat(problems()).isEmpty();
  }

  @Test
  void fullDiskTakesNothing() throws Exception {
    outbox.accept(message("fits", 1));
    disk.setCapacity(disk.length());
    OutboundMessage next = message("does not", 1);
    assertThatThrownBy(() -> outbox.accept(next)).isInstanceOf(StoreException.class);
    disk.setCapacity(Long.MAX_VALUE);
    assertThat(outbox.due(NOW, 10)).hasSize(1);
    assertThat(problems()).isEmpty();
  }

  @Test
  void checkFindsWhatIsBroken() throws Exception {
    QueueId id = outbox.accept(message("hello", 2));
    AccountId shard = id.account();
    Batch batch = new Batch();
    batch.delete(QueueKeys.time(NOW, id.number(), 0));
    batch.delete(QueueKeys.recipient(id.number(), 1));
    store.commit(shard, store.version(shard), CommitId.random(new Random(3)), batch);
    assertThat(problems())
        .anyMatch(problem -> problem.startsWith("time of an attempt is missing"))
        .anyMatch(problem -> problem.startsWith("time of an attempt without its message"))
        .anyMatch(problem -> problem.startsWith("recipient is missing"));
  }

  @Test
  void whatBecameOfAMessageIsRememberedAndThenForgotten() throws Exception {
    QueueId id = outbox.accept(message("hello", 2));
    List<QueuedRecipient> before = outbox.recipients(id);
    QueuedRecipient first = before.get(0).settled(RecipientState.DELIVERED, NOW, "250 ok");
    QueuedRecipient second = before.get(1).settled(RecipientState.FAILED, NOW, "550 no");
    outbox.settle(id, List.of(first), "mx1 took it for r0", List.of());
    assertThat(outbox.finished(id)).isEmpty();
    outbox.settle(id, List.of(second), "mx2 refused r1", List.of());
    assertThat(outbox.message(id)).isEmpty();
    FinishedMail.Finished finished = outbox.finished(id).orElseThrow();
    assertThat(finished.at()).isEqualTo(NOW);
    assertThat(finished.message().sender()).isEqualTo("a@b.test");
    assertThat(outbox.recipients(id))
        .extracting(QueuedRecipient::lastStatus)
        .containsExactly("250 ok", "550 no");
    assertThat(outbox.trace(id))
        .extracting(TraceEntry::words)
        .containsExactly("mx1 took it for r0", "mx2 refused r1");
    List<QueueId> listed = new ArrayList<>();
    outbox.forEachFinished(each -> listed.add(each.message().id()));
    assertThat(listed).containsExactly(id);
    assertThat(store.blobSize(id.account(), finished.message().content())).isEmpty();
    assertThat(problems()).isEmpty();

    assertThat(outbox.forgetFinished(NOW)).isZero();
    assertThat(outbox.forgetFinished(NOW.plusMillis(1))).isEqualTo(1);
    assertThat(outbox.finished(id)).isEmpty();
    assertThat(outbox.recipients(id)).isEmpty();
    assertThat(outbox.trace(id)).isEmpty();
    assertThat(problems()).isEmpty();
  }

  @Test
  void manyFinishedMessagesWithManyRecipientsAreForgottenInSteps() throws Exception {
    for (int i = 0; i < 5; i++) {
      QueueId id = outbox.accept(message("many " + i, Outbox.RECIPIENTS));
      List<QueuedRecipient> done = new ArrayList<>();
      for (QueuedRecipient each : outbox.recipients(id)) {
        done.add(each.settled(RecipientState.DELIVERED, NOW, "250 ok"));
      }
      outbox.settle(id, done, "all at once", List.of());
    }
    assertThat(outbox.forgetFinished(NOW.plusMillis(1))).isEqualTo(5);
    assertThat(problems()).isEmpty();
    try (Snapshot snapshot = store.snapshot(new AccountId(AccountId.Kind.QUEUE, 0));
        Cursor left =
            snapshot.range(
                QueueKeys.RECIPIENTS, QueueKeys.RECIPIENTS.prefixEnd(), Direction.FORWARD, 1)) {
      assertThat(left.next()).isFalse();
    }
  }
}
