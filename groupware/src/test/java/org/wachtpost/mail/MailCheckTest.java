package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wachtpost.mail.AccountMailTest.done;
import static org.wachtpost.mail.AccountMailTest.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** The check finds what is wrong; and a large copy that fails between leaves nothing wrong. */
class MailCheckTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final int MANY = 600;

  private final Faults faults = new Faults(new Random(1));
  private final MemoryDisk disk = new MemoryDisk(faults, 1L << 30);
  private MemoryStore store;
  private Accounts accounts;
  private AccountMail mail;
  private MailboxId inbox;
  private MailboxId archive;

  /** Fails the test if the account's mail does not fit together. */
  static void checkSound(Store store, AccountId account) {
    assertThat(problems(store, account)).isEmpty();
  }

  private static List<String> problems(Store store, AccountId account) {
    List<String> problems = new ArrayList<>();
    try (Snapshot snapshot = store.snapshot(account)) {
      new MailCheck().check(account, snapshot, store, problems::add);
    } catch (StoreException.Corrupt e) {
      problems.add(e.getMessage());
    }
    return problems;
  }

  private void open(int messages) {
    reopen();
    mail.createAccount(ALICE);
    try (MailView view = mail.view(ALICE)) {
      inbox = view.mailbox("INBOX").orElseThrow().id();
      archive = view.mailbox("Archive").orElseThrow().id();
    }
    for (int i = 0; i < messages; i++) {
      MessageContent content = MessageContent.of(message("Number " + i, "text\r\n"));
      done(mail.append(ALICE, inbox, content, Flags.of("k"), Optional.empty()));
    }
  }

  private void reopen() {
    store = new MemoryStore(disk);
    accounts = new Accounts(store, Instant::now, new Random(2));
    mail = new AccountMail(accounts, store, Instant::now, MailSettings.DEFAULTS);
  }

  @Test
  void eachKindOfDamageIsFound() {
    open(3);
    checkSound(store, ALICE);
    Key row = MailKeys.row(inbox, 2);
    EmailId email = new EmailId(2);
    damaged(tx -> tx.delete(row));
    damaged(tx -> tx.delete(MailKeys.email(email)));
    damaged(tx -> tx.delete(MailKeys.content(2, 0)));
    damaged(tx -> tx.delete(MailKeys.mailbox(inbox)));
    damaged(tx -> tx.delete(MailKeys.keywords(inbox)));
    damaged(tx -> tx.delete(MailKeys.STATE));
    damaged(tx -> tx.put(row, new byte[] {1, 0, 0}));
    damaged(tx -> {
      MailState state = MailState.decode(tx.read(MailKeys.STATE));
      state.bytesUsed++;
      tx.put(MailKeys.STATE, state.encode());
    });
    store.close();
  }

  /** Does the damage, expects that it is found, and undoes it. */
  private void damaged(Consumer<Transaction> damage) {
    List<String> found = new ArrayList<>();
    assertThatThrownBy(() ->
            accounts.change(
                ALICE,
                tx -> {
                  damage.accept(tx);
                  found.addAll(problems(tx));
                  throw new IllegalStateException("undo");
                }))
        .hasMessage("undo");
    assertThat(found).isNotEmpty();
    checkSound(store, ALICE);
  }

  private List<String> problems(Transaction transaction) {
    List<String> problems = new ArrayList<>();
    try (Snapshot snapshot = new TransactionSnapshot(transaction)) {
      new MailCheck().check(ALICE, snapshot, store, problems::add);
    } catch (StoreException.Corrupt e) {
      problems.add(e.getMessage());
    }
    return problems;
  }

  private record TransactionSnapshot(Transaction transaction) implements Snapshot {
    @Override
    public long version() {
      return transaction.nextVersion() - 1;
    }

    @Override
    public byte[] read(Key key) {
      return transaction.read(key);
    }

    @Override
    public org.wachtpost.store.Cursor range(
        Key from, Key to, org.wachtpost.store.Direction direction, int limit) {
      return transaction.range(from, to, direction, limit);
    }

    @Override
    public void close() {
      // the transaction ends by itself
    }
  }

  @Test
  void aLargeCopyThatFailsBetweenIsTakenBack() {
    open(MANY);
    AtomicInteger commits = new AtomicInteger();
    try (var _ =
        mail.listen(
            ALICE,
            (account, version) -> {
              if (commits.incrementAndGet() == 2) {
                faults.failAppends(1);
              }
            })) {
      assertThatThrownBy(() -> mail.copy(ALICE, inbox, UidSet.ALL, archive))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    assertThat(uids(archive)).isZero();
    checkSound(store, ALICE);
    assertThat(done(mail.copy(ALICE, inbox, UidSet.ALL, archive)).targetUids()).hasSize(MANY);
    checkSound(store, ALICE);
    store.close();
  }

  @Test
  void aLargeCopyThatLosesPowerIsTakenBackBeforeTheAccountIsServed() {
    open(MANY);
    AtomicInteger commits = new AtomicInteger();
    try (var _ =
        mail.listen(
            ALICE,
            (account, version) -> {
              if (commits.incrementAndGet() == 2) {
                faults.losePowerAfter(0);
              }
            })) {
      assertThatThrownBy(() -> mail.copy(ALICE, inbox, UidSet.ALL, archive))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    restart();
    assertThat(uids(archive)).isPositive();
    mail.resume(ALICE);
    assertThat(uids(archive)).isZero();
    assertThat(uids(inbox)).isEqualTo(MANY);
    checkSound(store, ALICE);
    store.close();
  }

  /** Some of equal content, the last refused for its keyword if asked for. */
  private static List<NewMessage> many(boolean lastRefused) {
    List<NewMessage> messages = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      boolean refused = lastRefused && i == MANY - 1;
      Flags flags = refused ? Flags.of("k".repeat(65)) : Flags.of("k");
      MessageContent content = MessageContent.of(message("Number " + i % 400, "text\r\n"));
      messages.add(new NewMessage(content, flags, Optional.empty()));
    }
    return messages;
  }

  @Test
  void aLargeAppendOfWhichTheLastIsRefusedLeavesNone() {
    open(3);
    assertThat(AccountMailTest.refusal(mail.appendAll(ALICE, archive, many(true))))
        .isEqualTo(MailResult.Refusal.TOO_MANY_KEYWORDS);
    assertThat(uids(archive)).isZero();
    assertThat(uids(inbox)).isEqualTo(3);
    checkSound(store, ALICE);
    List<MailResult.Appended> appended = done(mail.appendAll(ALICE, archive, many(false)));
    assertThat(appended).hasSize(MANY);
    assertThat(appended).extracting(MailResult.Appended::uid).isSorted();
    checkSound(store, ALICE);
    store.close();
  }

  @Test
  void aLargeAppendThatLosesPowerIsTakenBackBeforeTheAccountIsServed() {
    open(3);
    AtomicInteger commits = new AtomicInteger();
    try (var _ =
        mail.listen(
            ALICE,
            (account, version) -> {
              if (commits.incrementAndGet() == 2) {
                faults.losePowerAfter(0);
              }
            })) {
      assertThatThrownBy(() -> mail.appendAll(ALICE, archive, many(false)))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    restart();
    assertThat(uids(archive)).isPositive().isLessThan(MANY);
    mail.resume(ALICE);
    assertThat(uids(archive)).isZero();
    assertThat(uids(inbox)).isEqualTo(3);
    checkSound(store, ALICE);
    store.close();
  }

  @Test
  void aLargeDeletionThatLosesPowerIsFinishedBeforeTheAccountIsServed() {
    open(MANY);
    done(mail.createMailbox(ALICE, "Big", Optional.empty()));
    MailboxId big;
    try (MailView view = mail.view(ALICE)) {
      big = view.mailbox("Big").orElseThrow().id();
    }
    done(mail.move(ALICE, inbox, UidSet.ALL, big));
    AtomicInteger commits = new AtomicInteger();
    try (var _ =
        mail.listen(
            ALICE,
            (account, version) -> {
              if (commits.incrementAndGet() == 2) {
                faults.losePowerAfter(0);
              }
            })) {
      assertThatThrownBy(() -> mail.deleteMailbox(ALICE, "Big"))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    restart();
    checkSound(store, ALICE);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.mailbox("Big")).isEmpty();
    }
    mail.resume(ALICE);
    checkSound(store, ALICE);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.quota().messagesUsed()).isZero();
    }
    store.close();
  }

  private void restart() {
    store.close();
    disk.restorePower();
    faults.losePowerAfter(-1);
    reopen();
  }

  private int uids(MailboxId mailbox) {
    try (MailView view = mail.view(ALICE)) {
      return view.uids(mailbox).length;
    }
  }
}
