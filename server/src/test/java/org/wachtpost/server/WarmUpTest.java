package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.server.WarmUp.Amount;
import org.wachtpost.store.Store;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;
import org.wachtpost.watch.event.EventReader;

class WarmUpTest {
  private final SecureRandom random = new SecureRandom();

  @TempDir private Path directory;

  @Test
  void deliversAndLeavesNothing() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    try (WarmUp warmUp =
        WarmUp.start(folder, Amount.of(30), MessageGate.OPEN, random, signs(0, busy()))) {
      assertThat(warmUp.await()).isEqualTo(30);
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void closesAndOpensTheServerInBetween() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    Set<String> openings = ConcurrentHashMap.newKeySet(); // each has a manifest of its own
    MessageGate gate =
        message -> {
          openings.addAll(manifests(folder));
          return MessageGate.OPEN.check(message);
        };
    try (WarmUp warmUp = WarmUp.start(folder, new Amount(30, 10), gate, random, signs(0, busy()))) {
      assertThat(warmUp.await()).isEqualTo(30);
    }
    assertThat(openings).hasSizeGreaterThanOrEqualTo(3);
    assertThat(folder).doesNotExist();
  }

  private static List<String> manifests(Path folder) {
    String[] names = folder.resolve("db").toFile().list((_, name) -> name.startsWith("MANIFEST-"));
    return names == null ? List.of() : List.of(names);
  }

  @Test
  void closingEndsIt() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    CountDownLatch delivered = new CountDownLatch(10);
    MessageGate gate =
        message -> {
          delivered.countDown();
          return MessageGate.OPEN.check(message);
        };
    WarmUp warmUp =
        WarmUp.start(folder, Amount.of(Integer.MAX_VALUE), gate, random, signs(0, busy()));
    try (warmUp) {
      delivered.await();
    }
    assertThat(warmUp.await()).isPositive();
    assertThat(folder).doesNotExist();
  }

  @Test
  void takesAwayWhatAKilledProcessLeft() throws IOException, InterruptedException {
    Path folder = directory.resolve("warm-up");
    Files.createDirectories(folder.resolve("db"));
    Files.writeString(folder.resolve("db").resolve("000001.log"), "torn");
    try (WarmUp warmUp =
        WarmUp.start(folder, Amount.of(2), MessageGate.OPEN, random, signs(0, busy()))) {
      assertThat(warmUp.await()).isEqualTo(2);
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void noMessagesMeansNoWork() {
    Path folder = directory.resolve("warm-up");
    WarmUp.start(folder, Amount.of(0), MessageGate.OPEN, random, signs(0, busy())).close();
    assertThat(folder).doesNotExist();
  }

  @Test
  void leavesTheProcessorsToRealMail() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    try (WarmUp warmUp =
        WarmUp.start(
            folder,
            Amount.of(Integer.MAX_VALUE),
            MessageGate.OPEN,
            random,
            signs(WarmUp.OTHERS, busy()))) {
      assertThat(warmUp.await()).isZero();
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void endsWhenTheCompilerIsAtRest() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    try (WarmUp warmUp =
        WarmUp.start(
            folder, Amount.of(10 * WarmUp.ROUND), MessageGate.OPEN, random, signs(0, () -> 0))) {
      assertThat(warmUp.await()).isPositive().isLessThan(10 * WarmUp.ROUND);
    }
    assertThat(folder).doesNotExist();
  }

  /** Practice once filled a small disk, and real mail was refused with 452. */
  @Test
  void leavesTheDiskToRealMail() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    WarmUp.Signs signs = new WarmUp.Signs(() -> 0, busy(), () -> WarmUp.ROOM_BYTES - 1);
    try (WarmUp warmUp = WarmUp.start(folder, Amount.of(30), MessageGate.OPEN, random, signs)) {
      assertThat(warmUp.await()).isZero();
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void endsWhenTheDiskFills() throws InterruptedException {
    Path folder = directory.resolve("warm-up");
    AtomicLong looks = new AtomicLong();
    LongSupplier room =
        () -> looks.incrementAndGet() < 3 ? WarmUp.ROOM_BYTES : WarmUp.LEAST_ROOM_BYTES - 1;
    WarmUp.Signs signs = new WarmUp.Signs(() -> 0, busy(), room);
    try (WarmUp warmUp =
        WarmUp.start(folder, Amount.of(10 * WarmUp.ROUND), MessageGate.OPEN, random, signs)) {
      assertThat(warmUp.await()).isPositive().isLessThan(10 * WarmUp.ROUND);
    }
    assertThat(folder).doesNotExist();
  }

  /** Code that never saw a lost connection is thrown away at the first one. */
  @Test
  void leavesInEachOfTheWaysThatRealClientsDo() throws IOException {
    Path folder = directory.resolve("warm-up");
    PracticeMail letters = PracticeMail.withDemoMail();
    WarmUp warmUp =
        new WarmUp(
            folder, Amount.of(Integer.MAX_VALUE), MessageGate.OPEN, random, signs(0, busy()));
    try (PracticeServer server =
        PracticeServer.start(folder, "practice", MessageGate.OPEN, random)) {
      // Twice all of it: closing the server may overtake the end of the last one.
      for (int session = 0; session < 12; session++) {
        assertThat(warmUp.visit(server, session, 3, letters)).isTrue();
      }
    }
    List<String> ends = new ArrayList<>();
    try (Store store = RocksStore.open(folder, RocksSettings.defaults())) {
      new EventReader(store)
          .read(
              Instant.EPOCH,
              event -> {
                if (event instanceof SessionEnd end) {
                  ends.add((end.counts().submitted() > 0 ? "mail " : "reading ") + end.how());
                }
              });
    }
    assertThat(ends)
        .contains("mail quit", "mail closed", "mail reset")
        .contains("reading quit", "reading closed", "reading reset");
  }

  private static WarmUp.Signs signs(int others, LongSupplier compiler) {
    return new WarmUp.Signs(() -> others, compiler, () -> WarmUp.ROOM_BYTES);
  }

  /** A compiler that always has more to do. */
  private static LongSupplier busy() {
    AtomicLong worked = new AtomicLong();
    return () -> worked.addAndGet(1_000_000);
  }
}
