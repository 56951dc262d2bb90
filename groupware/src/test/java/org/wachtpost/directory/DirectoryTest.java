package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Authentication;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.ChangeLog;
import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
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
      return new LogIn(
          new Origin("imap", remote, 1, 993, "s"), scope, name, "", "PLAIN", "TLS", null);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Result logIn(String name, String password) {
    return authenticator.password(logIn(name, Scope.IMAP), password);
  }

  private List<DirectoryChange.Logged> logged() {
    List<DirectoryChange.Logged> logged = new ArrayList<>();
    try (Snapshot snapshot = store.snapshot(AccountId.DIRECTORY)) {
      ChangeLog.forEachSince(snapshot, 0, entry -> logged.addAll(DirectoryChange.read(entry)));
    }
    return logged;
  }

  @Test
  void theLogKeepsWhatStoodThereBefore() {
    alice();
    directory.setAlias(CLI, "info@example.test", List.of("alice@example.test"));
    directory.setAlias(CLI, "info@example.test", List.of("thief@elsewhere.test"));
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      many.add("a-long-name-of-somebody-" + i + "@" + "x".repeat(60) + ".example");
    }
    directory.setGroup(CLI, "all@example.test", "All", many);
    directory.removeGroup(CLI, "all@example.test");

    List<DirectoryChange.Logged> logged = logged();
    assertThat(logged.stream().map(l -> l.word() + " " + l.subject()))
        .containsExactly(
            "domain-added example.test",
            "account-added alice@example.test",
            "alias-added info@example.test",
            "alias-added info@example.test",
            "group-added all@example.test",
            "group-removed all@example.test");
    MailAddress info = MailAddress.parse("info@example.test").orElseThrow();
    Key alias = DirectoryRecords.alias(info);
    assertThat(logged.get(2).before()).containsEntry(alias, Optional.empty());
    assertThat(logged.get(3).before().get(alias))
        .hasValueSatisfying(value ->
            assertThat(new String(value, StandardCharsets.UTF_8)).contains("alice@example.test"));
    // More than fits a record of the log: it comes in pieces, and whole.
    long members =
        logged.get(5).before().values().stream()
            .map(value -> new String(value.orElseThrow(), StandardCharsets.UTF_8))
            .mapToLong(text -> text.split("somebody", -1).length - 1)
            .sum();
    assertThat(members).isEqualTo(1_500);
  }

  /** Lower case of this letter takes more bytes; the stored address could not be read again. */
  @Test
  void whatIsStoredOfAnAddressCanBeReadAgain() {
    String growing = "\u0130".repeat(127) + "@elsewhere.test";
    assertThatThrownBy(() -> directory.setAlias(CLI, "x@example.test", List.of(growing)))
        .isInstanceOf(DirectoryException.class);
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int length = 1 + random.nextInt(8);
      StringBuilder local = new StringBuilder();
      for (int c = 0; c < length; c++) {
        local.appendCodePoint(random.nextInt(0x2fff));
      }
      MailAddress.parse(local + "@example.test")
          .ifPresent(address ->
              assertThat(MailAddress.parse(address.toString()))
                  .as(local.toString())
                  .contains(address));
    }
    assertThat(MailAddress.parse("\ud800@example.test")).isEmpty();
  }

  @Test
  void sharpSAndFinalSigmaAreLettersOfTheirOwn() {
    assertThat(MailAddress.normalDomain("faß.de")).contains("xn--fa-hia.de");
    assertThat(MailAddress.normalDomain("STRASSE.de")).contains("strasse.de");
    assertThat(MailAddress.normalDomain("Straße.de")).contains("xn--strae-oqa.de");
    assertThat(MailAddress.normalDomain("βόλος.com")).contains("xn--nxasmm1c.com");
    assertThat(MailAddress.normalDomain("ΒΌΛΟΣ.com")).contains("xn--nxasmq6b.com");
    assertThat(MailAddress.normalDomain("a\u200db.example")).isEmpty();
    assertThat(MailAddress.normalDomain("groß。müller.example"))
        .contains("xn--gro-7ka.xn--mller-kva.example");
    directory.addDomain(CLI, "faß.example");
    directory.addAccount(CLI, "anna@faß.example", "Anna", "correct horse");
    assertThat(reached("anna@xn--fa-hia.example")).containsExactly("anna@xn--fa-hia.example");
    assertThat(directory.isLocalDomain("fass.example")).isFalse();
  }

  @Test
  void whatMakesNoSenseIsRefusedInWords() {
    alice();
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Alias.TARGETS; i++) {
      many.add("u" + i + "@elsewhere.test");
    }
    assertThatThrownBy(() -> directory.setAlias(CLI, "x@example.test", many))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("100 targets");
    assertThatThrownBy(() -> directory.setAlias(CLI, "x@example.test", List.of("X@Example.test")))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("lead to itself");
    assertThatThrownBy(
            () -> directory.addAccount(CLI, "b@example.test", "B\u001b[31m", "correct horse"))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("control characters");
    assertThatThrownBy(() -> directory.setGroup(CLI, "g@example.test", "g".repeat(201), List.of()))
        .isInstanceOf(DirectoryException.class);
  }

  @Test
  void aNewAppPasswordOfAnOldNameWasNeverUsed() {
    alice();
    Account account = directory.account("alice@example.test").orElseThrow();
    directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), null);
    directory.used(account, new LastUse("phone", now, "imap", "192.0.2.1"));
    assertThat(directory.lastUses(account.id())).hasSize(1);
    directory.used(account, new LastUse("phone", now, "imap", "192.0.2.1"));
    directory.removeAppPassword(CLI, "alice@example.test", "phone");
    assertThat(directory.lastUses(account.id())).isEmpty();
    directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), null);
    assertThat(directory.lastUses(account.id())).isEmpty();
  }

  @Test
  void theAccessLogNamesTheMembersOfAGroup() {
    alice();
    directory.setGroup(
        CLI, "all@example.test", "", List.of("alice@example.test", "eve@elsewhere.test"));
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            AccessEvent.Change.class,
            change ->
                assertThat(change.detail())
                    .isEqualTo("2 members, some elsewhere: alice@example.test,eve@elsewhere.test"));
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
    // RFC 2142 §4: complaints must reach somebody
    assertThat(reached("Abuse@example.test")).containsExactly("bob@example.test");
    assertThat(directory.resolve("abuse")).isEqualTo(new Resolution.NotLocal());
    directory.setAlias(CLI, "abuse@example.test", List.of("alice@example.test"));
    assertThat(reached("abuse@example.test")).containsExactly("alice@example.test");
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
  void nobodyActsAsSomebodyElse() {
    alice();
    directory.addAccount(CLI, "bob@example.test", "Bob", "battery staple");
    assertThat(actAs("bob@example.test", "correct horse"))
        .isEqualTo(new Result.Rejected(Reason.AUTHORIZATION));
    assertThat((Authentication) events.getLast())
        .returns(false, Authentication::success)
        .returns("authorization", Authentication::reason)
        .returns("bob@example.test", Authentication::authorization)
        .returns("alice@example.test", Authentication::account)
        .returns("password", Authentication::credential);
    assertThat(actAs("bob", "wrong")).isEqualTo(new Result.Rejected(Reason.PASSWORD));
    assertThat(askedToActAs()).isEqualTo("bob");
    assertThat(actAs("\n", "correct horse")).isEqualTo(new Result.Rejected(Reason.AUTHORIZATION));
    assertThat(askedToActAs()).isEqualTo("\n");
    assertThat(actAs("", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    assertThat(askedToActAs()).isNull();
    assertThat(actAs("ALICE@Example.TEST", "correct horse")).isInstanceOf(Result.LoggedIn.class);
    assertThat(askedToActAs()).isNull();
  }

  @Test
  void aForeignAuthorizationIdentityIsNoFailedGuess() {
    alice();
    String phone =
        directory.addAppPassword(CLI, "alice@example.test", "phone", Set.of(Scope.IMAP), null);
    for (int i = 0; i <= FailureLimit.FAILURES_OF_A_NETWORK; i++) {
      assertThat(actAs("bob", phone)).isEqualTo(new Result.Rejected(Reason.AUTHORIZATION));
    }
    assertThat(((Authentication) events.getLast()).credential()).isEqualTo("phone");
    assertThat(logIn("alice", "correct horse")).isInstanceOf(Result.LoggedIn.class);
  }

  /** Nor does it make guesses forgotten, or a way around the wait. */
  @Test
  void aForeignAuthorizationIdentityDoesNotHelpToGuess() {
    alice();
    for (int i = 0; i < FailureLimit.FAILURES_OF_A_NAME; i++) {
      assertThat(actAs("bob", "wrong")).isEqualTo(new Result.Rejected(Reason.PASSWORD));
      if (i + 1 < FailureLimit.FAILURES_OF_A_NAME) {
        assertThat(actAs("bob", "correct horse"))
            .isEqualTo(new Result.Rejected(Reason.AUTHORIZATION));
      }
    }
    assertThat(actAs("bob", "correct horse")).isEqualTo(new Result.Rejected(Reason.RATE));
  }

  /** Said once more without its members it lost them all, and mail to it was refused. */
  @Test
  void aGroupIsNotEmptiedInPassing() {
    alice();
    directory.setGroup(CLI, "empty@example.test", "", List.of());
    directory.setGroup(CLI, "team@example.test", "Team", List.of("alice@example.test"));
    assertThatThrownBy(() -> directory.setGroup(CLI, "Team@Example.TEST", "Team", List.of()))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("name its members, or remove it");
    assertThat(directory.resolve("team@example.test")).isInstanceOf(Resolution.Reaches.class);
  }

  @Test
  void aDirectoryWithoutADomainIsEmpty() {
    assertThat(directory.isEmpty()).isFalse();
    directory.removeDomain(CLI, "example.test");
    assertThat(directory.isEmpty()).isTrue();
  }

  private @Nullable String askedToActAs() {
    return ((Authentication) events.getLast()).authorization();
  }

  private Result actAs(String authorization, String password) {
    LogIn own = logIn("alice", Scope.IMAP);
    return authenticator.password(
        new LogIn(own.origin(), own.scope(), own.name(), authorization, "PLAIN", "TLS", null),
        password);
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
