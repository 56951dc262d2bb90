package org.wachtpost.mail;

import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;

/** Builds and reads the keys of mail; {@link org.wachtpost.store.key.KeySpace} describes them. */
final class MailKeys {
  static final Key STATE = KeyWriter.prefix(KeySpace.MAIL_STATE).key();
  static final Key MAILBOXES = KeyWriter.prefix(KeySpace.MAIL_MAILBOX).key();
  static final Key SUBSCRIPTIONS = KeyWriter.prefix(KeySpace.MAIL_SUBSCRIPTION).key();
  static final Key TOMBSTONES = KeyWriter.prefix(KeySpace.MAIL_DELETED).key();
  static final Key JOURNAL = KeyWriter.prefix(KeySpace.MAIL_JOURNAL).key();
  static final Key EMAILS = KeyWriter.prefix(KeySpace.MAIL_EMAIL).key();
  static final Key REFERENCES = KeyWriter.prefix(KeySpace.MAIL_REFERENCE).key();
  static final Key CONTENTS = KeyWriter.prefix(KeySpace.MAIL_CONTENT).key();
  static final Key THREADS = KeyWriter.prefix(KeySpace.MAIL_THREAD).key();
  static final Key ROWS = KeyWriter.prefix(KeySpace.MAIL_MESSAGE).key();

  private MailKeys() {}

  static Key mailbox(MailboxId id) {
    return KeyWriter.prefix(KeySpace.MAIL_MAILBOX).u32(id.value()).key();
  }

  static Key keywords(MailboxId id) {
    return KeyWriter.prefix(KeySpace.MAIL_KEYWORDS).u32(id.value()).key();
  }

  static Key row(MailboxId mailbox, long uid) {
    return KeyWriter.prefix(KeySpace.MAIL_MESSAGE).u32(mailbox.value()).u32(uid).key();
  }

  /** The first key after the rows of the mailbox with UIDs up to {@code uid}. */
  static Key afterRow(MailboxId mailbox, long uid) {
    return uid == UidSet.MAX ? rows(mailbox).prefixEnd() : row(mailbox, uid + 1);
  }

  static Key rows(MailboxId mailbox) {
    return KeyWriter.prefix(KeySpace.MAIL_MESSAGE).u32(mailbox.value()).key();
  }

  static MailboxId rowMailbox(Key key) {
    return new MailboxId(u32(key, 1));
  }

  static long rowUid(Key key) {
    if (key.length() != 9) {
      throw new StoreException.Corrupt("message key " + key, null);
    }
    return u32(key, 5);
  }

  static Key content(long content, int part) {
    return KeyWriter.prefix(KeySpace.MAIL_CONTENT).u64(content).u8(part).key();
  }

  static long contentNumber(Key key) {
    return u64(key, 1);
  }

  static int contentPart(Key key) {
    return key.at(9);
  }

  static Key email(EmailId email) {
    return KeyWriter.prefix(KeySpace.MAIL_EMAIL).u64(email.value()).key();
  }

  static EmailId emailOf(Key key) {
    return new EmailId(u64(key, 1));
  }

  static Key reference(BlobId blob, EmailId email) {
    return KeyWriter.prefix(KeySpace.MAIL_REFERENCE).blob(blob).u64(email.value()).key();
  }

  static Key references(BlobId blob) {
    return KeyWriter.prefix(KeySpace.MAIL_REFERENCE).blob(blob).key();
  }

  static BlobId referenceBlob(Key key) {
    byte[] bytes = key.toBytes();
    byte[] blob = new byte[BlobId.BYTES];
    System.arraycopy(bytes, 1, blob, 0, BlobId.BYTES);
    return BlobId.of(blob);
  }

  static EmailId referenceEmail(Key key) {
    return new EmailId(u64(key, 1 + BlobId.BYTES));
  }

  static Key thread(long hash) {
    return KeyWriter.prefix(KeySpace.MAIL_THREAD).u64(hash).key();
  }

  static long threadHash(Key key) {
    return u64(key, 1);
  }

  static Key subscription(String name) {
    return KeyWriter.prefix(KeySpace.MAIL_SUBSCRIPTION).text(name).key();
  }

  static Key tombstone(long deletedSeconds, EmailId email) {
    return KeyWriter.prefix(KeySpace.MAIL_DELETED).u64(deletedSeconds).u64(email.value()).key();
  }

  static Key tombstonesFrom(long deletedSeconds) {
    return KeyWriter.prefix(KeySpace.MAIL_DELETED).u64(deletedSeconds).key();
  }

  static long tombstoneSeconds(Key key) {
    return u64(key, 1);
  }

  static EmailId tombstoneEmail(Key key) {
    return new EmailId(u64(key, 9));
  }

  static Key journal(long number) {
    return KeyWriter.prefix(KeySpace.MAIL_JOURNAL).u64(number).key();
  }

  static long journalNumber(Key key) {
    return u64(key, 1);
  }

  private static long u32(Key key, int at) {
    if (key.length() < at + 4) {
      throw new StoreException.Corrupt("short key " + key, null);
    }
    return (long) key.at(at) << 24 | key.at(at + 1) << 16 | key.at(at + 2) << 8 | key.at(at + 3);
  }

  private static long u64(Key key, int at) {
    return u32(key, at) << 32 | u32(key, at + 4);
  }
}
