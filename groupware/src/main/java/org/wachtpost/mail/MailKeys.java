package org.wachtpost.mail;

import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeyWriter;

/** Builds and reads the keys of mail; {@link org.wachtpost.store.key.KeySpace} describes them. */
final class MailKeys {
  static final Key STATE = KeyWriter.prefix('M').key();
  static final Key MAILBOXES = KeyWriter.prefix('B').key();
  static final Key SUBSCRIPTIONS = KeyWriter.prefix('S').key();
  static final Key TOMBSTONES = KeyWriter.prefix('X').key();
  static final Key JOURNAL = KeyWriter.prefix('J').key();
  static final Key EMAILS = KeyWriter.prefix('E').key();
  static final Key REFERENCES = KeyWriter.prefix('R').key();
  static final Key CONTENTS = KeyWriter.prefix('D').key();
  static final Key THREADS = KeyWriter.prefix('T').key();
  static final Key ROWS = KeyWriter.prefix('U').key();

  private MailKeys() {}

  static Key mailbox(MailboxId id) {
    return KeyWriter.prefix('B').u32(id.value()).key();
  }

  static Key keywords(MailboxId id) {
    return KeyWriter.prefix('K').u32(id.value()).key();
  }

  static Key row(MailboxId mailbox, long uid) {
    return KeyWriter.prefix('U').u32(mailbox.value()).u32(uid).key();
  }

  /** The first key after the rows of the mailbox with UIDs up to {@code uid}. */
  static Key afterRow(MailboxId mailbox, long uid) {
    return uid == UidSet.MAX ? rows(mailbox).prefixEnd() : row(mailbox, uid + 1);
  }

  static Key rows(MailboxId mailbox) {
    return KeyWriter.prefix('U').u32(mailbox.value()).key();
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
    return KeyWriter.prefix('D').u64(content).u8(part).key();
  }

  static long contentNumber(Key key) {
    return u64(key, 1);
  }

  static int contentPart(Key key) {
    return key.at(9);
  }

  static Key email(EmailId email) {
    return KeyWriter.prefix('E').u64(email.value()).key();
  }

  static EmailId emailOf(Key key) {
    return new EmailId(u64(key, 1));
  }

  static Key reference(BlobId blob, EmailId email) {
    return KeyWriter.prefix('R').blob(blob).u64(email.value()).key();
  }

  static Key references(BlobId blob) {
    return KeyWriter.prefix('R').blob(blob).key();
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
    return KeyWriter.prefix('T').u64(hash).key();
  }

  static long threadHash(Key key) {
    return u64(key, 1);
  }

  static Key subscription(String name) {
    return KeyWriter.prefix('S').text(name).key();
  }

  static Key tombstone(long deletedSeconds, EmailId email) {
    return KeyWriter.prefix('X').u64(deletedSeconds).u64(email.value()).key();
  }

  static Key tombstonesFrom(long deletedSeconds) {
    return KeyWriter.prefix('X').u64(deletedSeconds).key();
  }

  static long tombstoneSeconds(Key key) {
    return u64(key, 1);
  }

  static EmailId tombstoneEmail(Key key) {
    return new EmailId(u64(key, 9));
  }

  static Key journal(long number) {
    return KeyWriter.prefix('J').u64(number).key();
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
