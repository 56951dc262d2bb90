package org.wachtpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Recipients;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.Quota;
import org.wachtpost.mail.UidSet;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueRounds;
import org.wachtpost.queue.QueueRunner;
import org.wachtpost.queue.QueueSettings;
import org.wachtpost.queue.QueuedMessage;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** What the outbox holds for people here reaches each of them once, wherever the power goes. */
final class QueuedDeliveryTest {
  private static final AccountId BOB = AccountId.person(2);

  private final FakeDns dns =
      new FakeDns().addMx("far.test", 10, "mx.far.test").addAddress("mx.far.test", "9.9.9.9");
  private final Faults faults = new Faults(new Random(1));
  private final MemoryDisk disk = new MemoryDisk(faults, 1L << 28);
  private final Random seeds = new Random(2);
  private final List<String> brought = new ArrayList<>();
  private final Set<String> unsettled = new HashSet<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private AccountMail mail;
  private Outbox outbox;
  private Delivery delivery;
  private QueueRunner runner;

  QueuedDeliveryTest() {
    open();
    mail.createAccount(AccountId.person(1));
    mail.createAccount(BOB);
  }

  private void open() {
    MemoryStore store = new MemoryStore(disk);
    Accounts accounts = new Accounts(store, () -> now, new Random(seeds.nextLong()));
    mail = new AccountMail(accounts, store, () -> now, MailSettings.DEFAULTS);
    mail.resume(AccountId.person(1));
    mail.resume(BOB);
    outbox = new Outbox(accounts, store, () -> now, 2);
    People people = new People();
    delivery =
        new Delivery(people, mail, outbox, MessageGate.OPEN, DeliverySettings.of("mx.home.test"));
    QueueSettings settings = QueueSettings.of("mx.home.test");
    QueueRunner.Services services =
        new QueueRunner.Services(
            people,
            new QueuedDelivery(delivery, () -> now),
            QueueRounds.destinations(dns, settings),
            this::bring,
            domain -> List.of(),
            (origin, session, count) -> {},
            new TlsResults(accounts, () -> now));
    runner = new QueueRunner(outbox, services, settings, () -> now, new Random(seeds.nextLong()));
  }

  private Attempt bring(Hop hop, OutboundMessage message) {
    String text = text(message.content());
    message
        .recipients()
        .forEach(each -> {
          String what =
              each.address() + " " + text.lines().filter(s -> s.startsWith("X-")).toList();
          brought.add(what);
          unsettled.add(what);
        });
    return new Attempt.Answered(
        Collections.nCopies(message.recipients().size(), new Answer(250, "2.0.0", "ok")),
        false,
        "TLS",
        Attempt.Session.NEW_TLS);
  }

  /** Two people; a group of both and somebody elsewhere; an alias of somebody elsewhere. */
  private record People() implements Recipients {
    @Override
    public boolean isLocalDomain(String domain) {
      return domain.equals("home.test");
    }

    @Override
    public Resolution resolve(String address) {
      Local alice = new Local(AccountId.person(1), "alice@home.test", null);
      Local bob = new Local(BOB, "bob@home.test", null);
      return switch (address) {
        case "alice@home.test" -> new Resolution.Reaches(List.of(alice), List.of());
        case "bob@home.test" -> new Resolution.Reaches(List.of(bob), List.of());
        case "all@home.test" ->
            new Resolution.Reaches(List.of(alice, bob), List.of("friend@far.test"));
        case "away@home.test" -> new Resolution.Reaches(List.of(), List.of("away@far.test"));
        default ->
            address.endsWith("@home.test") ? new Resolution.Unknown() : new Resolution.NotLocal();
      };
    }

    @Override
    public boolean maySendAs(AccountId account, String address) {
      return true;
    }
  }

  private static String text(MessageContent content) {
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> inbox(long person) {
    List<String> messages = new ArrayList<>();
    try (MailView view = mail.view(AccountId.person(person))) {
      Mailbox found = view.mailbox("INBOX").orElseThrow();
      view.messages(
          found.id(),
          UidSet.ALL,
          message -> {
            try (InputStream body = view.body(message, 0)) {
              messages.add(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return messages;
  }

  private static MessageContent content(String name) {
    String text = "From: x@far.test\r\nX-" + name + "\r\n\r\nbody\r\n";
    return MessageContent.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void queue(String sender, String to, String name) throws IOException {
    outbox.accept(
        new OutboundMessage(
            sender,
            List.of(new OutboundRecipient(to, null, Set.of())),
            EnvelopeOptions.NONE,
            null,
            "s",
            content(name)));
  }

  private Outcome arrive(String to, String name) {
    return arrive("x@far.test", to, name, Set.of());
  }

  private Outcome arrive(String sender, String to, String name, Set<Notify> notifyOn) {
    InboundSession session =
        new InboundSession(new Origin("smtp", null, 0, 0, "s1"), "x", "ESMTP", null, null);
    InboundRecipient recipient =
        new InboundRecipient(to, new People().resolve(to), "rfc822;" + to, notifyOn);
    return delivery
        .deliver(
            new InboundMessage(
                session,
                sender,
                List.of(recipient),
                EnvelopeOptions.NONE,
                now,
                name,
                content(name)))
        .getFirst();
  }

  private List<QueuedMessage> queued() {
    List<QueuedMessage> all = new ArrayList<>();
    outbox.forEach(all::add);
    return all;
  }

  @Test
  void memberWhoWasFullGetsTheMessageAsItCameWithoutTheNote() {
    mail.setQuota(BOB, 10, Quota.UNLIMITED);
    assertThat(arrive("all@home.test", "one")).isEqualTo(Outcome.DELIVERED);
    QueueRounds.round(runner);
    assertThat(inbox(2)).isEmpty();
    assertThat(queued()).hasSize(1);
    mail.setQuota(BOB, Quota.UNLIMITED, Quota.UNLIMITED);
    now = now.plus(Duration.ofHours(1));
    QueueRounds.round(runner);
    assertThat(inbox(1)).hasSize(1);
    assertThat(inbox(2)).hasSize(1);
    assertThat(inbox(2).getFirst())
        .isEqualTo(inbox(1).getFirst().replace("To: alice", "To: bob"))
        .doesNotContain("X-Wachtpost");
    assertThat(brought).containsExactly("friend@far.test [X-one]");
    assertThat(queued()).isEmpty();
  }

  @Test
  void memberWhoStaysFullIsReportedToTheSenderOnce() {
    mail.setQuota(BOB, 10, Quota.UNLIMITED);
    arrive("all@home.test", "one");
    for (int hour = 0; hour < 24 * 6; hour++) {
      QueueRounds.round(runner);
      now = now.plus(Duration.ofHours(1));
    }
    assertThat(queued()).isEmpty();
    // The delay and the failure, to the sender elsewhere.
    assertThat(brought.stream().filter(each -> each.startsWith("x@far.test"))).hasSize(2);
  }

  @Test
  void strangersAtHomeAreReportedAndNullSendersAreNot() throws IOException {
    queue("alice@home.test", "nobody@home.test", "one");
    queue("", "nobody@home.test", "two");
    QueueRounds.round(runner);
    QueueRounds.round(runner);
    assertThat(inbox(1)).hasSize(1);
    assertThat(inbox(1).getFirst()).contains("Action: failed").contains("5.1.1");
    assertThat(queued()).isEmpty();
  }

  private static final Set<Notify> SUCCESS = Set.of(Notify.SUCCESS);

  @Test
  void whoAsksIsToldOfDeliveryToAMailbox() throws IOException {
    arrive("alice@home.test", "bob@home.test", "one", SUCCESS);
    arrive("alice@home.test", "bob@home.test", "two", Set.of());
    arrive("", "bob@home.test", "three", SUCCESS);
    assertThat(queued()).hasSize(1);
    assertThat(queued().getFirst().sender()).isEmpty();
    QueueRounds.round(runner);
    assertThat(inbox(1)).hasSize(1);
    assertThat(inbox(1).getFirst())
        .contains("Original-Recipient: rfc822;bob@home.test\r\n")
        .contains("Final-Recipient: rfc822; bob@home.test\r\nAction: delivered\r\nStatus: 2.1.5")
        .contains("X-one")
        .doesNotContain("body\r\n");
    assertThat(queued()).isEmpty();
  }

  /** RFC 3461 §5.2.7.3: of a list its expansion is reported, and nobody on it. */
  @Test
  void aListIsReportedAsExpandedAndItsMembersAreNot() {
    mail.setQuota(BOB, 10, Quota.UNLIMITED);
    arrive("alice@home.test", "all@home.test", "one", SUCCESS);
    for (int round = 0; round < 3; round++) {
      QueueRounds.round(runner);
      mail.setQuota(BOB, Quota.UNLIMITED, Quota.UNLIMITED);
      now = now.plus(Duration.ofHours(1));
    }
    assertThat(inbox(2)).hasSize(1);
    assertThat(brought).containsExactly("friend@far.test [X-one]");
    assertThat(inbox(1)).hasSize(2);
    assertThat(inbox(1).getLast())
        .contains("Final-Recipient: rfc822; all@home.test\r\nAction: expanded\r\n")
        .doesNotContain("friend@far.test")
        .doesNotContain("bob@home.test");
  }

  /** What the mailbox does not take at once is reported when it has it, by the queue. */
  @Test
  void queuedDeliveryReportsSuccessOnce() throws IOException {
    outbox.accept(
        new OutboundMessage(
            "alice@home.test",
            List.of(new OutboundRecipient("bob@home.test", null, SUCCESS)),
            EnvelopeOptions.NONE,
            null,
            "s",
            content("one")));
    QueueRounds.round(runner);
    QueueRounds.round(runner);
    assertThat(inbox(1)).hasSize(1);
    assertThat(inbox(1).getFirst()).contains("Action: delivered");
  }

  /** An attempt that comes again after a crash finds what it has done. */
  @Test
  void sameAttemptTwiceFilesOnce() throws IOException {
    OutboundMessage message =
        new OutboundMessage(
            "x@far.test",
            List.of(new OutboundRecipient("bob@home.test", null, Set.of())),
            EnvelopeOptions.NONE,
            null,
            "s",
            content("one"));
    for (int i = 0; i < 2; i++) {
      assertThat(delivery.deliverQueued("again", message, now, outbox))
          .containsExactly(Outcome.DELIVERED);
      now = now.plusSeconds(60);
    }
    assertThat(inbox(2)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nobodyGetsItTwiceAndNobodyIsForgotten(long seed) {
    Random random = new Random(seed);
    String[] targets = {"alice@home.test", "bob@home.test", "all@home.test", "away@home.test"};
    List<String> accepted = new ArrayList<>();
    Set<String> mayRepeat = new HashSet<>();
    int cuts = 0;
    for (int step = 0; step < 250; step++) {
      try {
        if (random.nextInt(8) == 0) {
          faults.losePowerAfter(random.nextInt(10));
        }
        String to = targets[random.nextInt(targets.length)];
        queue("x@far.test", to, step + "-" + to);
        accepted.add(step + "-" + to);
        unsettled.clear();
        QueueRounds.round(runner);
      } catch (StoreException | IOException e) {
        cuts++;
        mayRepeat.addAll(unsettled);
        disk.losePower();
        disk.restorePower();
        faults.losePowerAfter(-1);
        open();
      }
      now = now.plusSeconds(30);
    }
    faults.losePowerAfter(-1);
    for (int i = 0; i < 400 && outbox.nextAttempt().isPresent(); i++) {
      now = now.plus(Duration.ofMinutes(30));
      unsettled.clear();
      QueueRounds.round(runner);
    }
    assertThat(cuts).as("seed %d", seed).isGreaterThan(5);
    assertThat(queued()).as("seed %d", seed).isEmpty();
    for (String name : accepted) {
      String to = name.substring(name.indexOf('-') + 1);
      boolean all = to.equals("all@home.test");
      check(seed, name, 1, all || to.equals("alice@home.test"));
      check(seed, name, 2, all || to.equals("bob@home.test"));
      if (all || to.equals("away@home.test")) {
        String what = (all ? "friend" : "away") + "@far.test [X-" + name + "]";
        int times = Collections.frequency(brought, what);
        assertThat(times).as("seed %d, %s", seed, what).isPositive();
        if (!mayRepeat.contains(what)) {
          assertThat(times).as("seed %d, %s", seed, what).isEqualTo(1);
        }
      }
    }
  }

  private void check(long seed, String name, long person, boolean reached) {
    assertThat(inbox(person).stream().filter(each -> each.contains("X-" + name + "\r\n")))
        .as("seed %d, message %s, person %d", seed, name, person)
        .hasSize(reached ? 1 : 0);
  }
}
