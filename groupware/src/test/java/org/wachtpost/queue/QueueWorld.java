package org.wachtpost.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Recipients;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/**
 * A queue on a store in memory, with a clock of its own, a DNS that knows {@code far.test}, and a
 * courier that answers by a script. {@code home.test} is at home here.
 */
final class QueueWorld {
  final FakeDns dns =
      new FakeDns().addMx("far.test", 10, "mx.far.test").addAddress("mx.far.test", "9.9.9.9");

  /** What is answered for an address; everything else is taken. */
  final Map<String, Answer> script = new HashMap<>();

  /** Addresses that a host was asked to take, in order. */
  final List<String> brought = new ArrayList<>();

  /** Hosts that were tried, in order. */
  final List<Hop> hops = Collections.synchronizedList(new ArrayList<>());

  /** What stands between a host and us. */
  Function<Hop, Optional<Attempt>> network = hop -> Optional.empty();

  /** Whether hosts take nothing else. */
  boolean sevenBitOnly;

  /** What a host was given, in order. */
  final List<String> contents = new ArrayList<>();

  /** What was delivered here, in order. */
  final List<String> delivered = new ArrayList<>();

  /** Keys to sign with, by domain. */
  final Map<String, List<DkimSigningKey>> keys = new HashMap<>();

  final Faults faults = new Faults(new Random(1));
  final MemoryDisk disk = new MemoryDisk(faults, 1L << 28);
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  MemoryStore store;
  Accounts accounts;
  Outbox outbox;
  TlsResults results;
  QueueRunner runner;
  private final QueueSettings settings;
  private final MtaSts mtaSts;

  /** A new seed for each start: names of commits must not come again. */
  private final Random seeds = new Random(2);

  QueueRunner.Bounces bounces = (origin, session, count) -> {};

  QueueWorld() {
    this(QueueSettings.of("mx.home.test"));
  }

  QueueWorld(QueueSettings settings) {
    this(settings, MtaSts.NONE);
  }

  QueueWorld(QueueSettings settings, MtaSts mtaSts) {
    this.settings = settings;
    this.mtaSts = mtaSts;
    start();
  }

  /** Starts anew on the same disk. */
  void start() {
    store = new MemoryStore(disk);
    accounts = new Accounts(store, () -> now, new Random(seeds.nextLong()));
    outbox = new Outbox(accounts, store, () -> now, 2);
    results = new TlsResults(accounts, () -> now);
    Random random = new Random(seeds.nextLong());
    QueueRunner.Services services =
        new QueueRunner.Services(
            new Home(),
            this::deliver,
            new Destinations(dns, mtaSts, settings, random),
            this::bring,
            domain -> keys.getOrDefault(domain, List.of()),
            (origin, session, count) -> bounces.count(origin, session, count),
            results);
    runner = new QueueRunner(outbox, services, settings, () -> now, random);
  }

  private Attempt bring(Hop hop, OutboundMessage message) {
    hops.add(hop);
    Optional<Attempt> trouble = network.apply(hop);
    if (trouble.isPresent()) {
      return trouble.get();
    }
    if (sevenBitOnly && text(message).chars().anyMatch(c -> c > 127)) {
      return new Attempt.SevenBitOnly();
    }
    contents.add(text(message));
    Function<OutboundRecipient, Answer> answer =
        each -> script.getOrDefault(each.address(), new Answer(250, "2.0.0", "ok"));
    message.recipients().forEach(each -> brought.add(each.address()));
    return new Attempt.Answered(
        message.recipients().stream().map(answer).toList(), false, "TLS", Attempt.Session.NEW_TLS);
  }

  private LocalDelivery.Result deliver(QueueId id, OutboundMessage message) {
    delivered.add(text(message));
    Answer answer = new Answer(250, "2.1.5", "ok");
    return new LocalDelivery.Result(
        Collections.nCopies(message.recipients().size(), answer), List.of());
  }

  private static String text(OutboundMessage message) {
    try (InputStream in = message.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Accepts a message. */
  QueueId accept(AccountId origin, String session, String sender, String content, String... to) {
    List<OutboundRecipient> recipients =
        Arrays.stream(to)
            .map(each -> new OutboundRecipient(each, null, Set.of()))
            .collect(Collectors.toList());
    try {
      return outbox.accept(
          new OutboundMessage(
              sender,
              recipients,
              EnvelopeOptions.NONE,
              origin,
              session,
              MessageContent.of(content.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Home() implements Recipients {
    @Override
    public boolean isLocalDomain(String domain) {
      return domain.equals("home.test");
    }

    @Override
    public Resolution resolve(String address) {
      return new Resolution.NotLocal();
    }

    @Override
    public boolean maySendAs(AccountId account, String address) {
      return true;
    }
  }
}
