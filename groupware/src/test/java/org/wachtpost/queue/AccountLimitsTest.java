package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.store.AccountId;

/** An account that sends too much is noticed, and its mail waits for somebody to look at it. */
final class AccountLimitsTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final AccountId BOB = AccountId.person(2);

  private final QueueWorld world = new QueueWorld();
  private final QueueControl control = new QueueControl(world.outbox, () -> world.now);
  private final Correspondents correspondents =
      new Correspondents(world.accounts, () -> world.now, 2);
  private final List<AccessEvent> events = new ArrayList<>();
  private final AccountLimits limits = limits(10, 5, 3);

  AccountLimitsTest() {
    world.bounces = limits::bounced;
  }

  private AccountLimits limits(int recipients, int newRecipients, int bounces) {
    return new AccountLimits(
        world.outbox,
        correspondents,
        new AccountLimits.Limits(recipients, newRecipients, bounces),
        id -> (id.equals(ALICE) ? "alice" : "bob") + "@home.test",
        events::add,
        () -> world.now);
  }

  private QueueId send(@Nullable AccountId origin, String... to) throws IOException {
    byte[] content = "From: a@home.test\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
    return limits.accept(
        new OutboundMessage(
            "a@home.test",
            Arrays.stream(to).map(each -> new OutboundRecipient(each, null, Set.of())).toList(),
            EnvelopeOptions.NONE,
            origin,
            "session-1",
            MessageContent.of(content)));
  }

  private static String[] people(int count, String start) {
    return IntStream.range(0, count).mapToObj(i -> start + i + "@far.test").toArray(String[]::new);
  }

  private Set<RecipientState> states(QueueId id) {
    return Set.copyOf(world.outbox.recipients(id).stream().map(QueuedRecipient::state).toList());
  }

  @Test
  void newRecipientsBeyondTheLimitAreHeldAndTheLogIsToldOnce() throws IOException {
    assertThat(states(send(ALICE, people(5, "a")))).containsExactly(RecipientState.WAITING);
    QueueId waiting = send(ALICE, "a0@far.test");
    QueueId held = send(ALICE, "new@far.test");
    QueueId more = send(ALICE, "newer@far.test");
    assertThat(states(held)).containsExactly(RecipientState.HELD);
    assertThat(states(more)).containsExactly(RecipientState.HELD);
    // What had not left yet is kept back too.
    assertThat(states(waiting)).containsExactly(RecipientState.HELD);
    assertThat(events).hasSize(1);
    AccessEvent.Offence offence = (AccessEvent.Offence) events.getFirst();
    assertThat(offence.account()).isEqualTo("alice@home.test");
    assertThat(offence.what()).isEqualTo("sending-limit");
    assertThat(offence.detail()).contains("6 new recipients within an hour, the limit is 5");
    assertThat(offence.origin().session()).isEqualTo("session-1");
    assertThat(world.outbox.trace(held).getFirst().words())
        .isEqualTo("held: alice@home.test has 6 new recipients within an hour, the limit is 5");
    assertThat(world.runner.round()).isZero();
  }

  @Test
  void oldAcquaintancesAreNotNew() throws IOException {
    send(ALICE, people(4, "a"));
    world.now = world.now.plus(Duration.ofDays(300));
    send(ALICE, "A0@far.test", "a1@far.test", "a2@far.test", "a3@far.test", "b@far.test");
    assertThat(events).isEmpty();
    // Whom she wrote to is nothing to Bob.
    send(BOB, people(4, "a"));
    send(BOB, people(2, "b"));
    assertThat(events).hasSize(1);
  }

  @Test
  void whoWasHeldIsStillNewAtTheNextTry() throws IOException {
    send(ALICE, people(6, "a"));
    assertThat(events).hasSize(1);
    assertThat(correspondents.unknown(ALICE, List.of("a0@far.test"))).hasSize(1);
  }

  @Test
  void recipientsAreCountedPerMessageAndHour() throws IOException {
    send(ALICE, people(4, "a"));
    send(ALICE, people(4, "a"));
    world.now = world.now.plus(Duration.ofMinutes(50));
    assertThat(states(send(ALICE, people(4, "a")))).containsExactly(RecipientState.HELD);
    assertThat(states(send(BOB, "x@far.test"))).containsExactly(RecipientState.WAITING);
    assertThat(states(send(null, people(20, "x")))).containsExactly(RecipientState.WAITING);
    world.now = world.now.plus(Duration.ofMinutes(11));
    // The first two are an hour old.
    assertThat(states(send(ALICE, people(4, "a")))).containsExactly(RecipientState.WAITING);
    assertThat(events).hasSize(1);
    world.now = world.now.plus(Duration.ofHours(2));
    send(ALICE, people(4, "a"));
    send(ALICE, people(4, "a"));
    send(ALICE, people(4, "a"));
    assertThat(events).hasSize(2);
  }

  /** Who writes all day never rests for an hour, and may be robbed a second time. */
  @Test
  void whoCameDownFromAnExcessIsToldOfAtTheNextOne() throws IOException {
    send(ALICE, people(6, "a"));
    assertThat(events).hasSize(1);
    for (int i = 0; i < 4; i++) {
      world.now = world.now.plus(Duration.ofMinutes(30));
      assertThat(states(send(ALICE, "b@far.test")))
          .containsExactly(i == 0 ? RecipientState.HELD : RecipientState.WAITING);
    }
    assertThat(events).hasSize(1);
    send(ALICE, people(6, "c"));
    assertThat(events).hasSize(2);
    send(ALICE, "d@far.test");
    assertThat(events).hasSize(2);
  }

  @Test
  void bouncesHoldWhatWaitsAndWhatComes() throws IOException {
    for (String each : people(4, "a")) {
      world.script.put(each, Answer.permanent("5.1.1", "no such user"));
    }
    send(ALICE, people(4, "a"));
    world.runner.round();
    assertThat(events).hasSize(1);
    assertThat(((AccessEvent.Offence) events.getFirst()).detail()).contains("4 bounces");
    QueueId held = send(ALICE, "a0@far.test");
    assertThat(states(held)).containsExactly(RecipientState.HELD);
  }

  @Test
  void nothingIsLostAndReleaseSendsIt() throws IOException {
    QueueId held = send(ALICE, people(9, "a"));
    world.runner.round();
    assertThat(world.brought).isEmpty();
    assertThat(world.outbox.idsOf(ALICE)).containsExactly(held);
    assertThat(world.outbox.idsOf(BOB)).isEmpty();
    control.release(held);
    world.runner.round();
    assertThat(world.brought).containsExactlyInAnyOrder(people(9, "a"));
    assertThat(world.outbox.message(held)).isEmpty();
  }

  @Test
  void acquaintancesAreForgottenInTheEnd() throws IOException {
    send(ALICE, "a@far.test");
    world.now = world.now.plus(Correspondents.MEMORY.minusDays(1));
    correspondents.forgetOld();
    assertThat(correspondents.unknown(ALICE, List.of("a@far.test"))).isEmpty();
    world.now = world.now.plus(Duration.ofDays(2));
    correspondents.forgetOld();
    assertThat(correspondents.unknown(ALICE, List.of("a@far.test"))).hasSize(1);
  }
}
