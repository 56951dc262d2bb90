package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryStore;

/** Addresses that are longer than RFC 5321's 64 octets before the @, and many long ones. */
class LongAddressesTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private final Directory directory = reopened();

  @BeforeEach
  void domain() {
    directory.addDomain(CLI, "example.test");
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Bounce addresses of lists and forwarders are often longer than RFC 5321's 64 octets. */
  @Test
  void longLocalPartsAreResolvedAndNotKept() {
    directory.addAccount(CLI, "alice@example.test", "", "battery staple");
    String name = "a".repeat(100);
    assertThat(directory.resolve("alice+" + name + "@example.test"))
        .isInstanceOf(Resolution.Reaches.class);
    assertThat(directory.resolve(name + "@example.test")).isEqualTo(new Resolution.Unknown());
    assertThat(directory.resolve(name + "@elsewhere.test")).isEqualTo(new Resolution.NotLocal());
    assertThat(directory.maySendAs(AccountId.person(1), name + "@example.test")).isFalse();
    assertThatThrownBy(
            () -> directory.addAccount(CLI, name + "@example.test", "", "battery staple"))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("not a mail address");
    assertThatThrownBy(() -> directory.setAlias(CLI, name + "@example.test", List.of("a@y.test")))
        .isInstanceOf(DirectoryException.class);
  }

  /** A list that mail is sent on to may have such an address, as it may have one to send from. */
  @Test
  void longLocalPartsElsewhereAreTargetsAndMembers() {
    String far = "a".repeat(255) + "@elsewhere.test";
    directory.setAlias(CLI, "x@example.test", List.of(far));
    directory.setGroup(CLI, "team@example.test", "", List.of(far));
    directory.setCatchAll(CLI, "example.test", far);
    for (String address : List.of("x@example.test", "team@example.test", "nobody@example.test")) {
      assertThat(reopened().resolve(address))
          .isEqualTo(new Resolution.Reaches(List.of(), List.of(far)));
    }
    assertThatThrownBy(() -> directory.setAlias(CLI, "x@example.test", List.of("a" + far)))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("not a mail address");
  }

  /** More than the store takes at once ended as a defect of the server. */
  @Test
  void groupsAndAliasesThatAreTooLongAreRefusedInWords() {
    List<String> longest = new ArrayList<>();
    for (int i = 0; i < 1_600; i++) {
      longest.add("\"" + i + " ".repeat(240) + "\"@" + "x".repeat(60) + ".example");
    }
    assertThatThrownBy(
            () -> directory.setGroup(CLI, "all@example.test", "", longest.subList(0, 1_400)))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("at most 409600 bytes together");
    assertThatThrownBy(() -> directory.setAlias(CLI, "x@example.test", quoted(100)))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("at most 49152 bytes together");
    directory.setGroup(CLI, "all@example.test", "", longest.subList(0, 1_250));
    directory.setGroup(CLI, "all@example.test", "", longest.subList(350, 1_600));
    directory.setGroup(CLI, "quoted@example.test", "n".repeat(200), quoted(400));
    directory.setAlias(CLI, "x@example.test", quoted(60));
    assertThat(reopened().groups()).hasSize(2);
  }

  /** Addresses that take the most room, every character being escaped. */
  private static List<String> quoted(int count) {
    String domain = ("x".repeat(60) + ".").repeat(4) + "example";
    return IntStream.range(100, 100 + count)
        .mapToObj(i -> "\"" + i + "\\\\".repeat(252) + "\"@" + domain)
        .toList();
  }

  private Directory reopened() {
    Accounts accounts = new Accounts(store, () -> NOW, new Random(1));
    return new Directory(accounts, () -> NOW, new SecureRandom(), event -> {});
  }
}
