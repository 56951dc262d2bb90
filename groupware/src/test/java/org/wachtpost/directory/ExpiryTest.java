package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.memory.MemoryStore;

/** An app password lets nobody in after its time, and what began with it ends with it. */
class ExpiryTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
  private static final String ALICE = "alice@example.test";

  private Instant now = Instant.parse("2026-03-02T08:00:00Z");

  @Test
  void sessionsEndWithTheirAppPasswordOnce() {
    InstantSource clock = () -> now;
    try (MemoryStore store = new MemoryStore()) {
      Directory directory =
          new Directory(
              new Accounts(store, clock, new Random(1)), clock, new SecureRandom(), event -> {});
      directory.addDomain(CLI, "example.test");
      directory.addAccount(CLI, ALICE, "Alice", "correct horse");
      List<String> revoked = new ArrayList<>();
      directory.onRevocation((address, credential) -> revoked.add(address + " " + credential));
      for (int minutes = 1; minutes <= 2; minutes++) {
        Instant end = now.plus(Duration.ofMinutes(minutes));
        directory.addAppPassword(CLI, ALICE, "phone " + minutes, Set.of(Scope.IMAP), end);
      }
      directory.addAppPassword(CLI, ALICE, "tablet", Set.of(Scope.IMAP), null);

      directory.endExpired();
      assertThat(revoked).isEmpty();
      now = now.plus(Duration.ofMinutes(1));
      directory.endExpired();
      directory.endExpired();
      assertThat(revoked).containsExactly(ALICE + " phone 1");
      now = now.minus(Duration.ofMinutes(1)); // the clock was set back
      directory.endExpired();
      now = now.plus(Duration.ofMinutes(9));
      directory.endExpired();
      assertThat(revoked).containsExactly(ALICE + " phone 1", ALICE + " phone 2");
    }
  }
}
