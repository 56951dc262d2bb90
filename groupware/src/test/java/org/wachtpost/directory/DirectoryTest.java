package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Authentication;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.directory.Directory.AccountChange;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.store.memory.MemoryStore;

class DirectoryTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));

  private final MemoryStore store = new MemoryStore();
  private final List<AccessEvent> events = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-02T08:00:00Z");
  private final InstantSource clock = () -> now;
  private Directory directory = open();
  private final DirectoryAuthenticator authenticator =
      new DirectoryAuthenticator(
          directory, clock, new SecureRandom(), events::add, "installation".getBytes());

  private Directory open() {
    return new Directory(
        new Accounts(store, clock, new Random(1)), clock, new SecureRandom(), events::add);
  }

  @BeforeEach
  void domain() {
    directory.addDomain(CLI, "Example.Test");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Account alice() {
    return directory.addAccount(CLI, "alice@example.test", "Alice", "correct horse");
  }

  private List<String> reached(String address) {
    return directory.resolve(address) instanceof Resolution.Reaches reaches
        ? java.util.stream.Stream.concat(
                reaches.local().stream()
                    .map(l -> l.address() + (l.detail() == null ? "" : "|" + l.detail())),
                reaches.external().stream())
            .sorted()
            .toList()
        : List.of(directory.resolve(address).toString());
  }

  private LogIn logIn(String name, Scope scope) {
    try {
      InetAddress remote = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
      return new LogIn(new Origin("imap", remote, 1, 993, "s"), scope, name, "PLAIN", "TLS", null);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Result logIn(String name, String password) {
    return authenticator.password(logIn(name, Scope.IMAP), password);
  }

  @Test
  void logInsThatHoldNoMoreAreTold() {
    alice();
    List<String> revoked = new ArrayList<>();
    directory.onRevocation((address, credential) -> revoked.add(address + " " + credential));
    directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), null);
    directory.changeAccount(
        CLI, "alice@example.test", new AccountChange("Alice B.", null, null, null, null));
    assertThat(revoked).isEmpty();
    directory.removeAppPassword(CLI, "alice@example.test", "phone");
    directory.setPassword(CLI, "alice@example.test", "battery staple");
    directory.changeAccount(
        CLI, "alice@example.test", new AccountChange(null, null, false, null, null));
    directory.removeAccount(CLI, "alice@example.test");
    assertThat(revoked)
        .containsExactly(
            "alice@example.test phone",
            "alice@example.test password",
            "alice@example.test null",
            "alice@example.test null");
  }

  @Test
  void addressesReachAccountsInAnyCaseWithSubaddressesKept() {
    alice();
    assertThat(reached("ALICE@EXAMPLE.TEST")).containsExactly("alice@example.test");
    assertThat(reached("alice+Lists+x@example.test")).containsExactly("alice@example.test|lists+x");
    assertThat(directory.resolve("nobody@example.test")).isEqualTo(new Resolution.Unknown());
    assertThat(directory.resolve("alice@elsewhere.test")).isEqualTo(new Resolution.NotLocal());
  }

  @Test
  void aliasesAndGroupsAreFollowedAndLoopsEnd() {
    alice();
    directory.addAccount(CLI, "bob@example.test", "", "correct horse");
    directory.setAlias(CLI, "a@example.test", List.of("b@example.test", "x@elsewhere.test"));
    directory.setAlias(CLI, "b@example.test", List.of("a@example.test", "alice+b@example.test"));
    directory.setGroup(
        CLI, "all@example.test", "All", List.of("a@example.test", "bob@example.test"));
    assertThat(reached("all@example.test"))
        .containsExactly("alice@example.test|b", "bob@example.test", "x@elsewhere.test");
  }

  @Test
  void aLargeGroupSurvivesAReopen() {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < 1_234; i++) {
      members.add("m" + i + "@elsewhere.test");
    }
    directory.setGroup(CLI, "all@example.test", "All", members);
    directory.setGroup(CLI, "few@example.test", "Few", List.of("alice@example.test"));
    directory = open();
    assertThat(reached("all@example.test")).hasSize(1_234);
    directory.setGroup(CLI, "all@example.test", "All", List.of("one@elsewhere.test"));
    assertThat(reached("all@example.test")).containsExactly("one@elsewhere.test");
  }

  @Test
  void catchAllTakesUnknownNamesOnly() {
    alice();
    directory.setCatchAll(CLI, "example.test", "alice@example.test");
    assertThat(reached("whoever@example.test")).containsExactly("alice@example.test");
    directory.setCatchAll(CLI, "example.test", null);
    assertThat(directory.resolve("whoever@example.test")).isEqualTo(new Resolution.Unknown());
  }

  @Test
  void postmasterIsAlwaysReached() {
    alice();
    directory.addAccount(CLI, "bob@example.test", "", "correct horse");
    assertThat(reached("Postmaster")).containsExactly("alice@example.test");
    directory.changeAccount(
        CLI, "bob@example.test", new AccountChange(null, Role.ADMINISTRATOR, null, null, null));
    assertThat(reached("postmaster@example.test")).containsExactly("bob@example.test");
  }

  @Test
  void internationalDomainsAreTheSameInBothForms() {
    directory.addDomain(CLI, "bücher.example");
    directory.addAccount(CLI, "jürgen@bücher.example", "", "correct horse");
    assertThat(reached("JÜRGEN@xn--bcher-kva.example"))
        .containsExactly("jürgen@xn--bcher-kva.example");
    assertThat(directory.isLocalDomain("BÜCHER.example")).isTrue();
  }

  @Test
  void anotherPersonsAddressMayNotBeUsedAsSender() {
    Account alice = alice();
    directory.addAccount(CLI, "bob@example.test", "", "correct horse");
    directory.setAlias(CLI, "sales@example.test", List.of("alice@example.test"));
    assertThat(directory.maySendAs(alice.id(), "alice@example.test")).isTrue();
    assertThat(directory.maySendAs(alice.id(), "alice+x@example.test")).isTrue();
    assertThat(directory.maySendAs(alice.id(), "sales@example.test")).isTrue();
    assertThat(directory.maySendAs(alice.id(), "bob@example.test")).isFalse();
    assertThat(directory.maySendAs(alice.id(), "bob+x@example.test")).isFalse();
    assertThat(directory.maySendAs(alice.id(), "alice@elsewhere.test")).isFalse();
  }

  @Test
  void whatIsTakenOrNonsenseIsRefusedAndNothingChanges() {
    alice();
    for (String address :
        List.of(
            "alice@example.test",
            "ALICE@example.test",
            "x@elsewhere.test",
            "x+y@example.test",
            "nonsense",
            "@example.test",
            "x@",
            "a b@example.test",
            "x\n@example.test")) {
      assertThatThrownBy(() -> directory.addAccount(CLI, address, "", "correct horse"))
          .as(address)
          .isInstanceOf(DirectoryException.class);
    }
    assertThatThrownBy(() -> directory.removeDomain(CLI, "example.test"))
        .isInstanceOf(DirectoryException.class);
    assertThat(directory.accounts()).hasSize(1);
  }

  @Test
  void anAppPasswordCannotEndInThePast() {
    alice();
    assertThatThrownBy(() ->
            directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), now))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("cannot end in the past");
  }

  @Test
  void everythingIsThereAfterAReopen() {
    Account alice = alice();
    directory.setAlias(CLI, "a@example.test", List.of("alice@example.test"));
    directory.setCatchAll(CLI, "example.test", "a@example.test");
    directory.addAppPassword(
        CLI, "alice@example.test", "phone", Set.of(Scope.IMAP, Scope.SMTP), now.plusSeconds(60));
    Directory reopened = open();
    assertThat(reopened.accounts()).isEqualTo(directory.accounts());
    assertThat(reopened.aliases()).isEqualTo(directory.aliases());
    assertThat(reopened.domains()).isEqualTo(directory.domains());
    assertThat(reopened.defaultDomain()).contains("example.test");
    directory.removeAccount(CLI, "alice@example.test");
    Account second = directory.addAccount(CLI, "alice@example.test", "", "correct horse");
    assertThat(second.id()).isNotEqualTo(alice.id());
  }

  @Test
  void logsInByAddressOrLocalPartAndRecordsEachAttempt() {
    alice();
    events.clear();
    assertThat(logIn("alice", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    assertThat(logIn("Alice@Example.Test", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    assertThat(logIn("alice", "wrong")).isEqualTo(new Result.Rejected(Reason.PASSWORD));
    assertThat(logIn("nobody", "wrong")).isEqualTo(new Result.Rejected(Reason.UNKNOWN));
    assertThat(events)
        .extracting(e -> ((Authentication) e).success() + " " + ((Authentication) e).reason())
        .containsExactly("true null", "true null", "false password", "false unknown");
    assertThat(directory.lastUses(directory.accounts().getFirst().id()))
        .containsExactly(new LastUse("password", now, "imap", "192.0.2.1"));
  }

  @Test
  void aChangedPasswordCountsAtOnce() {
    alice();
    assertThat(logIn("alice", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    directory.setPassword(CLI, "alice@example.test", "battery staple");
    assertThat(logIn("alice", "correct horse")).isEqualTo(new Result.Rejected(Reason.PASSWORD));
    assertThat(logIn("alice", "battery staple")).isInstanceOf(Result.LoggedIn.class);
  }

  @Test
  void aDisabledAccountMayNotLogIn() {
    alice();
    directory.changeAccount(
        CLI, "alice@example.test", new AccountChange(null, null, false, null, null));
    assertThat(logIn("alice", "correct horse")).isEqualTo(new Result.Rejected(Reason.DISABLED));
  }

  @Test
  void anAppPasswordHasScopeAndExpiry() {
    alice();
    String phone =
        directory.addAppPassword(
            CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), now.plusSeconds(60));
    assertThat(logIn("alice", phone)).isInstanceOf(Result.LoggedIn.class);
    assertThat(authenticator.password(logIn("alice", Scope.SMTP), phone))
        .isEqualTo(new Result.Rejected(Reason.SCOPE));
    now = now.plusSeconds(60);
    assertThat(logIn("alice", phone)).isEqualTo(new Result.Rejected(Reason.EXPIRED));
    directory.removeAppPassword(CLI, "alice@example.test", "phone");
    assertThat(logIn("alice", phone)).isEqualTo(new Result.Rejected(Reason.PASSWORD));
  }

  @Test
  void guessingIsStoppedWithoutLockingOutOthers() {
    alice();
    for (int i = 0; i < FailureLimit.FAILURES_OF_A_NAME; i++) {
      assertThat(logIn("nobody", "x")).isEqualTo(new Result.Rejected(Reason.UNKNOWN));
    }
    assertThat(logIn("nobody", "x")).isEqualTo(new Result.Rejected(Reason.RATE));
    assertThat(logIn("alice", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    now = now.plus(FailureLimit.WINDOW).plus(Duration.ofSeconds(1));
    assertThat(logIn("nobody", "x")).isEqualTo(new Result.Rejected(Reason.UNKNOWN));
  }

  /** Somebody who is here has one salt however the name is written: so has somebody who is not. */
  @Test
  void noSpellingOfANameTellsWhetherItIsHere() {
    alice();
    for (String name : List.of("alice", "nobody")) {
      byte[] salt = authenticator.scramKeys(logIn(name, Scope.IMAP)).salt();
      for (String same : List.of(name + "@example.test", name.toUpperCase(Locale.ROOT))) {
        assertThat(authenticator.scramKeys(logIn(same, Scope.IMAP)).salt())
            .as(same)
            .isEqualTo(salt);
      }
      for (int i = 0; i <= FailureLimit.FAILURES_OF_A_NAME; i++) {
        assertThat(logIn(i % 2 == 0 ? name : name + "@Example.test", "x"))
            .isInstanceOf(Result.Rejected.class);
      }
      assertThat(logIn(name.toUpperCase(Locale.ROOT), "x"))
          .isEqualTo(new Result.Rejected(Reason.RATE));
      assertThat(authenticator.scramKeys(logIn(name, Scope.IMAP)).salt()).isEqualTo(salt);
    }
  }

  @Test
  void scramKeysOfAnUnknownNameLookLikeAnyOther() {
    alice();
    var known = authenticator.scramKeys(logIn("alice", Scope.IMAP));
    var unknown = authenticator.scramKeys(logIn("nobody", Scope.IMAP));
    var again = authenticator.scramKeys(logIn("nobody", Scope.IMAP));
    assertThat(unknown.salt()).hasSameSizeAs(known.salt()).isEqualTo(again.salt());
    assertThat(unknown.iterations()).isEqualTo(known.iterations());
    var made = unknown.keys().getFirst();
    assertThat(authenticator.scramFinished(logIn("nobody", Scope.IMAP), made))
        .isEqualTo(new Result.Rejected(Reason.UNKNOWN));
    assertThat(authenticator.scramFinished(logIn("alice", Scope.IMAP), known.keys().getFirst()))
        .isInstanceOf(Result.LoggedIn.class);
    assertThat(authenticator.scramFinished(logIn("alice", Scope.IMAP), null))
        .isEqualTo(new Result.Rejected(Reason.PASSWORD));
    assertThat(authenticator.scramFinished(logIn("alice", Scope.IMAP), made))
        .isEqualTo(new Result.Rejected(Reason.PASSWORD));
  }

  @Test
  void scramServesAppPasswordsWithinTheirScopeUntilTheyGo() {
    alice();
    directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), null);
    directory.setPassword(CLI, "alice@example.test", "battery staple");
    var keys = authenticator.scramKeys(logIn("alice", Scope.IMAP)).keys();
    assertThat(keys).extracting(k -> k.credential()).containsExactlyInAnyOrder("password", "phone");
    var phone = keys.stream().filter(k -> "phone".equals(k.credential())).findFirst().orElseThrow();
    assertThat(authenticator.scramFinished(logIn("alice", Scope.IMAP), phone))
        .isInstanceOf(Result.LoggedIn.class);
    assertThat(authenticator.scramFinished(logIn("alice", Scope.SMTP), phone))
        .isEqualTo(new Result.Rejected(Reason.SCOPE));
    directory.removeAppPassword(CLI, "alice@example.test", "phone");
    assertThat(authenticator.scramFinished(logIn("alice", Scope.IMAP), phone))
        .isEqualTo(new Result.Rejected(Reason.PASSWORD));
  }

  @Test
  void everySensitiveChangeIsReported() {
    alice();
    directory.setPassword(CLI, "alice@example.test", "battery staple");
    directory.setAlias(CLI, "out@example.test", List.of("x@elsewhere.test"));
    assertThat(events)
        .filteredOn(e -> e instanceof AccessEvent.Change)
        .extracting(e -> ((AccessEvent.Change) e).what())
        .containsExactly("domain-added", "account-added", "password", "forwarding");
    assertThat(events.toString()).doesNotContain("battery");
  }
}
