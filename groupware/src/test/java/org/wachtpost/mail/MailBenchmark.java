package org.wachtpost.mail;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;

/**
 * How fast mail is filed and listed on the embedded engine. Not a test: run {@code main} with an
 * empty directory and the number of messages.
 */
final class MailBenchmark {
  private static final AccountId ALICE = AccountId.person(1);
  private static final int WRITERS = 64;

  private MailBenchmark() {}

  public static void main(String[] arguments) throws InterruptedException {
    int messages = Integer.parseInt(arguments[1]);
    try (RocksStore store = RocksStore.open(Path.of(arguments[0]), RocksSettings.defaults())) {
      AccountMail mail =
          new AccountMail(
              new Accounts(store, Instant::now, new Random(1)),
              store,
              Instant::now,
              MailSettings.DEFAULTS);
      mail.createAccount(ALICE);
      MailboxId inbox;
      MailboxId archive;
      try (MailView view = mail.view(ALICE)) {
        inbox = view.mailbox("INBOX").orElseThrow().id();
        archive = view.mailbox("Archive").orElseThrow().id();
      }
      fill(mail, inbox, messages);
      for (int round = 0; round < 4; round++) {
        time("list flags", () -> list(mail, inbox));
        time("uids", () -> uids(mail, inbox));
        time("list with data", () -> listWithData(mail, inbox));
      }
      FlagChange seen = new FlagChange(FlagChange.Mode.ADD, Flags.of("\\Seen"));
      time("store all", () -> mail.store(ALICE, inbox, UidSet.ALL, seen, Optional.empty()));
      time("copy all", () -> mail.copy(ALICE, inbox, UidSet.ALL, archive));
      time("move all", () -> mail.move(ALICE, archive, UidSet.ALL, inbox));
    }
  }

  private static void fill(AccountMail mail, MailboxId inbox, int messages)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    String body = "A line of text that is as long as lines of text are.\r\n".repeat(70);
    long start = System.nanoTime();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          Thread.startVirtualThread(() -> {
            for (int n = next.getAndIncrement(); n < messages; n = next.getAndIncrement()) {
              MessageContent content =
                  MessageContent.of(AccountMailTest.message("Number " + n, body + n));
              mail.append(ALICE, inbox, content, Flags.NONE, Optional.empty());
            }
          }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("append: %.0f messages/s (4 KiB, %d writers)%n", messages / seconds, WRITERS);
  }

  private static void time(String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    System.out.printf("%s: %.0f ms%n", what, (System.nanoTime() - start) / 1e6);
  }

  private static void list(AccountMail mail, MailboxId inbox) {
    try (MailView view = mail.view(ALICE)) {
      int[] count = {0};
      view.messages(inbox, UidSet.ALL, message -> count[0] += message.flags().system());
    }
  }

  private static void uids(AccountMail mail, MailboxId inbox) {
    try (MailView view = mail.view(ALICE)) {
      view.uids(inbox);
    }
  }

  private static void listWithData(AccountMail mail, MailboxId inbox) {
    try (MailView view = mail.view(ALICE)) {
      int[] count = {0};
      view.messagesWithData(
          inbox,
          UidSet.ALL,
          (message, data) -> {
            count[0] += data.preview().length();
            return true;
          });
    }
  }
}
