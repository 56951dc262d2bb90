package org.wachtpost.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessLog;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.delivery.DeliverySettings;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DirectoryAuthenticator;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.sasl.SaslServer;
import org.wachtpost.smtp.SmtpRole;
import org.wachtpost.smtp.SmtpServer;
import org.wachtpost.smtp.SmtpSettings;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;

/**
 * Delivers made-up messages into a store of its own just after the start, so that the code is
 * compiled before the first hour of real mail. Real accounts, their store and the access log are
 * not touched: what is needed for it lies in one folder of the data directory, removed afterwards,
 * and a listener on loopback takes mail for one made-up account as long as it lasts.
 *
 * <p>It has a thread of its own; {@link #close} ends it soon. Whatever goes wrong in it is said in
 * the log and harms nobody.
 */
final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final String DOMAIN = "warm-up.invalid";
  private static final int SESSIONS = 4;

  /** With so many connections of others, real mail practises, and needs the processors. */
  static final int OTHERS = 4;

  /** Longest it may take on a busy machine, milliseconds; and one more for each message. */
  private static final long LONGEST_MILLIS = 10_000;

  /** Messages between two looks at the compiler. */
  static final int ROUND = 1_000;

  /** The compiler is at rest when it worked for so much of the time of a round, per cent. */
  static final long RESTING_PERCENT = 8;

  private static final long MIB = 1024 * 1024;

  /** With less room on the disk there is no practice, bytes: real mail needs it. */
  static final long ROOM_BYTES = 1024 * MIB;

  /** Practice ends when it finds less room than this, bytes; the real store wants far less. */
  static final long LEAST_ROOM_BYTES = ROOM_BYTES / 2;

  private final Path folder;
  private final int messages;
  private final SecureRandom random;
  private final Signs signs;
  private final InstantSource clock = InstantSource.system();
  private final long started = clock.millis();
  private final Thread thread;
  private final AtomicInteger delivered = new AtomicInteger();
  private volatile boolean closing;
  private volatile boolean atRest;
  private volatile boolean isTight;

  // of the session that looks at the compiler
  private long roundBegan;
  private long roundCompiled;

  /**
   * What practice depends on.
   *
   * @param others real connections open now; it ends when there are {@link #OTHERS}
   * @param compiler how long the compiler has worked since the start, ms; it ends when that hardly
   *     grows any more
   * @param room on the disk, bytes; it does not begin with less than {@link #ROOM_BYTES} and ends
   *     below {@link #LEAST_ROOM_BYTES}
   */
  record Signs(IntSupplier others, LongSupplier compiler, LongSupplier room) {}

  private WarmUp(Path folder, int messages, SecureRandom random, Signs signs) {
    this.signs = signs;
    this.folder = folder;
    this.messages = messages;
    this.random = random;
    this.thread = Thread.ofVirtual().name("warm-up").unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param folder made, and removed at the end; a leftover is removed first
   * @param messages how many to deliver at most; 0 for none
   */
  static WarmUp start(Path folder, int messages, SecureRandom random, Signs signs) {
    WarmUp warmUp = new WarmUp(folder, messages, random, signs);
    if (messages > 0) {
      warmUp.thread.start();
    }
    return warmUp;
  }

  private void run() {
    try {
      remove();
      long room = signs.room.getAsLong();
      if (room < ROOM_BYTES) {
        LOG.info("no warm-up: {} bytes free on the disk are left to real mail", room);
        return;
      }
      try (Store store =
          RocksStore.open(
              folder,
              RocksSettings.defaults().withMemtableBytes(4 * MIB).withBlockCacheBytes(MIB))) {
        practise(store);
      } finally {
        remove();
      }
      LOG.info("warmed up: {} messages in {} ms", delivered, clock.millis() - started);
    } catch (IOException | StoreException e) {
      LOG.warn("could not warm up: {}", e.toString());
    }
  }

  private void practise(Store store) throws IOException {
    AccessLog unseen = event -> LOG.trace("{}", event);
    Accounts accounts = new Accounts(store, clock, random);
    Directory people = new Directory(accounts, clock, random, unseen);
    AccountMail mail = new AccountMail(accounts, store, clock, MailSettings.DEFAULTS);
    Directory.Actor actor =
        new Directory.Actor("warm-up", new Origin("internal", null, 0, 0, "warm-up"));
    people.addDomain(actor, DOMAIN);
    byte[] password = new byte[16];
    random.nextBytes(password);
    for (int number = 0; number < SESSIONS; number++) {
      mail.createAccount(
          people
              .addAccount(actor, address(number), "Practice", HexFormat.of().formatHex(password))
              .id());
    }
    Delivery delivery =
        new Delivery(
            people,
            mail,
            message -> {
              throw new StoreException.Unavailable("no mail leaves while warming up", null);
            },
            MessageGate.OPEN,
            DeliverySettings.of(DOMAIN));
    DirectoryAuthenticator nobody =
        new DirectoryAuthenticator(people, clock, random, unseen, password);
    SmtpServer.Services services =
        new SmtpServer.Services(
            delivery,
            people,
            new SaslServer(nobody, random),
            new Spool(folder.resolve("spool"), (int) MIB, 4 * MIB),
            unseen,
            clock);
    SmtpSettings settings = SmtpSettings.of(DOMAIN, "postmaster@" + DOMAIN);
    try (Network network = new Network(NetworkSettings.DEFAULT, null, unseen, clock, random)) {
      InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      Listener listener =
          network.listen(
              new Endpoint("warm-up", anyPort, false),
              new SmtpServer(SmtpRole.LMTP, settings, services));
      send(listener.address());
    }
  }

  private static String address(int number) {
    return "practice" + number + "@" + DOMAIN;
  }

  private void send(InetSocketAddress server) throws IOException {
    PracticeMail letters = PracticeMail.withDemoMail();
    List<Thread> sessions =
        IntStream.range(0, SESSIONS)
            .mapToObj(number -> Thread.startVirtualThread(() -> session(server, number, letters)))
            .toList();
    for (Thread session : sessions) {
      boolean over = false;
      while (!over) {
        try {
          session.join();
          over = true;
        } catch (InterruptedException e) {
          closing = true; // the sessions end after their next message
        }
      }
    }
  }

  private void session(InetSocketAddress server, int number, PracticeMail letters) {
    try (Socket socket = new Socket(server.getAddress(), server.getPort());
        OutputStream out = socket.getOutputStream();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setSoTimeout((int) LONGEST_MILLIS);
      expect(in, "220");
      say(out, in, "LHLO " + DOMAIN, "250");
      for (int i = number; i < messages && !isOver(); i += SESSIONS) {
        if (number == 0 && i % ROUND == 0) {
          lookAtCompiler();
          isTight = signs.room.getAsLong() < LEAST_ROOM_BYTES;
        }
        say(out, in, "MAIL FROM:<sender@" + DOMAIN + ">", "250");
        say(out, in, "RCPT TO:<" + address(i / SESSIONS % SESSIONS) + ">", "250");
        say(out, in, "DATA", "354");
        say(out, in, letters.onTheWire(i), "250");
        delivered.incrementAndGet();
      }
      say(out, in, "QUIT", "221");
    } catch (IOException e) {
      LOG.warn("could not warm up: {}", e.toString());
    }
  }

  /** Practice that gives the compiler nothing more to do is over. Called by one session. */
  private void lookAtCompiler() {
    long now = clock.millis();
    long compiled = signs.compiler.getAsLong();
    atRest =
        roundBegan > 0 && (compiled - roundCompiled) * 100 < (now - roundBegan) * RESTING_PERCENT;
    roundBegan = now;
    roundCompiled = compiled;
  }

  private boolean isOver() {
    return closing
        || atRest
        || isTight
        || signs.others.getAsInt() >= OTHERS
        || clock.millis() - started > LONGEST_MILLIS + messages;
  }

  private static void say(OutputStream out, BufferedReader in, String line, String code)
      throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    expect(in, code);
  }

  private static void expect(BufferedReader in, String code) throws IOException {
    String line;
    do {
      line = in.readLine();
      if (line == null || !line.startsWith(code)) {
        throw new IOException("expected " + code + ", got " + line);
      }
    } while (line.startsWith(code + "-"));
  }

  private void remove() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Waits until it has ended by itself; messages that it delivered. */
  int await() throws InterruptedException {
    thread.join();
    return delivered.get();
  }

  /** Ends it, and waits until its folder is gone. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
