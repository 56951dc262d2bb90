package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.store.StoreException;

final class QueueRunnerTest {
  private static final String MESSAGE = "From: a@home.test\r\nSubject: hello\r\n\r\nbody\r\n";

  private final QueueSettings settings = QueueSettings.of("home.test");
  private final QueueWorld world = new QueueWorld(settings);

  private QueueId send(String sender, Set<Notify> notifyOn, String... to) throws IOException {
    return send(world, sender, notifyOn, to);
  }

  private static QueueId send(QueueWorld world, String sender, Set<Notify> notifyOn, String... to)
      throws IOException {
    List<OutboundRecipient> recipients =
        Arrays.stream(to)
            .map(each -> new OutboundRecipient(each, "rfc822;" + each + "+0D+0AX:", notifyOn))
            .toList();
    return world.outbox.accept(
        new OutboundMessage(
            sender,
            recipients,
            new EnvelopeOptions(BodyType.SEVEN_BIT, false, false, "HDRS", "id+2B1"),
            null,
            "s",
            MessageContent.of(MESSAGE.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void deliversAndForgets() throws IOException {
    QueueId id = send("a@home.test", Set.of(), "x@far.test", "y@far.test");
    assertThat(world.runner.round()).isEqualTo(1);
    assertThat(world.brought).containsExactly("x@far.test", "y@far.test");
    assertThat(world.outbox.message(id)).isEmpty();
    assertThat(world.runner.round()).isZero();
  }

  @Test
  void bouncesOnceWithWhatWasSaidAndNothingInjected() throws IOException {
    world.script.put("x@far.test", new Answer(550, "5.1.1", "no such\r\nAction: delivered"));
    send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    world.runner.round();
    assertThat(world.delivered).hasSize(1);
    assertThat(world.delivered.getFirst())
        .contains("To: <a@home.test>")
        .contains("Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.far.test\r\n")
        .contains("Original-Envelope-Id: id+1\r\n")
        .contains("Original-Recipient: rfc822;x@far.test??X:\r\n")
        .contains("text/rfc822-headers")
        .contains("Subject: hello")
        .doesNotContain("body\r\n")
        .doesNotContain("\r\nAction: delivered");
    world.runner.round();
    assertThat(world.outbox.due(world.now, 10)).isEmpty();
  }

  @Test
  void nullSenderAndNeverAreToldNothing() throws IOException {
    world.script.put("x@far.test", new Answer(550, "5.1.1", "no"));
    send("", Set.of(), "x@far.test");
    send("a@home.test", Set.of(Notify.NEVER), "x@far.test");
    world.runner.round();
    world.runner.round();
    assertThat(world.delivered).isEmpty();
    assertThat(world.outbox.nextAttempt()).isEmpty();
  }

  @Test
  void successIsReportedWhereTheNextHopWillNot() throws IOException {
    send("a@home.test", Set.of(Notify.SUCCESS), "x@far.test");
    world.runner.round();
    world.runner.round();
    assertThat(world.delivered.getFirst()).contains("Action: relayed\r\nStatus: 2.0.0");
  }

  /** A machine whose clock was ahead until it heard of the right time kept that mail as long. */
  @Test
  void mailThatCameBeforeTheClockWasSetBackIsTried() throws IOException {
    world.script.put("x@far.test", new Answer(450, "4.2.1", "later"));
    Instant right = world.now;
    world.now = right.plus(Duration.ofDays(300));
    send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    assertThat(world.brought).containsExactly("x@far.test");
    QueueId id = send("a@home.test", Set.of(), "y@far.test");
    world.now = right;
    world.runner.round();
    assertThat(world.brought).containsExactlyInAnyOrder("x@far.test", "x@far.test", "y@far.test");
    assertThat(world.outbox.message(id)).isEmpty();
    // The other one waits for its time, which is not far off.
    world.runner.round();
    assertThat(world.brought).hasSize(3);
    assertThat(world.outbox.nextAttempt().orElseThrow())
        .isBetween(right, right.plus(Duration.ofHours(5)));
  }

  @Test
  void retriesTellsOfDelayOnceAndGivesUp() throws IOException {
    world.script.put("x@far.test", new Answer(450, "4.2.1", "later"));
    Instant start = world.now;
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    int attempts = 0;
    while (world.outbox.message(id).isPresent()) {
      world.runner.round();
      attempts++;
      world.now = world.outbox.nextAttempt().orElse(world.now);
    }
    world.runner.round();
    assertThat(attempts).isBetween(30, 60);
    assertThat(Duration.between(start, world.now))
        .isBetween(Duration.ofDays(5), Duration.ofDays(6));
    assertThat(world.delivered).hasSize(2);
    assertThat(world.delivered.get(0)).contains("Action: delayed").contains("Will-Retry-Until: ");
    assertThat(world.delivered.get(1)).contains("Action: failed").contains("Status: 5.2.1");
  }

  /** RFC 5321 §4.5.4.1: what was held for days has had no chance yet. */
  @Test
  void whatIsReleasedLateHasMoreThanOneAttempt() throws IOException {
    QueueControl control = new QueueControl(world.outbox, () -> world.now);
    world.script.put("x@far.test", new Answer(450, "4.7.1", "greylisted"));
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    control.hold(id);
    world.now = world.now.plus(Duration.ofDays(8));
    control.release(id);
    Instant released = world.now;
    for (int i = 1; i < Sending.LEAST_ATTEMPTS; i++) {
      world.runner.round();
      assertThat(world.outbox.recipients(id).getFirst().state()).isEqualTo(RecipientState.WAITING);
      Instant next = world.outbox.recipients(id).getFirst().nextAttempt();
      assertThat(next).isAfter(world.now);
      world.now = next;
    }
    assertThat(Duration.between(released, world.now)).isGreaterThan(Duration.ofMinutes(45));
    world.runner.round();
    assertThat(world.outbox.message(id)).isEmpty();
  }

  /** Who asks for what cannot be told need not be asked again for each message. */
  @Test
  void aDomainThatTheDnsCannotTellIsLeftAloneForAWhile() throws IOException {
    world.dns.fail("far.test", org.wachtpost.dns.DnsAnswer.Reason.SERVER_FAILURE);
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    assertThat(world.runner.sending().send(new Sending.Parcel(id, "far.test", List.of(0))))
        .isEqualTo(Sending.Effect.UNREACHABLE);
  }

  @Test
  void theTraceSaysWhatHappened() throws IOException {
    world.network = hop -> Optional.of(new Attempt.Unreachable("4.4.1", "no route", null));
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    assertThat(world.outbox.trace(id)).hasSize(1);
    assertThat(world.outbox.trace(id).getFirst().words())
        .contains("mx.far.test [9.9.9.9]:25: no route")
        .contains("x@far.test: later, 451 4.4.1");
  }

  private static Optional<Attempt> refusal(String enhanced) {
    Answer answer = Answer.temporary(enhanced, "not now");
    return Optional.of(
        new Attempt.Answered(List.of(answer), false, "TLS", Attempt.Session.NEW_TLS));
  }

  /** RFC 5321 §5.1: a best host that refuses for days must not keep mail from the others. */
  @Test
  void theNextHostIsTriedWhenTheBestRefusesForNow() throws IOException {
    world.dns.addMx("far.test", 20, "mx2.far.test").addAddress("mx2.far.test", "9.9.9.10");
    world.dns.addAddress("mx.far.test", "9.9.9.11");
    world.network = hop -> hop.host().equals("mx.far.test") ? refusal("4.3.1") : Optional.empty();
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    assertThat(world.hops).extracting(Hop::host).containsExactly("mx.far.test", "mx2.far.test");
    assertThat(world.brought).containsExactly("x@far.test");
    assertThat(world.outbox.finished(id)).isPresent();
    assertThat(world.outbox.trace(id).getFirst().words()).contains("refuses for now: 451 4.3.1");
  }

  @Test
  void whereAllRefuseForNowTheMessageWaits() throws IOException {
    world.dns.addMx("far.test", 20, "mx2.far.test").addAddress("mx2.far.test", "9.9.9.10");
    world.network = hop -> refusal("4.7.1");
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    assertThat(world.hops).extracting(Hop::host).containsExactly("mx.far.test", "mx2.far.test");
    assertThat(world.outbox.recipients(id).getFirst().state()).isEqualTo(RecipientState.WAITING);
    assertThat(world.outbox.recipients(id).getFirst().attempts()).isEqualTo(1);
    assertThat(world.outbox.recipients(id).getFirst().lastStatus()).contains("4.7.1");
  }

  /** It may have been taken: another host at once would make two of it. */
  @Test
  void whatBrokeOffIsNotBroughtElsewhereAtOnce() throws IOException {
    world.dns.addMx("far.test", 20, "mx2.far.test").addAddress("mx2.far.test", "9.9.9.10");
    world.network = hop -> refusal("4.4.2");
    send("a@home.test", Set.of(), "x@far.test");
    world.runner.round();
    assertThat(world.hops).extracting(Hop::host).containsExactly("mx.far.test");
  }

  @Test
  void heldMailStaysUntilItIsReleased() throws IOException {
    QueueControl control = new QueueControl(world.outbox, () -> world.now);
    QueueId id = send("a@home.test", Set.of(), "x@far.test");
    assertThat(control.hold(id)).isEqualTo(1);
    assertThat(world.runner.round()).isZero();
    assertThat(control.stats().recipients()).containsEntry(RecipientState.HELD, 1L);
    assertThat(control.release(id)).isEqualTo(1);
    assertThat(world.runner.round()).isEqualTo(1);
    assertThat(world.brought).containsExactly("x@far.test");
  }

  @Test
  void aServerThatDoesNotSendHoldsWhatIsForElsewhere() throws IOException {
    QueueWorld silent = new QueueWorld(settings.withEnabled(false));
    QueueId id = send(silent, "a@home.test", Set.of(), "x@far.test", "b@home.test");
    silent.runner.round();
    assertThat(silent.brought).isEmpty();
    assertThat(silent.delivered).hasSize(1);
    assertThat(silent.outbox.recipients(id).getFirst().state()).isEqualTo(RecipientState.HELD);
  }

  @Test
  void hostsAreFoundAsTheStandardsSay() {
    world
        .dns
        .addMx("null.test", 0, ".")
        .addMx("loop.test", 10, "home.test")
        .addMx("private.test", 10, "inside.test")
        .addAddress("inside.test", "127.0.0.1")
        .addAddress("bare.test", "8.8.8.8")
        .addMx("two.test", 20, "mx.far.test")
        .addMx("two.test", 10, "bare.test");
    Destinations destinations = new Destinations(world.dns, MtaSts.NONE, settings, new Random(4));
    assertThat(refusal(destinations, "null.test")).isEqualTo("556 5.1.10");
    assertThat(refusal(destinations, "loop.test")).isEqualTo("550 5.4.6");
    assertThat(refusal(destinations, "private.test")).isEqualTo("550 5.4.4");
    assertThat(refusal(destinations, "nowhere.test")).isEqualTo("550 5.1.2");
    assertThat(refusal(destinations, "[127.0.0.1]")).isEqualTo("550 5.4.4");
    assertThat(hosts(destinations, "bare.test")).containsExactly("bare.test");
    assertThat(hosts(destinations, "two.test")).containsExactly("bare.test", "mx.far.test");
  }

  @Test
  void secureTlsaRecordsMakeDane() {
    world.dns.secure("far.test").addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(32));
    Destinations destinations = new Destinations(world.dns, MtaSts.NONE, settings, new Random(4));
    Destinations.Found.Hops found = (Destinations.Found.Hops) destinations.find("far.test");
    assertThat(found.hops().getFirst().tls()).isInstanceOf(TlsRule.Dane.class);
    world.dns.fail("_25._tcp.mx.far.test", org.wachtpost.dns.DnsAnswer.Reason.BOGUS);
    assertThat(refusal(destinations, "far.test")).isEqualTo("451 4.4.3");
  }

  @Test
  void privateNetworksAreReachedIfTheSettingsSaySo() {
    world
        .dns
        .addMx("private.test", 10, "inside.test")
        .addAddress("inside.test", "10.1.2.3")
        .addMx("other.test", 10, "beside.test")
        .addAddress("beside.test", "10.2.2.3");
    QueueSettings standard = QueueSettings.of("home.test");
    QueueSettings open =
        new QueueSettings(
            standard.host(),
            true,
            List.of(),
            standard.schedule(),
            1,
            1,
            List.of(AddressRange.of("10.1.0.0/16"), AddressRange.of("fd00::/8")));
    Destinations destinations = new Destinations(world.dns, MtaSts.NONE, open, new Random(4));
    assertThat(hosts(destinations, "private.test")).containsExactly("inside.test");
    assertThat(hosts(destinations, "[10.1.9.9]")).containsExactly("10.1.9.9");
    assertThat(hosts(destinations, "[IPv6:fd00::1]")).containsExactly("fd00::1");
    assertThat(refusal(destinations, "other.test")).isEqualTo("550 5.4.4");
    assertThat(refusal(destinations, "[IPv6:fe80::1]")).isEqualTo("550 5.4.4");
  }

  private static String refusal(Destinations destinations, String domain) {
    Answer answer = ((Destinations.Found.None) destinations.find(domain)).answer();
    return answer.code() + " " + answer.enhanced();
  }

  private static List<String> hosts(Destinations destinations, String domain) {
    return ((Destinations.Found.Hops) destinations.find(domain))
        .hops().stream().map(Hop::host).toList();
  }

  /** Whatever was accepted is brought or reported at least once, wherever the power goes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void losesNothingWhenThePowerGoes(long seed) {
    Random random = new Random(seed);
    List<String> accepted = new ArrayList<>();
    int cuts = 0;
    for (int step = 0; step < 300; step++) {
      try {
        if (random.nextInt(20) == 0) {
          world.faults.losePowerAfter(random.nextInt(12));
        }
        String to = "p" + step + "@far.test";
        if (random.nextInt(4) == 0) {
          world.script.put(to, new Answer(550, "5.1.1", "no"));
        } else if (random.nextInt(4) == 0) {
          world.script.put(to, new Answer(450, "4.2.1", "later"));
        }
        send("a@home.test", Set.of(), to);
        accepted.add(to);
        world.runner.round();
        world.now = world.now.plusSeconds(random.nextInt(600));
        world.script.values().removeIf(answer -> answer.isTemporary() && random.nextBoolean());
      } catch (StoreException | IOException e) {
        cuts++;
        world.disk.losePower();
        world.disk.restorePower();
        world.faults.losePowerAfter(-1);
        world.start();
      }
    }
    world.faults.losePowerAfter(-1);
    world.script.values().removeIf(Answer::isTemporary);
    for (int i = 0; i < 400 && world.outbox.nextAttempt().isPresent(); i++) {
      world.now = world.now.plus(Duration.ofMinutes(30));
      world.runner.round();
    }
    assertThat(cuts).as("seed %d", seed).isPositive();
    assertThat(world.outbox.nextAttempt()).as("seed %d", seed).isEmpty();
    assertThat(world.brought).as("seed %d", seed).containsAll(accepted);
    for (String to : accepted) {
      if (world.script.containsKey(to)) {
        assertThat(world.delivered).as("seed %d", seed).anyMatch(report -> report.contains(to));
      }
    }
  }
}
