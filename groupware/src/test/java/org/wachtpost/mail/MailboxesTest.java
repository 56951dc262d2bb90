package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.mail.AccountMailTest.done;
import static org.wachtpost.mail.AccountMailTest.message;
import static org.wachtpost.mail.AccountMailTest.refusal;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;
import org.wachtpost.store.memory.MemoryStore;

/** Names, hierarchy, limits, deleted mail. The consistency check runs after every test. */
class MailboxesTest {
  private static final AccountId ALICE = AccountId.person(1);

  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final MemoryStore store = new MemoryStore();
  private final MailSettings settings =
      new MailSettings(
          3_000_000, Quota.UNLIMITED, Quota.UNLIMITED, 30, 4, 40, 8, 10, Duration.ofDays(14));
  private final Accounts accounts = new Accounts(store, () -> now, new Random(1));
  private final AccountMail mail = new AccountMail(accounts, store, () -> now, settings);
  private final MailJobs jobs = new MailJobs(accounts, store, () -> now, settings);

  @BeforeEach
  void createAccount() {
    mail.createAccount(ALICE);
  }

  @AfterEach
  void checkAndClose() {
    MailCheckTest.checkSound(store, ALICE);
    store.close();
  }

  @Test
  void creatingMakesWhatIsMissingAbove() {
    Mailbox made = create("Work/2026/November/");
    assertThat(made.name()).isEqualTo("Work/2026/November");
    assertThat(mailbox("Work/2026").orElseThrow().selectable()).isTrue();
    assertThat(made.parent()).isEqualTo(mailbox("Work/2026").orElseThrow().id());
    assertThat(refusal(mail.createMailbox(ALICE, "Work", Optional.empty())))
        .isEqualTo(Refusal.MAILBOX_EXISTS);
    assertThat(refusal(mail.createMailbox(ALICE, "inbox", Optional.empty())))
        .isEqualTo(Refusal.MAILBOX_EXISTS);
    assertThat(create("iNbOx/Sub").name()).isEqualTo("INBOX/Sub");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a//b",
        "a\u0000b",
        "a\nb",
        "a\u007f",
        "a\u2028b",
        "#news",
        "\ud800",
        "a/b/c/d/e",
        "0123456789012345678901234567890123456789x",
        "..",
        "a/../b"
      })
  void namesThatAreNotAllowed(String name) {
    assertThat(refusal(mail.createMailbox(ALICE, name, Optional.empty())))
        .isEqualTo(Refusal.BAD_NAME);
    assertThat(mailbox(name)).isEmpty();
  }

  @Test
  void equalLookingNamesAreOneMailbox() {
    create("Caf\u00e9");
    assertThat(refusal(mail.createMailbox(ALICE, "Cafe\u0301", Optional.empty())))
        .isEqualTo(Refusal.MAILBOX_EXISTS);
  }

  @Test
  void thereIsALimitOnMailboxes() {
    for (int i = 6; i < 30; i++) {
      assertThat(mayCreate("m" + i)).isTrue();
      create("m" + i);
    }
    assertThat(mayCreate("one more")).isFalse();
    assertThat(refusal(mail.createMailbox(ALICE, "one more", Optional.empty())))
        .isEqualTo(Refusal.TOO_MANY_MAILBOXES);
  }

  @Test
  void aSpecialUseBelongsToOneMailbox() {
    assertThat(refusal(mail.createMailbox(ALICE, "Sent 2", Optional.of(SpecialUse.SENT))))
        .isEqualTo(Refusal.USE_TAKEN);
    done(mail.deleteMailbox(ALICE, "Sent"));
    assertThat(done(mail.createMailbox(ALICE, "Sent 2", Optional.of(SpecialUse.SENT))).use())
        .isEqualTo(SpecialUse.SENT);
  }

  /** Some mail programs delete such mailboxes and make them again without a word of their use. */
  @ParameterizedTest
  @EnumSource(names = {"DRAFTS", "SENT", "JUNK", "TRASH", "ARCHIVE"})
  void aMailboxMadeAgainUnderItsNameIsForTheSame(SpecialUse use) {
    String name = use.attribute().substring(1);
    done(mail.deleteMailbox(ALICE, name));
    assertThat(create("Old/" + name).use()).isNull();
    assertThat(create(name).use()).isEqualTo(use);
    done(mail.renameMailbox(ALICE, name, "Elsewhere"));
    assertThat(create(name).use()).isNull();
    assertThat(mailbox("Elsewhere").orElseThrow().use()).isEqualTo(use);
  }

  @Test
  void aMailboxMadeAgainForOneBelowItIsForTheSame() {
    done(mail.deleteMailbox(ALICE, "Archive"));
    create("Archive/2026");
    assertThat(mailbox("Archive").orElseThrow().use()).isEqualTo(SpecialUse.ARCHIVE);
    done(mail.deleteMailbox(ALICE, "Archive"));
    assertThat(mailbox("Archive").orElseThrow().use()).isNull();
    assertThat(create("Archive").use()).isEqualTo(SpecialUse.ARCHIVE);
  }

  @Test
  void whatAClientSaysItIsForGoesBeforeItsName() {
    done(mail.deleteMailbox(ALICE, "Junk"));
    done(mail.deleteMailbox(ALICE, "Trash"));
    assertThat(done(mail.createMailbox(ALICE, "Trash", Optional.of(SpecialUse.JUNK))).use())
        .isEqualTo(SpecialUse.JUNK);
    assertThat(create("Junk").use()).isNull();
  }

  @Test
  void aDeletedNameStaysForThoseBelowIt() {
    Mailbox below = create("a/b");
    Mailbox above = mailbox("a").orElseThrow();
    append(above.id(), "one");
    done(mail.deleteMailbox(ALICE, "a"));
    assertThat(mailbox("a").orElseThrow().selectable()).isFalse();
    assertThat(refusal(append(above.id(), "two"))).isEqualTo(Refusal.NO_SUCH_MAILBOX);
    assertThat(refusal(mail.deleteMailbox(ALICE, "a"))).isEqualTo(Refusal.HAS_CHILDREN);
    Mailbox again = create("a");
    assertThat(again.uidValidity()).isGreaterThan(above.uidValidity());
    assertThat(again.messages()).isZero();
    assertThat(mailbox("a/b").orElseThrow().id()).isEqualTo(below.id());
    done(mail.deleteMailbox(ALICE, "a"));
    done(mail.deleteMailbox(ALICE, "a/b"));
    assertThat(mailbox("a")).isEmpty();
  }

  @Test
  void renamingTakesEverythingBelowAlong() {
    Mailbox below = create("a/b");
    append(below.id(), "one");
    done(mail.renameMailbox(ALICE, "a", "x/y"));
    Mailbox after = mailbox("x/y/b").orElseThrow();
    assertThat(after.id()).isEqualTo(below.id());
    assertThat(after.uidValidity()).isEqualTo(below.uidValidity());
    assertThat(after.messages()).isEqualTo(1);
    assertThat(mailbox("a")).isEmpty();
    assertThat(refusal(mail.renameMailbox(ALICE, "x", "x/y/z"))).isEqualTo(Refusal.BAD_NAME);
    assertThat(refusal(mail.renameMailbox(ALICE, "x", "x/new/z"))).isEqualTo(Refusal.BAD_NAME);
    assertThat(refusal(mail.renameMailbox(ALICE, "x", "1/2/3"))).isEqualTo(Refusal.BAD_NAME);
    assertThat(refusal(mail.renameMailbox(ALICE, "x", "Sent"))).isEqualTo(Refusal.MAILBOX_EXISTS);
    assertThat(refusal(mail.renameMailbox(ALICE, "no", "yes"))).isEqualTo(Refusal.NO_SUCH_MAILBOX);
  }

  /** RFC 8474 §4: as if a mailbox were made and the messages moved there. */
  @Test
  void renamingTheInboxLeavesAnEmptyOne() {
    Mailbox inbox = mailbox("INBOX").orElseThrow();
    Mailbox below = create("INBOX/below");
    append(inbox.id(), "one");
    Mailbox renamed = done(mail.renameMailbox(ALICE, "INBOX", "kept/old"));
    Mailbox after = mailbox("INBOX").orElseThrow();
    assertThat(after.messages()).isZero();
    assertThat(after.id()).isEqualTo(inbox.id());
    assertThat(after.use()).isEqualTo(SpecialUse.INBOX);
    assertThat(after.uidValidity()).isEqualTo(inbox.uidValidity());
    assertThat(after.uidNext()).isEqualTo(2);
    assertThat(renamed).isEqualTo(mailbox("kept/old").orElseThrow());
    assertThat(renamed.messages()).isEqualTo(1);
    assertThat(renamed.id()).isNotEqualTo(inbox.id());
    assertThat(renamed.use()).isNull();
    assertThat(mailbox("INBOX/below").orElseThrow().id()).isEqualTo(below.id());
    assertThat(refusal(mail.deleteMailbox(ALICE, "INBOX"))).isEqualTo(Refusal.NOT_PERMITTED);
    assertThat(refusal(mail.renameMailbox(ALICE, "INBOX", "kept/old")))
        .isEqualTo(Refusal.MAILBOX_EXISTS);
  }

  @Test
  void renamingALargeInboxTakesSeveralCommitsAndKeepsEverything() {
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    int many = 900;
    List<NewMessage> messages = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      messages.add(
          new NewMessage(
              MessageContent.of(message("m" + i, "text")),
              Flags.of("k" + i % 3),
              Optional.empty()));
    }
    done(mail.appendAll(ALICE, inbox, messages));
    List<EmailId> before = emails(inbox);
    long since = version();
    Mailbox old = done(mail.renameMailbox(ALICE, "INBOX", "INBOX/old"));
    assertThat(version()).isGreaterThan(since + 2);
    assertThat(old.messages()).isEqualTo(many);
    assertThat(emails(old.id())).isEqualTo(before);
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.message(old.id(), 6).orElseThrow().flags()).isEqualTo(Flags.of("k2"));
      assertThat(view.changes(inbox, since).gone()).hasToString("1:" + many);
      assertThat(view.mailbox("INBOX").orElseThrow().highestModSeq()).isGreaterThan(since);
    }
    append(inbox, "next");
    assertThat(emails(inbox)).hasSize(1);
  }

  private List<EmailId> emails(MailboxId mailbox) {
    List<EmailId> emails = new ArrayList<>();
    try (MailView view = mail.view(ALICE)) {
      view.messages(mailbox, UidSet.ALL, message -> emails.add(message.email()));
    }
    return emails;
  }

  private long version() {
    try (MailView view = mail.view(ALICE)) {
      return view.version();
    }
  }

  @Test
  void subscriptionsAreByNameAndOutliveTheMailbox() {
    create("a");
    done(mail.subscribe(ALICE, "a", true));
    done(mail.deleteMailbox(ALICE, "a"));
    assertThat(mail.subscriptions(ALICE)).contains("a");
    assertThat(create("a").subscribed()).isTrue();
    done(mail.subscribe(ALICE, "a", false));
    assertThat(mail.subscriptions(ALICE)).doesNotContain("a");
  }

  @Test
  void keywordsHaveLimits() {
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    append(inbox, "one");
    for (int i = 0; i < 8; i++) {
      done(store(inbox, "k" + i));
    }
    assertThat(refusal(store(inbox, "k8"))).isEqualTo(Refusal.TOO_MANY_KEYWORDS);
    done(store(inbox, "K1"));
    MailboxId sent = mailbox("Sent").orElseThrow().id();
    append(sent, "two");
    assertThat(refusal(store(sent, "01234567890"))).isEqualTo(Refusal.TOO_MANY_KEYWORDS);
  }

  @Test
  void keywordsThatNoMessageHasAnyMoreMakeRoomForOthers() {
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    append(inbox, "one");
    append(inbox, "two");
    done(mail.store(ALICE, inbox, UidSet.of(2), replacing("keep"), Optional.empty()));
    for (int i = 0; i < 100; i++) {
      done(mail.store(ALICE, inbox, UidSet.of(1), replacing("k" + i), Optional.empty()));
    }
    try (MailView view = mail.view(ALICE)) {
      assertThat(view.keywords(inbox)).hasSizeLessThanOrEqualTo(8).contains("keep", "k99");
      assertThat(view.message(inbox, 1).orElseThrow().flags()).isEqualTo(Flags.of("k99"));
      assertThat(view.message(inbox, 2).orElseThrow().flags()).isEqualTo(Flags.of("keep"));
    }
    for (int i = 0; i < 6; i++) {
      done(mail.store(ALICE, inbox, UidSet.of(2), adding("more" + i), Optional.empty()));
    }
    assertThat(refusal(mail.store(ALICE, inbox, UidSet.of(2), adding("last"), Optional.empty())))
        .isEqualTo(Refusal.TOO_MANY_KEYWORDS);
    done(mail.store(ALICE, inbox, UidSet.of(1), replacing("more1"), Optional.empty()));
    done(mail.store(ALICE, inbox, UidSet.of(2), adding("last"), Optional.empty()));
  }

  private static FlagChange replacing(String keyword) {
    return new FlagChange(FlagChange.Mode.REPLACE, Flags.of(keyword));
  }

  private static FlagChange adding(String keyword) {
    return new FlagChange(FlagChange.Mode.ADD, Flags.of(keyword));
  }

  @Test
  void deletedMailComesBackUntilItIsPurged() {
    Mailbox work = create("Work");
    append(work.id(), "one");
    append(mailbox("INBOX").orElseThrow().id(), "one");
    done(mail.deleteMailbox(ALICE, "Work"));
    List<DeletedEmail> deleted = deleted();
    assertThat(deleted).hasSize(1);
    assertThat(deleted.getFirst().mailboxName()).isEqualTo("Work");
    MailboxId again = create("Work").id();
    done(jobs.restore(ALICE, deleted.getFirst(), again));
    assertThat(refusal(jobs.restore(ALICE, deleted.getFirst(), again)))
        .isEqualTo(Refusal.NO_SUCH_EMAIL);
    done(mail.deleteMailbox(ALICE, "Work"));
    now = now.plus(Duration.ofDays(14));
    assertThat(jobs.purge(ALICE)).isZero();
    now = now.plusSeconds(1);
    assertThat(jobs.purge(ALICE)).isEqualTo(1);
    assertThat(deleted()).isEmpty();
    assertThat(blobs()).hasSize(1); // the other message has the same body
  }

  @Test
  void bodiesThatNobodyRefersToAreCollected() throws Exception {
    append(mailbox("INBOX").orElseThrow().id(), "kept");
    store.writeBlob(ALICE, new ByteArrayInputStream(new byte[10]));
    assertThat(jobs.collect(ALICE)).isEqualTo(1);
    assertThat(blobs()).hasSize(1);
  }

  @Test
  void largeMessagesAreStoredOutsideOfTheCommit() throws Exception {
    byte[] bytes = message("large", "x".repeat(Limits.INLINE_BLOB_BYTES) + "\r\n");
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    done(mail.append(ALICE, inbox, MessageContent.of(bytes), Flags.NONE, Optional.empty()));
    try (MailView view = mail.view(ALICE);
        InputStream body = view.body(view.message(inbox, 1).orElseThrow(), 10)) {
      assertThat(body.readAllBytes()).hasSize(bytes.length - 10);
    }
    byte[] tooLarge = new byte[3_000_001];
    assertThat(
            refusal(
                mail.append(
                    ALICE, inbox, MessageContent.of(tooLarge), Flags.NONE, Optional.empty())))
        .isEqualTo(Refusal.TOO_LARGE);
  }

  @Test
  void repliesAreInTheThreadOfWhatTheyAnswer() {
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    String[] mails = {
      "Message-ID: <1@x>\r\nSubject: Lunch\r\n\r\n",
      "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: Lunch\r\n\r\n",
      "Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\nSubject: RE: Re: lunch\r\n\r\n",
      "Message-ID: <4@x>\r\nReferences: <1@x>\r\nSubject: Dinner\r\n\r\n",
      "Subject: Lunch\r\n\r\n"
    };
    for (String text : mails) {
      MessageContent content = MessageContent.of(text.getBytes());
      done(mail.append(ALICE, inbox, content, Flags.NONE, Optional.empty()));
    }
    List<Long> threads = new ArrayList<>();
    try (MailView view = mail.view(ALICE)) {
      view.messages(inbox, UidSet.ALL, message -> threads.add(message.thread().value()));
    }
    assertThat(threads).containsExactly(1L, 1L, 1L, 2L, 3L);
  }

  @Test
  void changesAreFoundInTheRowsWhenTheLogIsTruncated() {
    MailboxId inbox = mailbox("INBOX").orElseThrow().id();
    append(inbox, "one");
    append(inbox, "two");
    long since = store.version(ALICE);
    done(mail.store(ALICE, inbox, UidSet.of(1), deletedFlag(), Optional.empty()));
    done(mail.expunge(ALICE, inbox, UidSet.ALL));
    append(inbox, "three");
    now = now.plus(Duration.ofDays(20));
    assertThat(accounts.truncate(ALICE, Accounts.LOG_RETENTION)).isPositive();
    try (MailView view = mail.view(ALICE)) {
      MailView.Changes changes = view.changes(inbox, since);
      assertThat(changes.complete()).isFalse();
      assertThat(changes.gone()).hasToString("1");
      assertThat(changes.changed()).hasToString("3");
    }
  }

  private static FlagChange deletedFlag() {
    return new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Deleted"));
  }

  private MailResult<MailResult.Stored> store(MailboxId mailbox, String keyword) {
    return mail.store(
        ALICE,
        mailbox,
        UidSet.ALL,
        new FlagChange(FlagChange.Mode.ADD, Flags.of(keyword)),
        Optional.empty());
  }

  private List<DeletedEmail> deleted() {
    List<DeletedEmail> deleted = new ArrayList<>();
    jobs.deleted(ALICE, Instant.EPOCH, now.plusSeconds(1), deleted::add);
    return deleted;
  }

  private List<BlobId> blobs() {
    List<BlobId> blobs = new ArrayList<>();
    store.forEachBlob(ALICE, entry -> blobs.add(entry.blob()));
    return blobs;
  }

  private Mailbox create(String name) {
    return done(mail.createMailbox(ALICE, name, Optional.empty()));
  }

  private boolean mayCreate(String name) {
    try (MailView view = mail.view(ALICE)) {
      return view.mayCreate(name);
    }
  }

  private Optional<Mailbox> mailbox(String name) {
    try (MailView view = mail.view(ALICE)) {
      return view.mailbox(name);
    }
  }

  private MailResult<MailResult.Appended> append(MailboxId mailbox, String subject) {
    return mail.append(
        ALICE,
        mailbox,
        MessageContent.of(message(subject, "text\r\n")),
        Flags.NONE,
        Optional.empty());
  }
}
