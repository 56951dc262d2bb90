package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Messages that are filed all or none, but in more than one commit. The first commit writes an
 * entry, each adds to it which UIDs were made, the last deletes it. What an entry names when the
 * account is opened was not finished, and is taken back.
 */
final class Journal {
  private static final int LAYOUT = 1;

  private final MailAccounts accounts;

  Journal(MailAccounts accounts) {
    this.accounts = accounts;
  }

  /**
   * Keeps the entry of a change in step with one of its commits.
   *
   * @param number the entry, empty in the first commit
   * @param made UIDs made by this commit, ascending; not empty unless it is the last
   * @param last whether the change is complete with this commit
   * @return the entry, empty after the last commit
   */
  static Optional<Long> advance(
      MailTransaction mail,
      MailboxId target,
      Optional<Long> number,
      List<Long> made,
      boolean last) {
    if (last) {
      number.ifPresent(there -> mail.delete(MailKeys.journal(there)));
      return Optional.empty();
    }
    long there = number.orElseGet(() -> mail.changeState().nextJournal++);
    byte[] before = mail.transaction().read(MailKeys.journal(there));
    Entry entry = before == null ? new Entry(target, List.of()) : Entry.decode(before);
    List<Long> bounds = new ArrayList<>(entry.bounds);
    bounds.add(made.getFirst());
    bounds.add(made.getLast());
    mail.put(MailKeys.journal(there), new Entry(target, bounds).encode());
    return Optional.of(there);
  }

  /** A change that is not finished: UIDs made so far, first and last of each commit. */
  private record Entry(MailboxId target, List<Long> bounds) {
    static Entry decode(byte[] bytes) {
      RecordReader in = new RecordReader(bytes, LAYOUT);
      return StoredMail.decoded(
          () -> new Entry(new MailboxId(in.number()), in.list(RecordReader::number)));
    }

    byte[] encode() {
      return new RecordWriter(LAYOUT)
          .number(target.value())
          .list(bounds, RecordWriter::number)
          .toBytes();
    }
  }

  /** Takes back what a change that has failed has done, now or, if that fails, later. */
  void takeBack(AccountId account, Optional<Long> number, RuntimeException cause) {
    if (number.isPresent()) {
      try {
        rollBack(account, number.get());
      } catch (StoreException e) {
        cause.addSuppressed(e); // the entry is there: rollBackAll does it later
      }
    }
  }

  /** Whether every change was finished. */
  static boolean isEmpty(StoredMail stored) {
    try (Cursor cursor = stored.prefix(MailKeys.JOURNAL, 1)) {
      return !cursor.next();
    }
  }

  /** Takes back every change that was not finished. Only while nobody uses the account. */
  void rollBackAll(AccountId account) {
    List<Long> numbers =
        accounts.read(
            account,
            stored -> {
              List<Long> found = new ArrayList<>();
              try (Cursor cursor = stored.prefix(MailKeys.JOURNAL, Integer.MAX_VALUE)) {
                while (cursor.next()) {
                  found.add(MailKeys.journalNumber(cursor.key()));
                }
              }
              return found;
            });
    numbers.forEach(number -> rollBack(account, number));
  }

  private void rollBack(AccountId account, long number) {
    boolean more = true;
    while (more) {
      more = accounts.change(account, mail -> rollBackStep(mail, number));
    }
  }

  private static boolean rollBackStep(MailTransaction mail, long number) {
    byte[] stored = mail.transaction().read(MailKeys.journal(number));
    if (stored == null) {
      return false;
    }
    Entry entry = Entry.decode(stored);
    int last = entry.bounds.size() - 2;
    UidSet uids = UidSet.range(entry.bounds.get(last), entry.bounds.get(last + 1));
    if (mail.anyMailbox(entry.target).isPresent()) {
      for (Row row : MailAccounts.rows(mail, entry.target, uids, Integer.MAX_VALUE)) {
        mail.uncopy(row);
      }
    }
    List<Long> rest = entry.bounds.subList(0, last);
    if (rest.isEmpty()) {
      mail.delete(MailKeys.journal(number));
    } else {
      mail.put(MailKeys.journal(number), new Entry(entry.target, rest).encode());
    }
    return !rest.isEmpty();
  }
}
