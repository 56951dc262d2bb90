package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.config.Config;
import org.wachtpost.demo.Demo;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.MailView;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;

class CoreTest {
  private static final Directory.Actor ACTOR =
      new Directory.Actor("test", new Origin("cli", null, 0, 0, "test"));

  @TempDir Path directory;

  @Test
  void aDamagedAccountKeepsNobodyElseFromTheServer() throws IOException {
    AccountId alice;
    AccountId bob;
    try (Core core = open()) {
      core.people().addDomain(ACTOR, "example.test");
      alice = add(core, "alice@example.test");
      bob = add(core, "bob@example.test");
      damage(core.store(), alice);
      assertThatThrownBy(() -> mailboxes(core, alice)).isInstanceOf(StoreException.Corrupt.class);
      core.keepHouse();
    }
    try (Core core = open()) {
      core.keepHouse();
      assertThat(mailboxes(core, bob)).isPositive();
    }
  }

  /** The directory commits first; a crash then left an account that took no mail. */
  @Test
  void anAccountThatWasHalfMadeIsFinished() throws IOException {
    AccountId alice;
    try (Core core = open()) {
      core.people().addDomain(ACTOR, "example.test");
      alice = core.people().addAccount(ACTOR, "alice@example.test", "", "correct horse").id();
    }
    try (Core core = open()) {
      assertThat(mailboxes(core, alice)).isPositive();
    }
  }

  /** The directory commits first; a crash then left the data of an account that nobody has. */
  @Test
  void anAccountThatWasHalfRemovedIsFinished() throws IOException {
    AccountId alice;
    try (Core core = open()) {
      core.people().addDomain(ACTOR, "example.test");
      alice = add(core, "alice@example.test");
      core.people().removeAccount(ACTOR, "alice@example.test");
      assertThat(core.people().removedAccounts()).containsExactly(alice);
      assertThat(core.store().version(alice)).isPositive();
    }
    try (Core core = open()) {
      assertThat(core.store().version(alice)).isZero();
      assertThat(core.people().removedAccounts()).isEmpty();
    }
  }

  /** Its accounts were there and its passwords were not: it refused to start ever again. */
  @Test
  void aDemoThatWasKilledHalfwayIsMadeWhole() throws IOException {
    try (Core core = open()) {
      Map<String, String> first = demo(core).prepare();
      assertThat(demo(core).prepare()).isEqualTo(first);
      int messages = messages(core);
      Files.delete(directory.resolve(Demo.ACCOUNTS_FILE));
      Map<String, String> again = demo(core).prepare();
      assertThat(again.keySet()).isEqualTo(first.keySet());
      assertThat(again).isNotEqualTo(first);
      assertThat(messages(core)).isEqualTo(messages).isPositive();
    }
  }

  @Test
  void aDemoTakesNoDirectoryOfAnOrganisation() throws IOException {
    try (Core core = open()) {
      core.people().addDomain(ACTOR, "example.org");
      assertThatThrownBy(() -> demo(core).prepare())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other domains");
      assertThat(core.people().accounts()).isEmpty();
    }
  }

  private Demo demo(Core core) {
    return new Demo(directory, core.people(), core.domainKeys(), core.mail(), core.random());
  }

  private static int messages(Core core) {
    AccountId alice = core.people().account("alice@example.test").orElseThrow().id();
    try (MailView view = core.mail().view(alice)) {
      return (int) view.quota().messagesUsed();
    }
  }

  private Core open() throws IOException {
    Core core = Core.open(directory, Config.demo(2000));
    core.resume();
    return core;
  }

  private static AccountId add(Core core, String address) {
    AccountId id = core.people().addAccount(ACTOR, address, "", "correct horse battery").id();
    core.mail().createAccount(id);
    return id;
  }

  private static int mailboxes(Core core, AccountId account) {
    try (MailView view = core.mail().view(account)) {
      return view.mailboxes().size();
    }
  }

  private static void damage(Store store, AccountId account) {
    long version;
    try (Snapshot snapshot = store.snapshot(account)) {
      version = snapshot.version();
    }
    byte[] garbage = {99, 1, 2, 3};
    Batch batch =
        new Batch()
            .put(KeyWriter.prefix(KeySpace.MAIL_MAILBOX).u32(1).key(), garbage)
            .put(KeyWriter.prefix(KeySpace.MAIL_STATE).key(), garbage)
            .put(KeyWriter.prefix(KeySpace.MAIL_JOURNAL).u64(1).key(), garbage);
    store.commit(account, version, CommitId.random(new Random(1)), batch);
  }
}
