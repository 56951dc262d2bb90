package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryStore;

/** What each operation does, one by one. */
class AccountMailTest {
  private static final AccountId ALICE = AccountId.person(1);
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private final AccountMail mail =
      new AccountMail(
          new Accounts(store, () -> NOW, new Random(1)), store, () -> NOW, MailSettings.DEFAULTS);
  private MailboxId inbox;
  private MailboxId archive;

  @BeforeEach
  void createAccount() {
    mail.createAccount(ALICE);
    inbox = mailbox("INBOX").id();
    archive = mailbox("Archive").id();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anAccountStartsWithItsSpecialMailboxesSubscribed() {
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.mailboxes())
          .extracting(Mailbox::name)
          .containsExactly("INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash");
      assertThat(view.mailboxes()).allMatch(Mailbox::subscribed).allMatch(Mailbox::selectable);
      assertThat(view.mailbox("sent")).isEmpty();
      assertThat(view.mailbox("inbox").orElseThrow().use()).isEqualTo(SpecialUse.INBOX);
    }
    long version = store.version(ALICE);
    mail.createAccount(ALICE);
    assertThat(store.version(ALICE)).isEqualTo(version);
  }

  @Test
  void recentMessagesAreRememberedAndNothingIsCommittedTwice() throws IOException {
    append(inbox, "One");
    append(inbox, "Two");
    assertThat(recentFrom()).isEqualTo(1);
    mail.notRecent(ALICE, inbox, 3);
    assertThat(recentFrom()).isEqualTo(3);
    long version = version();
    mail.notRecent(ALICE, inbox, 2);
    mail.notRecent(ALICE, new MailboxId(999), 2);
    assertThat(version()).isEqualTo(version);
    assertThat(recentFrom()).isEqualTo(3);
  }

  private long recentFrom() {
    try (MailView view = mail.view(ALICE)) {
      return view.mailbox(inbox).orElseThrow().recentFrom();
    }
  }

  private long version() {
    try (MailView view = mail.view(ALICE)) {
      return view.version();
    }
  }

  @Test
  void appendStoresEveryByteAndWhatWasParsed() throws IOException {
    byte[] bytes = message("Hello", "A body.\r\n");
    OffsetDateTime given = NOW.minusSeconds(60).atOffset(ZoneOffset.ofHoursMinutes(-3, -30));
    var appended =
        done(
            mail.append(
                ALICE,
                inbox,
                MessageContent.of(bytes),
                Flags.of("\\Seen", "$Work"),
                Optional.of(given)));
    assertThat(appended.uid()).isEqualTo(1);
    try (MailView view = mail.view(ALICE)) {
      Message message = view.message(inbox, 1).orElseThrow();
      assertThat(message.flags()).isEqualTo(Flags.of("\\Seen", "$Work"));
      assertThat(message.internalDate()).isEqualTo(given);
      assertThat(message.internalDate().getOffset()).isEqualTo(given.getOffset());
      assertThat(message.saveDate()).isEqualTo(NOW);
      assertThat(message.modSeq()).isEqualTo(view.version());
      assertThat(message.size()).isEqualTo(bytes.length);
      try (InputStream body = view.body(message, 0)) {
        assertThat(body.readAllBytes()).isEqualTo(bytes);
      }
      MessageData data = view.data(message.email()).orElseThrow();
      assertThat(data.envelope().subject()).isEqualTo("Hello");
      assertThat(data.preview()).isEqualTo("A body.");
      Mailbox mailbox = view.mailbox(inbox).orElseThrow();
      assertThat(mailbox.messages()).isEqualTo(1);
      assertThat(mailbox.unseen()).isZero();
      assertThat(mailbox.uidNext()).isEqualTo(2);
      assertThat(view.keywords(inbox)).containsExactly("$Work");
      assertThat(view.quota().bytesUsed()).isEqualTo(bytes.length);
      assertThat(view.memberships(message.email())).containsExactly(message);
    }
  }

  @Test
  void storeChangesFlagsUnlessTheyChangedSince() {
    append(inbox, "one");
    append(inbox, "two");
    long before = store.version(ALICE);
    var stored =
        done(
            mail.store(
                ALICE,
                inbox,
                UidSet.of(1),
                new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Flagged")),
                Optional.empty()));
    assertThat(stored.changed()).extracting(Message::uid).containsExactly(1L);
    var conditional =
        done(
            mail.store(
                ALICE,
                inbox,
                UidSet.ALL,
                new FlagChange(FlagChange.Mode.REPLACE, Flags.of("\\Seen")),
                Optional.of(before)));
    assertThat(conditional.modified()).containsExactly(1L);
    assertThat(conditional.changed()).extracting(Message::uid).containsExactly(2L);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.message(inbox, 1).orElseThrow().flags()).isEqualTo(Flags.of("\\Flagged"));
      assertThat(view.message(inbox, 2).orElseThrow().flags()).isEqualTo(Flags.of("\\Seen"));
      assertThat(view.mailbox(inbox).orElseThrow().unseen()).isEqualTo(1);
      var changes = view.changes(inbox, before);
      assertThat(changes.complete()).isTrue();
      assertThat(changes.added().isEmpty()).isTrue();
      assertThat(changes.changed()).hasToString("1:2");
    }
  }

  @Test
  void copyMakesMessagesOfTheirOwnThatShareTheBody() throws IOException {
    append(inbox, "one");
    append(inbox, "two");
    var copied = done(mail.copy(ALICE, inbox, UidSet.ALL, archive));
    assertThat(copied.sourceUids()).containsExactly(1L, 2L);
    assertThat(copied.targetUids()).containsExactly(1L, 2L);
    try (MailView view = mail.view(ALICE)) {
      Message source = view.message(inbox, 1).orElseThrow();
      Message copy = view.message(archive, 1).orElseThrow();
      assertThat(copy.email()).isNotEqualTo(source.email());
      assertThat(copy.blob()).isEqualTo(source.blob());
      assertThat(copy.thread()).isEqualTo(source.thread());
      assertThat(view.data(copy.email())).isEqualTo(view.data(source.email()));
      assertThat(view.quota().messagesUsed()).isEqualTo(4);
    }
  }

  @Test
  void moveKeepsTheEmail() {
    append(inbox, "one");
    EmailId email;
    try (MailView view = mail.view(ALICE)) {
      email = view.message(inbox, 1).orElseThrow().email();
    }
    long before = store.version(ALICE);
    var moved = done(mail.move(ALICE, inbox, UidSet.ALL, archive));
    assertThat(moved.targetUids()).containsExactly(1L);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.uids(inbox)).isEmpty();
      assertThat(view.message(archive, 1).orElseThrow().email()).isEqualTo(email);
      assertThat(view.changes(inbox, before).gone()).hasToString("1");
      assertThat(view.changes(archive, before).added()).hasToString("1");
      assertThat(view.quota().messagesUsed()).isEqualTo(1);
    }
  }

  @Test
  void expungeRemovesOnlyWhatIsMarked() {
    append(inbox, "one");
    append(inbox, "two");
    append(inbox, "three");
    mail.store(
        ALICE,
        inbox,
        UidSet.of(2),
        new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Deleted")),
        Optional.empty());
    assertThat(done(mail.expunge(ALICE, inbox, UidSet.ALL)).uids()).containsExactly(2L);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.uids(inbox)).containsExactly(1, 3);
      assertThat(view.mailbox(inbox).orElseThrow().deleted()).isZero();
    }
    assertThat(append(inbox, "four")).isEqualTo(4);
  }

  @Test
  void anEmailInTwoMailboxesIsOneEmail() {
    append(inbox, "one");
    EmailId email;
    try (MailView view = mail.view(ALICE)) {
      email = view.message(inbox, 1).orElseThrow().email();
    }
    done(mail.addToMailbox(ALICE, email, archive));
    mail.store(
        ALICE,
        archive,
        UidSet.ALL,
        new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Deleted", "\\Seen", "x")),
        Optional.empty());
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.message(inbox, 1).orElseThrow().flags()).isEqualTo(Flags.of("\\Seen", "x"));
      assertThat(view.message(archive, 1).orElseThrow().flags())
          .isEqualTo(Flags.of("\\Seen", "\\Deleted", "x"));
      assertThat(view.quota().messagesUsed()).isEqualTo(1);
    }
    done(mail.removeFromMailbox(ALICE, email, inbox));
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.memberships(email)).extracting(Message::mailbox).containsExactly(archive);
    }
    done(mail.removeFromMailbox(ALICE, email, archive));
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.memberships(email)).isEmpty();
      assertThat(view.quota().messagesUsed()).isZero();
    }
  }

  @Test
  void largeChangesTakeSeveralCommits() {
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      messages.add(message("Number " + i, "text\r\n"));
    }
    messages.forEach(bytes -> append(inbox, bytes));
    assertThat(done(mail.copy(ALICE, inbox, UidSet.ALL, archive)).targetUids()).hasSize(1_000);
    var all = new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Deleted"));
    assertThat(done(mail.store(ALICE, inbox, UidSet.ALL, all, Optional.empty())).changed())
        .hasSize(1_000);
    assertThat(done(mail.expunge(ALICE, inbox, UidSet.ALL)).uids()).hasSize(1_000);
    assertThat(done(mail.move(ALICE, archive, UidSet.ALL, inbox)).targetUids()).hasSize(1_000);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.uids(archive)).isEmpty();
      assertThat(view.uids(inbox)).hasSize(1_000);
      assertThat(view.uids(inbox)[0]).isEqualTo(1_001);
      List<String> subjects = new ArrayList<>();
      view.messagesWithData(
          inbox, UidSet.ALL, (message, data) -> subjects.add(data.envelope().subject()));
      assertThat(subjects).hasSize(1_000).startsWith("Number 0", "Number 1").endsWith("Number 999");
      subjects.clear();
      view.messagesWithData(
          inbox,
          UidSet.ALL,
          (message, data) -> {
            subjects.add(data.envelope().subject());
            return subjects.size() < 300;
          });
      assertThat(subjects).hasSize(300).endsWith("Number 299");
    }
  }

  @Test
  void aCopyThatDoesNotFitTheQuotaCopiesNothing() {
    for (int i = 0; i < 5; i++) {
      append(inbox, "m" + i);
    }
    mail.setQuota(ALICE, Quota.UNLIMITED, 8);
    assertThat(refusal(mail.copy(ALICE, inbox, UidSet.ALL, archive))).isEqualTo(Refusal.OVER_QUOTA);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.uids(archive)).isEmpty();
    }
    done(mail.copy(ALICE, inbox, UidSet.range(1, 3), archive));
    assertThat(
            refusal(
                mail.append(
                    ALICE,
                    inbox,
                    MessageContent.of(message("x", "")),
                    Flags.NONE,
                    Optional.empty())))
        .isEqualTo(Refusal.OVER_QUOTA);
  }

  @Test
  void severalMessagesAreStoredInOneCommitInOrder() {
    List<NewMessage> messages = new ArrayList<>();
    for (String subject : List.of("one", "two", "one", "three")) {
      messages.add(newMessage(message(subject, "text\r\n")));
    }
    long before = store.version(ALICE);
    var appended = done(mail.appendAll(ALICE, inbox, messages));
    assertThat(store.version(ALICE)).isEqualTo(before + 1);
    assertThat(appended).extracting(MailResult.Appended::uid).containsExactly(1L, 2L, 3L, 4L);
    try (MailView view = mail.view(ALICE)) {
      List<String> subjects = new ArrayList<>();
      view.messagesWithData(
          inbox, UidSet.ALL, (message, data) -> subjects.add(data.envelope().subject()));
      assertThat(subjects).containsExactly("one", "two", "one", "three");
    }
    MailCheckTest.checkSound(store, ALICE);
  }

  @Test
  void aBatchBeyondTheBlobsOfOneCommitKeepsItsOrder() throws IOException {
    List<NewMessage> messages = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      messages.add(newMessage(message("Number " + i, "x".repeat(i % 3 * 600_000) + "\r\n")));
    }
    var appended = done(mail.appendAll(ALICE, inbox, messages));
    assertThat(appended).hasSize(12);
    try (MailView view = mail.view(ALICE)) {
      for (int i = 0; i < 12; i++) {
        Message message = view.message(inbox, i + 1).orElseThrow();
        try (InputStream body = view.body(message, 0);
            InputStream sent = messages.get(i).content().open()) {
          assertThat(body.readAllBytes()).isEqualTo(sent.readAllBytes());
        }
      }
    }
    MailCheckTest.checkSound(store, ALICE);
  }

  @Test
  void ifTheLastOfSeveralIsRefusedNoneIsStored() {
    long before = store.version(ALICE);
    NewMessage good = newMessage(message("one", ""));
    NewMessage bad = new NewMessage(good.content(), Flags.of("k".repeat(65)), Optional.empty());
    assertThat(refusal(mail.appendAll(ALICE, inbox, List.of(good, good, bad))))
        .isEqualTo(Refusal.TOO_MANY_KEYWORDS);
    mail.setQuota(ALICE, Quota.UNLIMITED, 2);
    assertThat(refusal(mail.appendAll(ALICE, inbox, List.of(good, good, good))))
        .isEqualTo(Refusal.OVER_QUOTA);
    assertThat(store.version(ALICE)).isEqualTo(before + 1);
    assertThat(done(mail.appendAll(ALICE, inbox, List.of(good, good)))).hasSize(2);
  }

  static NewMessage newMessage(byte[] bytes) {
    return new NewMessage(MessageContent.of(bytes), Flags.NONE, Optional.empty());
  }

  private long append(MailboxId mailbox, String subject) {
    return append(mailbox, message(subject, "text of " + subject + "\r\n"));
  }

  private long append(MailboxId mailbox, byte[] bytes) {
    return done(mail.append(ALICE, mailbox, MessageContent.of(bytes), Flags.NONE, Optional.empty()))
        .uid();
  }

  private Mailbox mailbox(String name) {
    try (MailView view = mail.view(ALICE)) {
      return view.mailbox(name).orElseThrow();
    }
  }

  static byte[] message(String subject, String body) {
    return ("From: Bob <bob@example.test>\r\nTo: alice@example.test\r\nSubject: "
            + subject
            + "\r\nMessage-ID: <"
            + subject.hashCode()
            + "@example.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  static <T> T done(MailResult<T> result) {
    return switch (result) {
      case MailResult.Done<T>(T value, long version) -> value;
      case MailResult.Refused<T> refused -> throw new AssertionError(refused);
    };
  }

  static <T> Refusal refusal(MailResult<T> result) {
    return switch (result) {
      case MailResult.Done<T> done -> throw new AssertionError(done);
      case MailResult.Refused<T>(Refusal refusal, String detail) -> refusal;
    };
  }
}
