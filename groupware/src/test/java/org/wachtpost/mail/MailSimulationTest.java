package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.mail.AccountMailTest.message;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/**
 * Random changes of several accounts on a disk that fails and loses power, with a model beside
 * them. After each change that was answered, the mailbox is what the model says; after one that was
 * not, it is what it was before or after. The seed is the parameter: put another one there to
 * replay.
 */
class MailSimulationTest {
  private static final int STEPS = 600;
  private static final int ACCOUNTS = 3;
  private static final String[] NAMES = {"INBOX", "Archive", "Trash", "Work", "Work/Old"};

  /** A mailbox in the model: UID to flags. */
  private record Box(long uidNext, TreeMap<Long, Flags> messages) {}

  private Random random;
  private MemoryDisk disk;
  private Faults faults;
  private MemoryStore store;
  private AccountMail mail;
  private MailJobs jobs;
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final Map<AccountId, Map<MailboxId, Box>> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 20261123})
  void whatIsAcknowledgedStaysAndNothingElseHappens(long seed) {
    random = new Random(seed);
    faults = new Faults(new Random(seed + 1));
    disk = new MemoryDisk(faults, 1L << 30);
    open();
    for (int number = 1; number <= ACCOUNTS; number++) {
      AccountId account = AccountId.person(number);
      mail.createAccount(account);
      mail.createMailbox(account, "Work/Old", Optional.empty());
      model.put(account, observe(account));
    }
    for (int step = 0; step < STEPS; step++) {
      AccountId account = AccountId.person(1 + random.nextInt(ACCOUNTS));
      maybeFail();
      Map<MailboxId, Box> before = model.get(account);
      try {
        Map<MailboxId, Box> expected = act(account, copy(before));
        faults.failSyncs(0);
        faults.failAppends(0);
        assertThat(observe(account)).as("seed %d, step %d", seed, step).isEqualTo(expected);
        model.put(account, expected);
      } catch (StoreException.Unavailable e) {
        restart();
        // not acknowledged: whatever is there now must be sound, and is the truth from here on
        model.put(account, observe(account));
      }
      now = now.plusSeconds(random.nextInt(3600));
    }
    faults.losePowerAfter(0);
    restart();
    for (AccountId account : model.keySet()) {
      assertThat(observe(account)).as("seed %d, at the end", seed).isEqualTo(model.get(account));
    }
    store.close();
  }

  private void open() {
    store = new MemoryStore(disk);
    Accounts accounts = new Accounts(store, () -> now, new Random(random.nextLong()));
    MailSettings settings = MailSettings.DEFAULTS.withRetention(Duration.ofHours(100));
    mail = new AccountMail(accounts, store, () -> now, settings);
    jobs = new MailJobs(accounts, store, () -> now, settings);
  }

  private void restart() {
    store.close();
    disk.losePower();
    disk.restorePower();
    faults.failAppends(0);
    faults.failSyncs(0);
    faults.losePowerAfter(-1);
    open();
    for (AccountId account : model.keySet()) {
      mail.resume(account);
      check(account);
    }
  }

  private void maybeFail() {
    switch (random.nextInt(30)) {
      case 0 -> faults.failAppends(1);
      case 1 -> faults.failSyncs(1);
      case 2 -> faults.losePowerAfter(random.nextInt(4));
      default -> faults.losePowerAfter(-1);
    }
  }

  private void check(AccountId account) {
    MailCheckTest.checkSound(store, account);
  }

  /** The account as a client would see it. */
  private Map<MailboxId, Box> observe(AccountId account) {
    check(account);
    Map<MailboxId, Box> boxes = new HashMap<>();
    try (MailView view = mail.view(account)) {
      for (Mailbox mailbox : view.mailboxes()) {
        TreeMap<Long, Flags> messages = new TreeMap<>();
        view.messages(
            mailbox.id(), UidSet.ALL, message -> messages.put(message.uid(), message.flags()));
        boxes.put(mailbox.id(), new Box(mailbox.uidNext(), messages));
      }
    }
    return boxes;
  }

  private static Map<MailboxId, Box> copy(Map<MailboxId, Box> boxes) {
    Map<MailboxId, Box> copy = new HashMap<>();
    boxes.forEach((id, box) -> copy.put(id, new Box(box.uidNext, new TreeMap<>(box.messages))));
    return copy;
  }

  private MailboxId some(AccountId account) {
    try (MailView view = mail.view(account)) {
      return view.mailbox(NAMES[random.nextInt(NAMES.length)]).orElseThrow().id();
    }
  }

  private Flags flags() {
    List<String> names = new ArrayList<>();
    for (String name : List.of("\\Seen", "\\Deleted", "\\Flagged", "$Work", "later")) {
      if (random.nextInt(3) == 0) {
        names.add(name);
      }
    }
    return Flags.of(names);
  }

  private UidSet uids(Box box) {
    long first = 1 + random.nextLong(box.uidNext);
    return random.nextInt(4) == 0 ? UidSet.ALL : UidSet.range(first, first + random.nextInt(5));
  }

  /** Does something and says what the account should be afterwards. */
  private Map<MailboxId, Box> act(AccountId account, Map<MailboxId, Box> boxes) {
    MailboxId from = some(account);
    MailboxId to = some(account);
    UidSet uids = uids(boxes.get(from));
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> append(account, boxes, from);
      case 4 -> {
        var result = mail.copy(account, from, uids, to);
        if (result instanceof MailResult.Done<MailResult.Copied>(var copied, long version)) {
          List<Flags> flags =
              copied.sourceUids().stream().map(uid -> boxes.get(from).messages.get(uid)).toList();
          add(boxes, to, copied.targetUids(), flags);
        }
      }
      case 5 -> {
        var result = mail.move(account, from, uids, to);
        if (result instanceof MailResult.Done<MailResult.Copied>(var moved, long version)) {
          List<Flags> flags =
              moved.sourceUids().stream().map(uid -> boxes.get(from).messages.remove(uid)).toList();
          add(boxes, to, moved.targetUids(), flags);
        }
      }
      case 6, 7 -> {
        FlagChange change = new FlagChange(FlagChange.Mode.values()[random.nextInt(3)], flags());
        AccountMailTest.done(mail.store(account, from, uids, change, Optional.empty()));
        boxes
            .get(from)
            .messages
            .replaceAll((uid, flags) -> uids.contains(uid) ? change.applyTo(flags) : flags);
      }
      case 8 -> {
        AccountMailTest.done(mail.expunge(account, from, uids));
        boxes
            .get(from)
            .messages
            .entrySet()
            .removeIf(
                entry -> uids.contains(entry.getKey()) && entry.getValue().has(Flags.DELETED));
      }
      default -> {
        jobs.purge(account);
        jobs.collect(account);
      }
    }
    return boxes;
  }

  private void append(AccountId account, Map<MailboxId, Box> boxes, MailboxId mailbox) {
    Flags flags = flags();
    // few different messages: bodies are shared, threads meet
    byte[] bytes = message((random.nextBoolean() ? "Re: " : "") + random.nextInt(20), "text\r\n");
    var appended =
        AccountMailTest.done(
            mail.append(account, mailbox, MessageContent.of(bytes), flags, Optional.empty()));
    add(boxes, mailbox, List.of(appended.uid()), List.of(flags));
  }

  private static void add(
      Map<MailboxId, Box> boxes, MailboxId to, List<Long> uids, List<Flags> flags) {
    Box box = boxes.get(to);
    long next = box.uidNext;
    for (int i = 0; i < uids.size(); i++) {
      assertThat(uids.get(i)).isEqualTo(next++);
      box.messages.put(uids.get(i), flags.get(i));
    }
    boxes.put(to, new Box(next, box.messages));
  }
}
