package org.wachtpost.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.delivery.DeliverySettings;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.Spool;
import org.wachtpost.mail.UidSet;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.RecordedEvents;
import org.wachtpost.net.TestTls;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueuedMessage;
import org.wachtpost.sasl.OneUser;
import org.wachtpost.sasl.SaslServer;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** A server with an in-memory store, on free ports, for tests. */
final class SmtpWorld implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");
  static final String PASSWORD = "correct horse";
  static final TestTls TLS = new TestTls("localhost");

  final Faults faults = new Faults(new Random(5));
  final MemoryDisk disk = new MemoryDisk(faults, Long.MAX_VALUE);
  final MemoryStore store = new MemoryStore(disk);
  final RecordedEvents events = new RecordedEvents();
  final OneUser people = new OneUser("alice@example.test", PASSWORD);
  final AccountMail mail;
  final Outbox outbox;
  final Network network;
  private final InstantSource clock = () -> NOW;
  private final SmtpSettings settings;
  private final SmtpServer.Services services;

  static final SmtpSettings.Waits PATIENT =
      new SmtpSettings.Waits(
          Duration.ZERO, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));

  static SmtpSettings settings() {
    return SmtpSettings.of("mx.example.test", "postmaster@example.test")
        .withLimits(new SmtpSettings.Limits(100_000, 5, 100, 10, 4, 6_000, false))
        .withWaits(PATIENT);
  }

  SmtpWorld(Path directory, SmtpSettings settings, MessageGate gate) throws IOException {
    this(directory, settings, gate, MailSettings.DEFAULTS);
  }

  SmtpWorld(Path directory, SmtpSettings settings, MessageGate gate, MailSettings mailSettings)
      throws IOException {
    this.settings = settings;
    Accounts accounts = new Accounts(store, clock, new Random(1));
    this.mail = new AccountMail(accounts, store, clock, mailSettings);
    for (int person = 1; person <= 4; person++) {
      mail.createAccount(AccountId.person(person));
    }
    this.outbox = new Outbox(accounts, store, clock, 2);
    FixedRecipients recipients = new FixedRecipients();
    this.services =
        new SmtpServer.Services(
            new Delivery(recipients, mail, outbox, gate, DeliverySettings.of("mx.example.test")),
            recipients,
            new SaslServer(people, new Random(2)),
            new Spool(directory, 64 * 1024, Long.MAX_VALUE),
            events,
            clock);
    this.network = new Network(NetworkSettings.DEFAULT, TLS.server(), events, clock, new Random(3));
  }

  Listener listen(SmtpRole role) throws IOException {
    String word = role == SmtpRole.LMTP ? "lmtp" : role.isSubmission() ? "submission" : "smtp";
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return network.listen(new Endpoint(word, address, role == SmtpRole.SUBMISSIONS), server(role));
  }

  SmtpServer server(SmtpRole role) {
    return new SmtpServer(role, settings, services);
  }

  Delivery delivery() {
    return services.delivery();
  }

  /** The messages in a person's mailbox, in order. */
  List<String> messages(long person, String mailbox) {
    List<String> messages = new ArrayList<>();
    try (MailView view = mail.view(AccountId.person(person))) {
      Mailbox found = view.mailbox(mailbox).orElseThrow();
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

  List<String> inbox(long person) {
    return messages(person, "INBOX");
  }

  List<QueuedMessage> queued() {
    List<QueuedMessage> queued = new ArrayList<>();
    outbox.forEach(queued::add);
    return queued;
  }

  @Override
  public void close() {
    network.close();
    store.close();
  }
}
