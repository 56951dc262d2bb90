package org.wachtpost.server;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.store.StoreException;

/**
 * Delivers made-up messages to a {@link PracticeServer} just after the start and reads some of
 * them, so that the code is compiled before the first hour of real mail. Real accounts, their store
 * and the access log are not touched: what is needed for it lies in one folder of the data
 * directory, removed afterwards.
 *
 * <p>It has a thread of its own; {@link #close} ends it soon. Whatever goes wrong in it is said in
 * the log and harms nobody.
 */
final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Messages that come over one connection. */
  private static final int IN_A_SESSION = 50;

  /** With so many connections of others, real mail practises, and needs the processors. */
  static final int OTHERS = 4;

  /** Longest it may take on a busy machine, milliseconds; and one more for each message. */
  private static final long LONGEST_MILLIS = 10_000;

  /** Messages between two looks at the compiler. */
  static final int ROUND = 1_000;

  /**
   * The compiler is at rest when it worked for so much of the time of a round, per cent. What is
   * still to compile then takes processors from real mail: with 8, a tenth of them in the first
   * seconds.
   */
  static final long RESTING_PERCENT = 3;

  private static final long MIB = 1024 * 1024;

  /** With less room on the disk there is no practice, bytes: real mail needs it. */
  static final long ROOM_BYTES = 1024 * MIB;

  /** Practice ends when it finds less room than this, bytes; the real store wants far less. */
  static final long LEAST_ROOM_BYTES = ROOM_BYTES / 2;

  private final Path folder;
  private final Amount amount;
  private final SecureRandom random;
  private final MessageGate gate;
  private final Signs signs;
  private final String password;
  private final InstantSource clock = InstantSource.system();
  private final long started = clock.millis();
  private final Thread thread;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger delivered = new AtomicInteger();
  private volatile int end; // of the messages of this server and those before it
  private volatile boolean closing;
  private volatile boolean atRest;
  private volatile boolean isTight;

  // of the last look at the compiler
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

  /**
   * How much to practise.
   *
   * @param messages at most; 0 for none
   * @param aServer messages that one server gets; then it is closed, and another one opened with
   *     empty accounts. The first message of an account takes other ways through the code than the
   *     later ones, and so do the ends of connections and of a store: what was compiled without
   *     them would be thrown away at the first real one
   */
  record Amount(int messages, int aServer) {
    static Amount of(int messages) {
      return new Amount(messages, 4_000);
    }
  }

  /**
   * How a client leaves: all that real ones do, since code that was compiled without the end of a
   * stream or the error of a lost connection is thrown away at the first one.
   */
  private enum Parting {
    POLITE,
    SILENT,
    BROKEN;

    static Parting of(int session) {
      return values()[session % values().length];
    }
  }

  /** To be begun by {@link #start}. */
  WarmUp(Path folder, Amount amount, MessageGate gate, SecureRandom random, Signs signs) {
    this.gate = gate;
    this.signs = signs;
    this.folder = folder;
    this.amount = amount;
    this.end = Math.min(amount.messages, amount.aServer);
    this.random = random;
    byte[] key = new byte[16];
    random.nextBytes(key);
    this.password = HexFormat.of().formatHex(key);
    this.thread = Thread.ofVirtual().name("warm-up").unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param folder made, and removed at the end; a leftover is removed first
   * @param gate the one that real mail goes through
   */
  static WarmUp start(
      Path folder, Amount amount, MessageGate gate, SecureRandom random, Signs signs) {
    WarmUp warmUp = new WarmUp(folder, amount, gate, random, signs);
    if (amount.messages > 0) {
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
      try {
        practise(PracticeMail.withDemoMail());
      } finally {
        remove();
      }
      LOG.info("warmed up: {} messages in {} ms", delivered, clock.millis() - started);
    } catch (IOException | UncheckedIOException | StoreException e) {
      LOG.warn("could not warm up: {}", e.toString());
    }
  }

  private void practise(PracticeMail letters) throws IOException {
    boolean more;
    do {
      try (PracticeServer server = PracticeServer.start(folder, password, gate, random)) {
        practise(server, letters);
        server.keepHouse();
      }
      // One that did not get all of its messages, though there was time, would not the next time.
      more = begun.get() == end && end < amount.messages && !isOver();
      end = Math.min(amount.messages, end + amount.aServer);
    } while (more);
  }

  private void practise(PracticeServer server, PracticeMail letters) {
    List<Thread> people =
        IntStream.range(0, PracticeServer.PEOPLE)
            .mapToObj(number -> Thread.startVirtualThread(() -> live(server, number, letters)))
            .toList();
    for (Thread person : people) {
      boolean over = false;
      while (!over) {
        try {
          person.join();
          over = true;
        } catch (InterruptedException e) {
          closing = true; // they end after their next message
        }
      }
    }
  }

  /** One gets mail, by one protocol and the other, and looks at it from time to time. */
  private void live(PracticeServer server, int number, PracticeMail letters) {
    try {
      boolean more = true;
      for (int session = 0; more && !isOver(); session++) {
        more = visit(server, session, number, letters);
      }
    } catch (IOException e) {
      LOG.warn("could not warm up: {}", e.toString());
    }
  }

  /** One connection with mail and one to read it; false if there was no more mail to deliver. */
  boolean visit(PracticeServer server, int session, int number, PracticeMail letters)
      throws IOException {
    boolean isLmtp = session % 2 == 0;
    Parting parting = Parting.of(session / 2);
    boolean more = deliver(server, isLmtp, number, letters, parting);
    if (more && !isOver()) {
      read(server, number, parting);
    }
    return more;
  }

  /** Whether there was still mail to deliver. */
  private boolean deliver(
      PracticeServer server, boolean isLmtp, int number, PracticeMail letters, Parting parting)
      throws IOException {
    try (PracticeVisitor visitor =
        new PracticeVisitor(isLmtp ? server.lmtp() : server.smtp(), (int) LONGEST_MILLIS)) {
      visitor.expect("220");
      visitor.smtp((isLmtp ? "LHLO " : "EHLO ") + PracticeServer.DOMAIN, "250");
      boolean more = true;
      for (int i = 0; i < IN_A_SESSION && more && !isOver(); i++) {
        more = deliverNext(visitor, number, letters);
      }
      switch (parting) {
        case POLITE -> visitor.smtp("QUIT", "221");
        case SILENT -> {} // closing it is all
        case BROKEN -> visitor.breakOff();
      }
      return more;
    }
  }

  private boolean deliverNext(PracticeVisitor visitor, int number, PracticeMail letters)
      throws IOException {
    int next = begun.getAndUpdate(before -> Math.min(before + 1, end));
    if (next >= end) {
      return false;
    }
    if (next % ROUND == 0) {
      lookAtCompiler();
      isTight = signs.room.getAsLong() < LEAST_ROOM_BYTES;
    }
    visitor.smtp("MAIL FROM:<sender@" + PracticeServer.DOMAIN + ">", "250");
    visitor.smtp("RCPT TO:<" + PracticeServer.address(number) + ">", "250");
    visitor.smtp("DATA", "354");
    visitor.smtp(letters.onTheWire(next), "250");
    delivered.incrementAndGet();
    return true;
  }

  private static void read(PracticeServer server, int number, Parting parting) throws IOException {
    try (PracticeVisitor visitor = new PracticeVisitor(server.imap(), (int) LONGEST_MILLIS)) {
      visitor.imap("LOGIN " + PracticeServer.address(number) + " " + server.password());
      visitor.imap("STATUS INBOX (MESSAGES UIDNEXT UNSEEN)");
      visitor.imap("SELECT INBOX");
      visitor.imap("FETCH * (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)");
      visitor.imap("FETCH * (BODY.PEEK[HEADER.FIELDS (From Subject)] BODY[])");
      visitor.imap("UID SEARCH UNSEEN SINCE 1-Jan-2026");
      visitor.imap("STORE * +FLAGS (\\Seen)");
      visitor.imap("STORE 1 +FLAGS.SILENT (\\Deleted)");
      visitor.imap("EXPUNGE");
      switch (parting) {
        case POLITE -> visitor.imap("LOGOUT");
        case SILENT -> {}
        case BROKEN -> visitor.breakOff();
      }
    }
  }

  /** Practice that gives the compiler nothing more to do is over. */
  private synchronized void lookAtCompiler() {
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
        || clock.millis() - started > LONGEST_MILLIS + amount.messages;
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
