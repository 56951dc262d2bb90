package org.wachtpost.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.BlobMissingException;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Appended;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Limits;

/** Stores a message: parses it, puts its bytes into a blob, and files it. */
final class Appending {
  /** How often a blob is written again that the collector took away. */
  private static final int BLOB_ATTEMPTS = 5;

  private final MailAccounts accounts;

  Appending(MailAccounts accounts) {
    this.accounts = accounts;
  }

  /**
   * What was made of the content outside of the transaction.
   *
   * @param inline the bytes if they travel in the commit, null if they are in the store already
   */
  private record Ingested(
      BlobId blob, byte @Nullable [] inline, long size, List<Long> hashes, byte[] data) {}

  MailResult<Appended> append(
      AccountId account,
      MailboxId mailbox,
      MessageContent content,
      Flags flags,
      Optional<Instant> internalDate) {
    if (content.size() > accounts.settings().messageBytes()) {
      throw new RefusedException(
          Refusal.TOO_LARGE, "larger than " + accounts.settings().messageBytes() + " bytes");
    }
    for (int attempt = 1; ; attempt++) {
      Ingested ingested = ingest(account, content);
      try {
        return accounts.change(account, mail -> file(mail, mailbox, ingested, flags, internalDate));
      } catch (BlobMissingException e) {
        if (attempt == BLOB_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Ingested ingest(AccountId account, MessageContent content) {
    try (InputStream first = content.open()) {
      if (content.size() <= Limits.INLINE_BLOB_BYTES) {
        byte[] bytes = first.readAllBytes();
        return ingested(BlobId.ofContent(bytes), bytes, bytes.length, MessageParser.parse(bytes));
      }
      BlobId blob = accounts.store().writeBlob(account, first);
      try (InputStream second = content.open()) {
        return ingested(blob, null, content.size(), MessageParser.parse(second));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the message", e);
    }
  }

  private static Ingested ingested(
      BlobId blob, byte @Nullable [] inline, long size, MessageParser.Parsed parsed) {
    List<Long> hashes = ThreadIndex.hashes(parsed.messageIds(), parsed.data().baseSubject());
    byte[] data = new MessageDataRecord(hashes, parsed.data()).encode();
    return new Ingested(blob, inline, size, hashes, data);
  }

  private MailResult<Appended> file(
      MailTransaction mail,
      MailboxId mailbox,
      Ingested ingested,
      Flags flags,
      Optional<Instant> internalDate) {
    MailboxRecord target = mail.requireSelectable(mailbox);
    accounts.checkQuota(mail, ingested.size, 1);
    accounts.checkKeywords(mail, mailbox, flags);
    BlobId blob = ingested.blob;
    if (ingested.inline == null) {
      mail.transaction().requireBlob(blob);
    } else {
      mail.transaction().addBlob(blob, ingested.inline);
    }
    EmailId email = mail.newEmail();
    ThreadId thread = ThreadIndex.find(mail, ingested.hashes).orElseGet(mail::newThread);
    // Equal bytes have equal data: the content of one blob is stored once.
    Optional<Long> known = mail.stored().contentOf(blob);
    long content = known.orElse(email.value());
    if (known.isEmpty()) {
      mail.putData(content, ingested.data);
      ThreadIndex.add(mail, ingested.hashes, thread);
    }
    Message message =
        new Message(
            mailbox,
            target.uidNext(),
            email,
            thread,
            mail.modSeq(),
            flags,
            internalDate.orElse(mail.now()),
            mail.now(),
            ingested.size,
            blob);
    Row row = mail.addRow(mailbox, new Row(message, content, false), flags);
    long uid = row.message().uid();
    mail.putEmail(row, List.of(new Place(mailbox, uid)));
    return MailAccounts.done(mail, new Appended(mailbox, target.uidValidity(), uid, email));
  }
}
