package org.wachtpost.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.BlobMissingException;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Appended;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;
import org.wachtpost.store.StoreException;

/**
 * Stores messages: parses them, puts their bytes into blobs, and files them. What fits one commit
 * is one; more is kept in the {@link Journal}, so that it is all or nothing too.
 */
final class Appending {
  /** How often blobs are written again that the collector took away. */
  private static final int BLOB_ATTEMPTS = 5;

  /** Messages that are prepared for one commit: each takes at least four of its keys. */
  private static final int STEP_MESSAGES = MailTransaction.FULL_KEYS / 4;

  /** Parsed data that one commit takes, bytes; one message of any size always fits. */
  private static final long STEP_DATA_BYTES = MailTransaction.FULL_BYTES / 2;

  private final MailAccounts accounts;
  private final Journal journal;

  Appending(MailAccounts accounts, Journal journal) {
    this.accounts = accounts;
    this.journal = journal;
  }

  /**
   * What was made of the content outside of the transaction.
   *
   * @param inline the bytes if they travel in the commit, null if they are in the store already
   */
  private record Ingested(
      NewMessage message, BlobId blob, byte @Nullable [] inline, List<Long> hashes, byte[] data) {

    long size() {
      return message.content().size();
    }
  }

  /** What one commit did. */
  private record Step(List<Appended> appended, Optional<Long> journal, long version) {}

  /** Belongs to the thread that asked; {@code done} messages are filed. */
  private static final class Progress {
    private final List<Appended> appended = new ArrayList<>();
    private Optional<Long> journal = Optional.empty();
    private long version;
  }

  /**
   * Stores all or none, in this order.
   *
   * @throws RefusedException if one of them is refused; none is stored then
   */
  MailResult<List<Appended>> append(
      AccountId account, MailboxId mailbox, List<NewMessage> messages) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("no messages");
    }
    messages.forEach(this::checkSize);
    long bytes = messages.stream().mapToLong(message -> message.content().size()).sum();
    Progress progress = new Progress();
    try {
      while (progress.appended.size() < messages.size()) {
        Step step = nextStep(account, mailbox, messages, bytes, progress);
        progress.appended.addAll(step.appended);
        progress.journal = step.journal;
        progress.version = step.version;
      }
      return new MailResult.Done<>(List.copyOf(progress.appended), progress.version);
    } catch (RefusedException | StoreException | BlobMissingException | UncheckedIOException e) {
      journal.takeBack(account, progress.journal, e);
      throw e;
    }
  }

  private void checkSize(NewMessage message) {
    long most = accounts.settings().messageBytes();
    if (message.content().size() > most) {
      throw new RefusedException(Refusal.TOO_LARGE, "larger than " + most + " bytes");
    }
  }

  /**
   * Stores the message unless the account has one with the same bytes; whether it did.
   *
   * @throws RefusedException if it is refused
   */
  MailResult<Boolean> appendOnce(AccountId account, MailboxId mailbox, NewMessage message) {
    checkSize(message);
    for (int attempt = 1; ; attempt++) {
      Ingested ingested = ingest(account, message);
      try {
        return accounts.change(
            account,
            mail -> {
              boolean isNew = contentOf(mail, ingested.blob).isEmpty();
              if (isNew) {
                file(mail, mailbox, ingested, true);
              }
              return MailAccounts.done(mail, isNew);
            });
      } catch (BlobMissingException e) {
        if (attempt == BLOB_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Step nextStep(
      AccountId account,
      MailboxId mailbox,
      List<NewMessage> messages,
      long bytes,
      Progress progress) {
    int from = progress.appended.size();
    int to = from + countForStep(messages.subList(from, messages.size()));
    Optional<Long> entry = progress.journal;
    for (int attempt = 1; ; attempt++) {
      List<Ingested> ingested = ingest(account, messages.subList(from, to));
      boolean rest = from + ingested.size() < messages.size();
      try {
        return accounts.change(
            account,
            mail -> {
              if (from == 0) {
                accounts.checkQuota(mail, bytes, messages.size());
              }
              return step(mail, mailbox, ingested, entry, rest);
            });
      } catch (BlobMissingException e) {
        if (attempt == BLOB_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** How many of the messages one commit may take by their blobs; at least one. */
  private static int countForStep(List<NewMessage> messages) {
    int count = 0;
    long inline = 0;
    for (NewMessage message : messages) {
      long size = message.content().size();
      inline += size <= Limits.INLINE_BLOB_BYTES ? size : 0;
      if (count == STEP_MESSAGES || inline > Limits.BATCH_BLOB_BYTES) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Prepares messages until their data is enough for one commit; at least one. */
  private List<Ingested> ingest(AccountId account, List<NewMessage> messages) {
    List<Ingested> ingested = new ArrayList<>();
    long data = 0;
    for (NewMessage message : messages) {
      Ingested next = ingest(account, message);
      data += next.data.length;
      if (!ingested.isEmpty() && data > STEP_DATA_BYTES) {
        break;
      }
      ingested.add(next);
    }
    return ingested;
  }

  private Ingested ingest(AccountId account, NewMessage message) {
    MessageContent content = message.content();
    try (InputStream first = content.open()) {
      if (content.size() <= Limits.INLINE_BLOB_BYTES) {
        byte[] bytes = first.readAllBytes();
        return ingested(message, BlobId.ofContent(bytes), bytes, MessageParser.parse(bytes));
      }
      BlobId blob = accounts.store().writeBlob(account, first);
      try (InputStream second = content.open()) {
        return ingested(message, blob, null, MessageParser.parse(second));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the message", e);
    }
  }

  private static Ingested ingested(
      NewMessage message, BlobId blob, byte @Nullable [] inline, MessageParser.Parsed parsed) {
    List<Long> hashes = ThreadIndex.hashes(parsed.messageIds(), parsed.data().baseSubject());
    byte[] data = new MessageDataRecord(hashes, parsed.data()).encode();
    return new Ingested(message, blob, inline, hashes, data);
  }

  private Step step(
      MailTransaction mail,
      MailboxId mailbox,
      List<Ingested> ingested,
      Optional<Long> entry,
      boolean rest) {
    List<Appended> appended = new ArrayList<>();
    Set<BlobId> blobs = new HashSet<>();
    for (Ingested message : ingested) {
      if (mail.isFull()) {
        break;
      }
      appended.add(file(mail, mailbox, message, blobs.add(message.blob)));
    }
    List<Long> uids = appended.stream().map(Appended::uid).toList();
    boolean last = !rest && appended.size() == ingested.size();
    Optional<Long> next = Journal.advance(mail, mailbox, entry, uids, last);
    return new Step(appended, next, mail.version());
  }

  /**
   * Files one message.
   *
   * @param newBlob whether this commit has not dealt with the blob yet
   */
  private Appended file(
      MailTransaction mail, MailboxId mailbox, Ingested ingested, boolean newBlob) {
    MailboxRecord target = mail.requireSelectable(mailbox);
    Flags flags = ingested.message.flags();
    accounts.checkQuota(mail, ingested.size(), 1);
    accounts.checkKeywords(mail, mailbox, flags);
    BlobId blob = ingested.blob;
    byte[] inline = ingested.inline;
    // Equal bytes have equal data: the content of one blob is stored once.
    Optional<Long> known = contentOf(mail, blob);
    if (newBlob && inline == null) {
      mail.transaction().requireBlob(blob);
    } else if (newBlob && inline != null) {
      mail.transaction().addBlob(blob, inline);
    }
    EmailId email = mail.newEmail();
    ThreadId thread;
    if (known.isEmpty()) {
      mail.putData(email.value(), ingested.data);
      thread = ThreadIndex.add(mail, ingested.hashes);
    } else {
      thread = ThreadIndex.find(mail, ingested.hashes).orElseGet(mail::newThread);
    }
    long content = known.orElse(email.value());
    Message message =
        new Message(
            mailbox,
            target.uidNext(),
            email,
            email,
            thread,
            mail.modSeq(),
            flags,
            ingested.message.internalDate().orElse(mail.now().atOffset(ZoneOffset.UTC)),
            mail.now(),
            ingested.size(),
            blob);
    Row row = mail.addRow(mailbox, new Row(message, content, false), flags);
    long uid = row.message().uid();
    mail.putEmail(row, List.of(new Place(mailbox, uid)));
    return new Appended(mailbox, target.uidValidity(), uid, email);
  }

  /** The content that emails with this body share; most bodies are new. */
  private static Optional<Long> contentOf(MailTransaction mail, BlobId blob) {
    return mail.transaction().mayHaveBlob(blob) ? mail.stored().contentOf(blob) : Optional.empty();
  }
}
