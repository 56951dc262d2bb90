package org.wachtpost.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Store;

/**
 * What happens to deleted mail: it can be listed and brought back until it is purged. The server
 * calls {@link #purge} and {@link #collect} for every account daily. Thread-safe; any job may run
 * beside any other and beside changes, because each step is a commit that looks again.
 */
public final class MailJobs {
  /** Blobs that one commit of the collector drops. */
  private static final int BLOBS = 200;

  private final MailAccounts accounts;

  public MailJobs(Accounts accounts, Store store, InstantSource time, MailSettings settings) {
    this.accounts = new MailAccounts(accounts, store, time, settings);
  }

  /** Deleted emails, from those deleted at {@code from} to those before {@code to}, in order. */
  public void deleted(
      AccountId account, Instant from, Instant to, Consumer<DeletedEmail> consumer) {
    accounts.read(
        account,
        stored -> {
          try (Cursor cursor =
              stored
                  .source()
                  .range(
                      MailKeys.tombstonesFrom(Math.max(0, from.getEpochSecond())),
                      MailKeys.tombstonesFrom(Math.max(0, to.getEpochSecond())),
                      Direction.FORWARD,
                      Integer.MAX_VALUE)) {
            while (cursor.next()) {
              consumer.accept(
                  deleted(
                      MailKeys.tombstoneEmail(cursor.key()),
                      MailKeys.tombstoneSeconds(cursor.key()),
                      StoredMail.decoded(() -> Tombstone.decode(cursor.value()))));
            }
          }
          return true;
        });
  }

  private static DeletedEmail deleted(EmailId email, long seconds, Tombstone tombstone) {
    return new DeletedEmail(
        email,
        Instant.ofEpochSecond(seconds),
        tombstone.mailbox(),
        tombstone.mailboxName(),
        tombstone.uid(),
        tombstone.flags(),
        tombstone.internalDate(),
        tombstone.size());
  }

  /**
   * Brings a deleted email back: the same email under a new UID, with the flags it had but {@code
   * \Deleted}.
   */
  public MailResult<Message> restore(AccountId account, DeletedEmail email, MailboxId mailbox) {
    return MailAccounts.result(
        () -> accounts.change(account, mail -> restore(mail, email, mailbox)));
  }

  private MailResult<Message> restore(
      MailTransaction mail, DeletedEmail deleted, MailboxId mailbox) {
    MailboxId target = mail.requireSelectable(mailbox).id();
    var key = MailKeys.tombstone(deleted.deleted().getEpochSecond(), deleted.email());
    byte[] stored = mail.transaction().read(key);
    if (stored == null) {
      throw new RefusedException(Refusal.NO_SUCH_EMAIL, "no deleted email " + deleted.email());
    }
    Tombstone tombstone = StoredMail.decoded(() -> Tombstone.decode(stored));
    accounts.checkQuota(mail, tombstone.size(), 1);
    Flags flags = FlagStoring.ofEmail(tombstone.flags(), Flags.NONE);
    accounts.checkKeywords(mail, target, flags);
    mail.delete(key);
    Row row = mail.addRow(target, tombstone.row(deleted.email()), flags);
    mail.putEmail(row, List.of(new Place(target, row.message().uid())));
    return MailAccounts.done(mail, row.message());
  }

  /**
   * Removes for good what was deleted longer ago than the settings' retention.
   *
   * @return emails removed
   */
  public long purge(AccountId account) {
    return purge(account, accounts.settings().retention());
  }

  /** As {@link #purge(AccountId)} with another retention. */
  public long purge(AccountId account, Duration retention) {
    Instant before = accounts.time().instant().minus(retention);
    long total = 0;
    int purged;
    do {
      purged = accounts.change(account, mail -> purgeStep(mail, before));
      total += purged;
    } while (purged > 0);
    return total;
  }

  private static int purgeStep(MailTransaction mail, Instant before) {
    record Old(EmailId email, long seconds, Tombstone tombstone) {}
    List<Old> old = new ArrayList<>();
    try (Cursor cursor =
        mail.stored()
            .source()
            .range(
                MailKeys.TOMBSTONES,
                MailKeys.tombstonesFrom(Math.max(0, before.getEpochSecond())),
                Direction.FORWARD,
                MailTransaction.FULL_KEYS / 2)) {
      while (cursor.next()) {
        old.add(
            new Old(
                MailKeys.tombstoneEmail(cursor.key()),
                MailKeys.tombstoneSeconds(cursor.key()),
                StoredMail.decoded(() -> Tombstone.decode(cursor.value()))));
      }
    }
    int purged = 0;
    for (Old one : old) {
      if (mail.isFull()) {
        break;
      }
      mail.delete(MailKeys.tombstone(one.seconds, one.email));
      mail.forget(one.email, one.tombstone.blob(), one.tombstone.content());
      purged++;
    }
    return purged;
  }

  /**
   * Drops blobs that nothing refers to: bodies whose commit never came. A blob that is being filed
   * right now may be dropped with them; its change finds out and writes it again.
   *
   * @return blobs dropped
   */
  public long collect(AccountId account) {
    List<BlobId> candidates =
        accounts.read(
            account,
            stored -> {
              List<BlobId> found = new ArrayList<>();
              accounts
                  .store()
                  .forEachBlob(
                      account,
                      entry -> {
                        if (stored.contentOf(entry.blob()).isEmpty()) {
                          found.add(entry.blob());
                        }
                      });
              return found;
            });
    long dropped = 0;
    for (int from = 0; from < candidates.size(); from += BLOBS) {
      List<BlobId> some = candidates.subList(from, Math.min(candidates.size(), from + BLOBS));
      dropped += accounts.change(account, mail -> drop(mail, some));
    }
    return dropped;
  }

  private static long drop(MailTransaction mail, List<BlobId> blobs) {
    long dropped = 0;
    for (BlobId blob : blobs) {
      // Looked up again within the commit: a message may have come that refers to it.
      if (mail.stored().contentOf(blob).isEmpty()) {
        mail.transaction().dropBlob(blob);
        dropped++;
      }
    }
    return dropped;
  }
}
