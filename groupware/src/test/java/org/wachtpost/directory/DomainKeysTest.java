package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.DomainKey.State;
import org.wachtpost.directory.DomainKeys.Step;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.memory.MemoryStore;

class DomainKeysTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
  private static final String DOMAIN = "example.test";

  private final MemoryStore store = new MemoryStore();
  private final List<AccessEvent> events = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-23T08:00:00.123456Z");
  private final InstantSource clock = () -> now;
  private final Accounts accounts = new Accounts(store, clock, new Random(1));
  private final Directory directory =
      new Directory(accounts, clock, new SecureRandom(), events::add);
  private DomainKeys keys = open();

  private DomainKeys open() {
    return new DomainKeys(accounts, clock, new SecureRandom(), events::add);
  }

  @BeforeEach
  void domain() {
    directory.addDomain(CLI, DOMAIN);
    keys.ensure(CLI, DOMAIN);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<String> states() {
    return keys.keys(DOMAIN).stream()
        .map(key -> key.selector() + " " + key.state().word())
        .toList();
  }

  private List<String> signing() {
    return keys.signingKeys(DOMAIN).stream().map(DkimSigningKey::selector).toList();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void keepHouse(boolean published) {
    keys.keepHouse(directory.domains(), key -> published);
  }

  @Test
  void aNewDomainSignsWithBothAlgorithms() {
    assertThat(states()).containsExactly("r20261123 active", "e20261123 active");
    assertThat(keys.signingKeys("Example.TEST"))
        .extracting(key -> key.selector() + " " + key.domain() + " " + key.algorithm().word())
        .containsExactly(
            "r20261123 example.test rsa-sha256", "e20261123 example.test ed25519-sha256");
    assertThat(keys.signingKeys("sub.example.test")).isEmpty();
    assertThat(keys.signingKeys("elsewhere.test")).isEmpty();
    keys.ensure(CLI, DOMAIN);
    assertThat(states()).hasSize(2);
  }

  @Test
  void keysAreTheSameAfterReopening() {
    List<DomainKey> before = keys.keys(DOMAIN);
    List<DkimSigningKey> signers = keys.signingKeys(DOMAIN);
    keys = open();
    assertThat(keys.keys(DOMAIN)).isEqualTo(before);
    assertThat(keys.signingKeys(DOMAIN)).isEqualTo(signers);
  }

  @Test
  void rotationOverlaps() {
    List<String> old = signing();
    pass(Duration.ofDays(180));
    assertThat(keys.rotate(CLI, "Example.Test", false).step()).isEqualTo(Step.PREPARED);
    assertThat(states())
        .containsExactly(
            "r20261123 active", "r20270522 next", "e20261123 active", "e20270522 next");
    assertThat(signing()).isEqualTo(old);
    keys = open();
    assertThat(keys.rotate(CLI, DOMAIN, false).step()).isEqualTo(Step.ACTIVATED);
    assertThat(states())
        .containsExactly(
            "r20261123 retiring", "r20270522 active", "e20261123 retiring", "e20270522 active");
    assertThat(signing()).containsExactly("r20270522", "e20270522");

    pass(DomainKeys.RETIREMENT.minusSeconds(1));
    keepHouse(true);
    assertThat(states()).hasSize(4);
    pass(Duration.ofSeconds(1));
    keepHouse(true);
    assertThat(states()).containsExactly("r20270522 active", "e20270522 active");
  }

  @Test
  void newKeysSignByThemselvesOnceTheDnsShowsThem() {
    pass(Duration.ofDays(1));
    keys.rotate(CLI, DOMAIN, false);
    List<String> old = signing();
    pass(DomainKeys.OVERLAP.minusSeconds(1));
    keepHouse(true);
    assertThat(signing()).isEqualTo(old);
    pass(Duration.ofSeconds(1));
    keepHouse(false);
    assertThat(signing()).as("not published").isEqualTo(old);
    List<String> asked = new ArrayList<>();
    keys.keepHouse(directory.domains(), key -> asked.add(key.recordName()));
    assertThat(asked)
        .containsExactly("r20261124._domainkey.example.test", "e20261124._domainkey.example.test");
    assertThat(signing()).containsExactly("r20261124", "e20261124");
  }

  @Test
  void aKeyIsPublishedWhenTheDnsShowsIt() {
    DomainKey key = keys.keys(DOMAIN).getFirst();
    String name = key.recordName();
    String spaced = key.recordText().replace("p=", "t=s; p=\t").replace("A", "A ");
    assertThat(key.isPublished(new FakeDns())).isFalse();
    assertThat(key.isPublished(new FakeDns().addTxt(name, key.recordText()))).isTrue();
    assertThat(key.isPublished(new FakeDns().addTxt(name, "other").addTxt(name, spaced))).isTrue();
    assertThat(key.isPublished(new FakeDns().addTxt(name, "v=DKIM1; p="))).isFalse();
    String strange = keys.keys(DOMAIN).getLast().recordText();
    assertThat(key.isPublished(new FakeDns().addTxt(name, strange))).isFalse();
    FakeDns failing = new FakeDns().addTxt(name, key.recordText()).fail(name, Reason.TIMEOUT);
    assertThat(key.isPublished(failing)).isFalse();
  }

  @Test
  void aRotationAtOnceOnTheSameDayHasSelectorsOfItsOwn() {
    assertThat(keys.rotate(CLI, DOMAIN, true).step()).isEqualTo(Step.ACTIVATED);
    assertThat(signing()).containsExactly("r20261123b", "e20261123b");
    keys.rotate(CLI, DOMAIN, true);
    assertThat(signing()).containsExactly("r20261123c", "e20261123c");
    assertThat(keys.keys(DOMAIN)).extracting(DomainKey::recordText).doesNotHaveDuplicates();
  }

  @Test
  void aDomainHasAtMostSoManyKeys() {
    while (keys.keys(DOMAIN).size() < DomainKeys.KEYS_A_DOMAIN) {
      keys.rotate(CLI, DOMAIN, true);
    }
    List<String> before = states();
    assertThatThrownBy(() -> keys.rotate(CLI, DOMAIN, true))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining("20 DKIM keys");
    assertThat(states()).isEqualTo(before);
    pass(DomainKeys.RETIREMENT);
    keepHouse(true);
    assertThat(states()).hasSize(2);
  }

  @Test
  void strangeDomainsGetNoKeys() {
    for (String name : List.of("elsewhere.test", "sub.example.test", "not a name", "")) {
      assertThatThrownBy(() -> keys.rotate(CLI, name, true))
          .as(name)
          .isInstanceOf(DirectoryException.class);
      assertThatThrownBy(() -> keys.ensure(CLI, name))
          .as(name)
          .isInstanceOf(DirectoryException.class);
    }
  }

  @Test
  void aDomainThatGoesTakesItsKeysAlong() {
    List<DomainKey> old = keys.keys(DOMAIN);
    directory.removeDomain(CLI, DOMAIN);
    keys.forget(CLI, DOMAIN);
    assertThat(keys.keys(DOMAIN)).isEmpty();
    directory.addDomain(CLI, DOMAIN);
    keys.ensure(CLI, DOMAIN);
    assertThat(keys.keys(DOMAIN)).hasSize(2).doesNotContainAnyElementsOf(old);
  }

  @Test
  void housekeepingRepairsWhatWasInterrupted() {
    directory.addDomain(CLI, "second.test"); // and the server died before the keys were made
    directory.removeDomain(CLI, DOMAIN); // and before they were removed
    keepHouse(false);
    assertThat(keys.keys("second.test")).extracting(DomainKey::state).containsOnly(State.ACTIVE);
    assertThat(keys.keys(DOMAIN)).isEmpty();
    int count = events.size();
    keepHouse(false);
    assertThat(events).hasSize(count);
  }

  @Test
  void keysOfADomainThatIsHereAreNotForgotten() {
    keys.forget(CLI, DOMAIN);
    assertThat(signing()).hasSize(2);
    assertThat(open().signingKeys(DOMAIN)).hasSize(2);
  }

  @Test
  void everyStepIsAnAccessEventWithoutSecrets() {
    pass(Duration.ofDays(1));
    keys.rotate(CLI, DOMAIN, false);
    keys.rotate(CLI, DOMAIN, false);
    pass(DomainKeys.RETIREMENT);
    keepHouse(true);
    assertThat(events)
        .filteredOn(
            event -> event instanceof AccessEvent.Change change && change.what().startsWith("dkim"))
        .extracting(event -> {
          AccessEvent.Change change = (AccessEvent.Change) event;
          return change.actor() + " " + change.what() + " " + change.detail();
        })
        .containsExactly(
            "cli dkim-keys-made example.test r20261123 e20261123",
            "cli dkim-keys-made example.test r20261124 e20261124",
            "cli dkim-keys-activated example.test r20261124 e20261124",
            "internal dkim-keys-removed example.test r20261123 e20261123");
  }

  @Test
  void aRetiringKeyHasLostItsPrivateKeyInTheStoreToo() {
    DkimSigningKey signer = keys.signingKeys(DOMAIN).getLast();
    String secret = HexFormat.of().formatHex(signer.privateKey().getEncoded());
    DomainKey key = keys.keys(DOMAIN).getLast();
    assertThat(storedHex(key)).contains(secret);
    keys.rotate(CLI, DOMAIN, true);
    assertThat(storedHex(key)).isNotEmpty().doesNotContain(secret);
    assertThat(open().keys(DOMAIN)).isEqualTo(keys.keys(DOMAIN)).hasSize(4);
  }

  private String storedHex(DomainKey key) {
    try (Snapshot snapshot = store.snapshot(AccountId.DIRECTORY)) {
      return HexFormat.of().formatHex(snapshot.read(DomainKeyRecords.of(key)));
    }
  }

  @Test
  void noTextShowsAPrivateKey() {
    List<String> texts = new ArrayList<>();
    keys.keys(DOMAIN).forEach(key -> texts.add(key.toString()));
    keys.signingKeys(DOMAIN).forEach(key -> texts.add(key.toString()));
    texts.add(keys.rotate(CLI, DOMAIN, false).toString());
    for (DkimSigningKey key : keys.signingKeys(DOMAIN)) {
      String base64 = Base64.getEncoder().encodeToString(key.privateKey().getEncoded());
      String part = base64.substring(base64.length() - 40);
      assertThat(texts).noneMatch(text -> text.contains(part));
    }
  }
}
