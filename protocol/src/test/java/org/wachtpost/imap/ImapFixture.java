package org.wachtpost.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.RecordedEvents;
import org.wachtpost.net.TestTls;
import org.wachtpost.sasl.OneUser;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** A server on loopback with one person, alice@example.test, whose password is "secret". */
final class ImapFixture implements AutoCloseable {
  static final AccountId ALICE = AccountId.person(1);
  static final String NAME = "alice@example.test";
  static final String PASSWORD = "secret";
  static final TestTls TLS = new TestTls("localhost");

  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  final AtomicReference<Instant> now = new AtomicReference<>(START);
  final RecordedEvents events = new RecordedEvents();
  final OneUser people = new OneUser(NAME, PASSWORD);
  final MemoryStore store;
  final AccountMail mail;
  private final Path spoolDirectory;
  private final Network network;
  private final Listener plain;
  private final Listener tls;
  private final ImapServer server;

  ImapFixture() {
    this(ImapLimits.STANDARD, true);
  }

  ImapFixture(ImapLimits limits, boolean plaintextOnLoopback) {
    this(limits, plaintextOnLoopback, new MemoryStore());
  }

  ImapFixture(ImapLimits limits, boolean plaintextOnLoopback, MemoryDisk disk) {
    this(limits, plaintextOnLoopback, new MemoryStore(disk));
  }

  private ImapFixture(ImapLimits limits, boolean plaintextOnLoopback, MemoryStore store) {
    this.store = store;
    InstantSource clock = now::get;
    try {
      mail =
          new AccountMail(
              new Accounts(store, clock, new Random(1)), store, clock, MailSettings.DEFAULTS);
      mail.createAccount(ALICE);
      spoolDirectory = Files.createTempDirectory("spool");
      server =
          new ImapServer(
              mail,
              people,
              events,
              new Spool(spoolDirectory, 4_096, Long.MAX_VALUE),
              clock,
              new Random(2),
              limits,
              plaintextOnLoopback);
      network = new Network(NetworkSettings.DEFAULT, TLS.server(), events, clock, new Random(3));
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      plain = network.listen(new Endpoint("imap", address, false), server);
      tls = network.listen(new Endpoint("imap", address, true), server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same server for a network of its own. */
  ImapServer server() {
    return server;
  }

  /** A connection whose greeting has been read. */
  ImapClient connect() {
    ImapClient client = new ImapClient(plain.port(), null);
    client.greeting();
    return client;
  }

  /** A connection that is logged in. */
  ImapClient logIn() {
    ImapClient client = connect();
    client.ok("LOGIN " + NAME + " " + PASSWORD);
    return client;
  }

  /** A connection with implicit TLS whose greeting has been read. */
  ImapClient connectTls() {
    ImapClient client = new ImapClient(tls.port(), TLS.client());
    client.greeting();
    return client;
  }

  /** How many files the spool holds. */
  long spooled() throws IOException {
    try (Stream<Path> files = Files.list(spoolDirectory)) {
      return files.count();
    }
  }

  /** A message of the test resources, line ends CRLF. */
  static byte[] message(String name) {
    try (var in = ImapFixture.class.getResourceAsStream("messages/" + name + ".eml")) {
      if (in == null) {
        throw new IllegalArgumentException("no message " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    network.close();
    store.close();
    try (Stream<Path> files = Files.list(spoolDirectory)) {
      if (files.findAny().isPresent()) {
        throw new AssertionError("the spool is not empty");
      }
      Files.delete(spoolDirectory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
