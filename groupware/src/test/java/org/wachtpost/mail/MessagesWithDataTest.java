package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.memory.MemoryStore;

/** What reading the data of many messages costs, in reads of the store. */
class MessagesWithDataTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final int MANY = 500;

  private final MemoryStore store = new MemoryStore();
  private final AccountMail mail =
      new AccountMail(
          new Accounts(store, () -> NOW, new Random(1)), store, () -> NOW, MailSettings.DEFAULTS);

  @AfterEach
  void close() {
    store.close();
  }

  /** Counts what is read of the content of messages. */
  private static final class Reads implements Snapshot {
    private final Snapshot snapshot;
    private int lookUps;
    private int scanned;

    Reads(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    private static boolean isContent(Key key) {
      return key.compareTo(MailKeys.content(0, 0)) >= 0
          && key.compareTo(MailKeys.content(MANY + 1, 0)) < 0;
    }

    @Override
    public long version() {
      return snapshot.version();
    }

    @Override
    public byte @Nullable [] read(Key key) {
      lookUps += isContent(key) ? 1 : 0;
      return snapshot.read(key);
    }

    @Override
    public Cursor range(Key from, Key to, Direction direction, int limit) {
      Cursor cursor = snapshot.range(from, to, direction, limit);
      return new Cursor() {
        @Override
        public boolean next() {
          boolean there = cursor.next();
          scanned += there && isContent(cursor.key()) ? 1 : 0;
          return there;
        }

        @Override
        public Key key() {
          return cursor.key();
        }

        @Override
        public byte[] value() {
          return cursor.value();
        }

        @Override
        public void close() {
          cursor.close();
        }
      };
    }

    @Override
    public void close() {
      snapshot.close();
    }
  }

  /** Reads so many of many messages with so long a subject; what that took. */
  private Reads read(int most, int subject) {
    mail.createAccount(ALICE);
    MailboxId inbox;
    try (MailView view = mail.view(ALICE)) {
      inbox = view.mailbox("INBOX").orElseThrow().id();
    }
    List<NewMessage> messages = new ArrayList<>();
    for (int number = 0; number < MANY; number++) {
      byte[] message = AccountMailTest.message(number + "x".repeat(subject), "text\r\n");
      messages.add(new NewMessage(MessageContent.of(message), Flags.NONE, Optional.empty()));
    }
    mail.appendAll(ALICE, inbox, messages);
    Reads reads = new Reads(store.snapshot(ALICE));
    List<String> subjects = new ArrayList<>();
    try (MailView view = new AccountMailView(ALICE, store, MailSettings.DEFAULTS, reads)) {
      view.messagesWithData(
          inbox,
          UidSet.ALL,
          (message, data) -> {
            assertThat(data.envelope().subject()).isEqualTo(subjects.size() + "x".repeat(subject));
            subjects.add(String.valueOf(data.envelope().subject()));
            return subjects.size() < most;
          });
    }
    assertThat(subjects).hasSize(most);
    return reads;
  }

  /** FETCH takes some forty messages at a time: 200 were read and parsed for them. */
  @Test
  void whoTakesFewMessagesHasFewRead() {
    Reads reads = read(40, 10);
    assertThat(reads.scanned + reads.lookUps).isBetween(40, 100);
  }

  @Test
  void allOfThemAreReadOnceAndTogether() {
    Reads reads = read(MANY, 10);
    assertThat(reads.scanned).isBetween(MANY, MANY + 10);
    assertThat(reads.lookUps).isLessThan(10);
  }

  /** Of 256 messages with 8 KB each, a scan is for some sixty; all others were looked up. */
  @Test
  void messagesWithMuchDataAreReadTogetherToo() {
    Reads reads = read(MANY, 3_000);
    assertThat(reads.scanned).isBetween(MANY, MANY + 50);
    assertThat(reads.lookUps).isLessThan(50);
  }
}
