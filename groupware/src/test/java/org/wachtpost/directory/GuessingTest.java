package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.store.memory.MemoryStore;

/** What somebody learns who tries names and passwords, one after the other or all at once. */
class GuessingTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final String FORM = "aaaaa-aaaaa-aaaaa-aaaaa";

  private final MemoryStore store = new MemoryStore();
  private final SecureRandom random = new SecureRandom();
  private final Directory directory =
      new Directory(new Accounts(store, () -> NOW, new Random(1)), () -> NOW, random, event -> {});
  private final DirectoryAuthenticator authenticator =
      new DirectoryAuthenticator(directory, () -> NOW, random, event -> {}, new byte[32]);

  @BeforeEach
  void alice() {
    directory.addDomain(CLI, "example.test");
    directory.addAccount(CLI, "alice@example.test", "", "correct horse");
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** A host of 2001:db8:0:network::/64. */
  private static InetAddress host(int network) throws UnknownHostException {
    byte[] address = new byte[16];
    ByteBuffer.wrap(address).putInt(0x20010db8).putInt(network).putLong(1);
    return InetAddress.getByAddress(address);
  }

  private Result tryOut(String name, String password, InetAddress remote) {
    return authenticator.password(
        new LogIn(
            new Origin("imap", remote, 1, 993, "s"), Scope.IMAP, name, "", "PLAIN", "TLS", null),
        password);
  }

  @Test
  void whoComesWithManyGuessesAtOnceIsToldOfNoMoreOfThem() throws Exception {
    InetAddress far = host(0);
    Queue<Result> results = new ConcurrentLinkedQueue<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4 * FailureLimit.FAILURES_OF_A_NAME; i++) {
      String guess = "guess " + i;
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              start.await();
              results.add(tryOut("alice", guess, far));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    long told = results.stream().filter(new Result.Rejected(Reason.PASSWORD)::equals).count();

    assertThat(results).hasSize(threads.size());
    // As many as are computed at a time may pass the limit together.
    assertThat(told).isBetween(1L, FailureLimit.FAILURES_OF_A_NAME + 4L);
    assertThat(tryOut("alice", "correct horse", far)).isEqualTo(new Result.Rejected(Reason.RATE));
  }

  @Test
  void manyIpv6NetworksOfOneSiteAreLimitedTogether() throws Exception {
    FailureLimit limit = new FailureLimit();
    int most = FailureLimit.NETWORKS_OF_A_SITE * FailureLimit.FAILURES_OF_A_NAME;
    for (int network = 0; network < most; network++) {
      assertThat(limit.mustWait(host(network), "alice", NOW)).isFalse();
      limit.failed(host(network), "alice", NOW);
    }

    assertThat(limit.mustWait(host(most), "alice", NOW)).isTrue();
    assertThat(limit.mustWait(host(most), "bob", NOW)).isFalse();
    assertThat(limit.mustWait(host(0x10000), "alice", NOW)).isFalse(); // another /48
    int all = FailureLimit.NETWORKS_OF_A_SITE * FailureLimit.FAILURES_OF_A_NETWORK;
    for (int name = most; name < all; name++) {
      limit.failed(host(name), "n" + name, NOW);
    }
    assertThat(limit.mustWait(host(most), "bob", NOW)).isTrue();
    assertThat(limit.mustWait(host(0x10000), "bob", NOW)).isFalse();
  }

  /** One network may be a whole office, a university or a carrier's customers. */
  @Test
  void guessesOfOthersKeepNobodyOutWhoIsKnownThere() throws Exception {
    FailureLimit limit = new FailureLimit();
    limit.succeeded(host(0), "alice", NOW);
    int all = FailureLimit.NETWORKS_OF_A_SITE * FailureLimit.FAILURES_OF_A_NETWORK;
    for (int name = 0; name < all; name++) {
      limit.failed(host(0), "n" + name, NOW);
    }

    assertThat(limit.mustWait(host(0), "alice", NOW)).isFalse();
    assertThat(limit.mustWait(host(0), "bob", NOW)).isTrue();
    assertThat(limit.mustWait(host(1), "alice", NOW)).isTrue(); // from there she is not known
    for (int i = 0; i < FailureLimit.FAILURES_OF_A_NAME; i++) {
      limit.failed(host(0), "alice", NOW);
    }
    assertThat(limit.mustWait(host(0), "alice", NOW)).isTrue();

    Instant later = NOW.plus(FailureLimit.KNOWN);
    for (int name = 0; name < all; name++) {
      limit.failed(host(0), "n" + name, later);
    }
    assertThat(limit.mustWait(host(0), "alice", later)).isTrue();
  }

  /** Each app password was tried by itself, so that the time told who is here and has many. */
  @Test
  void manyAppPasswordsDoNotShowInTheTime() throws Exception {
    List<String> passwords = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      passwords.add(
          directory.addAppPassword(
              CLI, "alice@example.test", "phone " + i, Set.of(Scope.IMAP), null));
    }
    Duration here = shortest("alice");
    Duration nobody = shortest("nobody");

    assertThat(here).isLessThan(nobody.multipliedBy(3));
    for (String password : passwords) {
      assertThat(tryOut("alice", password, host(1))).isInstanceOf(Result.LoggedIn.class);
    }
    directory.removeAppPassword(CLI, "alice@example.test", "phone 3");
    assertThat(tryOut("alice", passwords.get(3), host(1)))
        .isEqualTo(new Result.Rejected(Reason.PASSWORD));
  }

  /** A hash takes long, and waits for others: meanwhile the owner may have changed the password. */
  @Test
  void aPasswordThatIsChangedWhileItIsCheckedLetsNobodyIn() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    InstantSource clock =
        () -> {
          // The first look at the clock is before the check, the second right after it.
          if (looks.incrementAndGet() == 2) {
            directory.setPassword(CLI, "alice@example.test", "battery staple");
          }
          return NOW;
        };
    DirectoryAuthenticator changing =
        new DirectoryAuthenticator(directory, clock, random, event -> {}, new byte[32]);
    Origin origin = new Origin("imap", host(0), 1, 993, "s");
    LogIn logIn = new LogIn(origin, Scope.IMAP, "alice", "", "PLAIN", "TLS", null);

    assertThat(changing.password(logIn, "correct horse"))
        .isEqualTo(new Result.Rejected(Reason.PASSWORD));
    assertThat(changing.password(logIn, "battery staple")).isInstanceOf(Result.LoggedIn.class);
  }

  private Duration shortest(String name) throws UnknownHostException {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      long before = System.nanoTime();
      assertThat(tryOut(name, FORM, host(0))).isInstanceOf(Result.Rejected.class);
      shortest = Math.min(shortest, System.nanoTime() - before);
    }
    return Duration.ofNanos(shortest);
  }
}
