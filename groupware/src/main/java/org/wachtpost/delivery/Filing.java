package org.wachtpost.delivery;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.delivery.MessageGate.Folder;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.SpecialUse;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/** Files a message into accounts, several at a time. Thread-safe. */
final class Filing {
  private static final Logger LOG = LoggerFactory.getLogger(Filing.class);

  /** Inboxes remembered; an inbox keeps its id as long as its account lives. */
  private static final int INBOXES = 100_000;

  private final Mail mail;
  private final int parallel;
  private final Map<AccountId, MailboxId> inboxes = new ConcurrentHashMap<>();

  Filing(Mail mail, int parallel) {
    this.mail = mail;
    this.parallel = parallel;
  }

  /** What is the same for every account that a message goes to. */
  private record Job(
      InboundMessage message,
      HeaderScan header,
      List<String> fields,
      List<Span> strip,
      Folder folder,
      boolean once) {}

  /**
   * Files the message into each account; each outcome is durable on return.
   *
   * @param once whether an account that has the very copy already is left as it is
   */
  Map<AccountId, Outcome> file(
      InboundMessage message,
      Map<AccountId, Local> accounts,
      HeaderScan header,
      List<String> fields,
      List<Span> strip,
      Folder folder,
      boolean once) {
    Job job = new Job(message, header, fields, strip, folder, once);
    Map<AccountId, Outcome> outcomes = new ConcurrentHashMap<>();
    if (accounts.size() <= 1) {
      accounts.forEach((account, local) -> outcomes.put(account, fileOne(job, local)));
      return outcomes;
    }
    Semaphore places = new Semaphore(parallel);
    List<Thread> threads = new ArrayList<>();
    for (Local local : accounts.values()) {
      places.acquireUninterruptibly();
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              outcomes.put(local.account(), fileOne(job, local));
            } finally {
              places.release();
            }
          }));
    }
    join(threads);
    // A thread that died on a fault has left no outcome: never count that as delivered.
    for (AccountId account : accounts.keySet()) {
      outcomes.putIfAbsent(account, new Outcome.Failed(451, "4.3.0", "Internal error"));
    }
    return outcomes;
  }

  private static void join(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (true) {
        try {
          thread.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome fileOne(Job job, Local local) {
    if (Settlement.isLoop(job.header(), local.address())) {
      return Settlement.loop();
    }
    List<String> fields = new ArrayList<>(job.fields());
    fields.addFirst(TraceFields.delivered(job.message().sender(), local.address()));
    var content =
        new PiecedContent(TraceFields.bytes(fields), job.message().content(), job.strip());
    try {
      return append(local.account(), job, content);
    } catch (StoreException e) {
      LOG.error("message {} for {} cannot be stored", job.message().id(), local.address(), e);
      return storeFailure();
    } catch (UncheckedIOException e) {
      LOG.error("message {} for {} cannot be read", job.message().id(), local.address(), e);
      return new Outcome.Failed(451, "4.3.0", "Message could not be read back");
    }
  }

  static Outcome.Failed storeFailure() {
    return new Outcome.Failed(452, "4.3.1", "Mail system cannot store mail now, try again later");
  }

  private Outcome append(AccountId account, Job job, PiecedContent content) {
    Optional<MailboxId> inbox = mailbox(account, job.folder());
    if (inbox.isEmpty()) {
      return new Outcome.Failed(451, "4.3.0", "Mailbox is not there");
    }
    MailResult<?> result =
        job.once()
            ? mail.appendOnce(account, inbox.get(), content)
            : mail.append(account, inbox.get(), content, Flags.NONE, Optional.empty());
    return switch (result) {
      case MailResult.Done<?> ignored -> Outcome.DELIVERED;
      case MailResult.Refused<?>(var refusal, var detail) -> {
        LOG.info("account {} takes no message: {} ({})", account, refusal, detail);
        yield outcomeOf(refusal, account);
      }
    };
  }

  private Outcome outcomeOf(MailResult.Refusal refusal, AccountId account) {
    return switch (refusal) {
      case OVER_QUOTA -> new Outcome.Failed(452, "4.2.2", "Mailbox is full");
      case TOO_LARGE -> new Outcome.Failed(552, "5.2.3", "Message is too large for this mailbox");
      case NO_SUCH_MAILBOX -> {
        inboxes.remove(account);
        yield new Outcome.Failed(451, "4.3.0", "Mailbox is not there, try again later");
      }
      case NO_SUCH_EMAIL,
          MAILBOX_EXISTS,
          BAD_NAME,
          HAS_CHILDREN,
          NOT_PERMITTED,
          TOO_MANY_MAILBOXES,
          TOO_MANY_KEYWORDS,
          USE_TAKEN ->
          new Outcome.Failed(451, "4.2.0", "Mailbox does not take the message");
    };
  }

  private Optional<MailboxId> mailbox(AccountId account, Folder folder) {
    return switch (folder) {
      case INBOX -> inbox(account);
      case JUNK -> {
        Optional<MailboxId> junk = junk(account);
        yield junk.isPresent() ? junk : inbox(account);
      }
    };
  }

  private Optional<MailboxId> inbox(AccountId account) {
    MailboxId known = inboxes.get(account);
    if (known != null) {
      return Optional.of(known);
    }
    try (MailView view = mail.view(account)) {
      Optional<MailboxId> found = view.mailbox("INBOX").map(Mailbox::id);
      if (inboxes.size() >= INBOXES) {
        inboxes.clear();
      }
      found.ifPresent(id -> inboxes.put(account, id));
      return found;
    }
  }

  private Optional<MailboxId> junk(AccountId account) {
    try (MailView view = mail.view(account)) {
      for (Mailbox mailbox : view.mailboxes()) {
        if (mailbox.use() == SpecialUse.JUNK) {
          return Optional.of(mailbox.id());
        }
      }
    }
    return switch (mail.createMailbox(account, "Junk", Optional.of(SpecialUse.JUNK))) {
      case MailResult.Done<Mailbox>(var made, var version) -> Optional.of(made.id());
      case MailResult.Refused<Mailbox> ignored -> Optional.empty();
    };
  }
}
