package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.courier.ScriptedHost.but;
import static org.wachtpost.courier.ScriptedHost.polite;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Recipients;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.LocalDelivery;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.QueueRounds;
import org.wachtpost.queue.QueueRunner;
import org.wachtpost.queue.QueueSettings;
import org.wachtpost.queue.Route;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** The queue, the courier and a host at the other end of a socket that dies at the worst moment. */
final class QueueOverSocketTest {
  private static final String CONTENT = "From: a@home.test\r\n\r\nthe content\r\n";

  private final MemoryStore store =
      new MemoryStore(new MemoryDisk(new Faults(new Random(1)), 1L << 24));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Accounts accounts = new Accounts(store, () -> now, new Random(2));
  private final Outbox outbox = new Outbox(accounts, store, () -> now, 1);
  private final List<String> reports = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final SmtpCourier courier =
      new SmtpCourier(
          CourierSettings.of("home.test").withWaits(Duration.ofSeconds(2)),
          () -> now,
          new Random(7),
          null);

  @AfterEach
  void close() throws Exception {
    courier.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private ScriptedHost host(InetAddress address, Function<String, String> script)
      throws IOException {
    ScriptedHost host = new ScriptedHost(address, null, script);
    open.add(host);
    return host;
  }

  private QueueRunner runner(ScriptedHost host) {
    Route route =
        new Route(
            "*",
            host.address().getAddress().getHostAddress(),
            host.address().getPort(),
            Route.Security.NONE,
            null,
            true);
    QueueSettings settings =
        new QueueSettings(
            "home.test", true, List.of(route), QueueSettings.Schedule.STANDARD, 4, 2, List.of());
    QueueRunner.Services services =
        new QueueRunner.Services(
            new NobodyHere(),
            this::deliver,
            QueueRounds.destinations(new FakeDns(), settings),
            courier,
            domain -> List.of(),
            (origin, session, count) -> {},
            new TlsResults(accounts, () -> now));
    return new QueueRunner(outbox, services, settings, () -> now, new Random(3));
  }

  private LocalDelivery.Result deliver(QueueId id, OutboundMessage message) {
    reports.add(id.toString());
    throw new AssertionError("nobody is at home here");
  }

  private record NobodyHere() implements Recipients {
    @Override
    public boolean isLocalDomain(String domain) {
      return false;
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

  private QueueId accept() throws IOException {
    return outbox.accept(
        new OutboundMessage(
            "a@home.test",
            List.of(new OutboundRecipient("x@far.test", null, Set.of())),
            EnvelopeOptions.NONE,
            null,
            "s",
            MessageContent.of(CONTENT.getBytes(StandardCharsets.US_ASCII))));
  }

  /** The host has all of it and dies before it answers: RFC 5321 §4.5.3.2.6 wants it again. */
  @ParameterizedTest
  @ValueSource(strings = {"", "PIPELINING", "CHUNKING"})
  void aHostThatDiesAfterTheFinalDotGetsTheMessageOnceMoreAndNoMore(String extension)
      throws IOException {
    List<String> ends = new ArrayList<>();
    Function<String, String> takes = polite(extension.isEmpty() ? "HELP" : extension);
    Function<String, String> diesOnce =
        line -> {
          boolean end = line.equals(".") || line.startsWith("BDAT");
          if (end) {
            ends.add(line);
          }
          return end && ends.size() == 1 ? ScriptedHost.DROP : takes.apply(line);
        };
    ScriptedHost host = host(InetAddress.getLoopbackAddress(), diesOnce);
    QueueRunner runner = runner(host);
    QueueId id = accept();
    assertThat(QueueRounds.round(runner)).isEqualTo(1);
    assertThat(outbox.recipients(id).getFirst().lastStatus()).contains("451 4.4.2");
    assertThat(outbox.trace(id).getFirst().words()).contains("broken off within the message");
    // Not at once: who died needs a moment to write down what it took.
    assertThat(QueueRounds.round(runner)).isZero();
    for (int i = 0; i < 3; i++) {
      now = now.plus(Duration.ofHours(1));
      QueueRounds.round(runner);
    }
    assertThat(outbox.message(id)).isEmpty();
    assertThat(ends).hasSize(2);
    assertThat(reports).isEmpty();
  }

  /** Here nothing was handed over, so that trying again cannot make a double. */
  @Test
  void aHostThatDiesBeforeTheContentGetsItOnce() throws IOException {
    ScriptedHost dying =
        host(InetAddress.getLoopbackAddress(), but(polite("SIZE"), "DATA", ScriptedHost.DROP));
    QueueId id = accept();
    QueueRounds.round(runner(dying));
    assertThat(outbox.recipients(id).getFirst().lastStatus()).startsWith("451");
    ScriptedHost well = host(InetAddress.getLoopbackAddress(), polite("SIZE"));
    now = now.plus(Duration.ofHours(1));
    QueueRounds.round(runner(well));
    assertThat(outbox.message(id)).isEmpty();
    assertThat(dying.times(".") + well.times(".")).isEqualTo(1);
  }

  @Test
  void aHostWithAnIpv6AddressIsReached() throws IOException {
    ScriptedHost host = host(InetAddress.ofLiteral("::1"), polite("PIPELINING"));
    QueueId id = accept();
    QueueRounds.round(runner(host));
    assertThat(outbox.message(id)).isEmpty();
    assertThat(host.heard).contains("the content", ".");
  }
}
