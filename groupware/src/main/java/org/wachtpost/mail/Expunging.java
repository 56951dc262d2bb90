package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.wachtpost.mail.MailResult.Expunged;
import org.wachtpost.store.AccountId;

/** Removes messages, in as many commits as it takes; what is removed can be brought back. */
final class Expunging {
  private static final int ROWS = 400;

  private final MailAccounts accounts;

  Expunging(MailAccounts accounts) {
    this.accounts = accounts;
  }

  private record Step(List<Long> uids, UidSet rest, long version) {}

  /** Those that have {@code \Deleted}. */
  MailResult<Expunged> expunge(AccountId account, MailboxId mailbox, UidSet uids) {
    // Found in a snapshot first: a mailbox may have 100,000 messages of which three are deleted.
    UidSet deleted = accounts.read(account, stored -> deleted(stored, mailbox, uids));
    return remove(account, mailbox, deleted, row -> row.message().flags().has(Flags.DELETED), true);
  }

  private static UidSet deleted(StoredMail stored, MailboxId mailbox, UidSet uids) {
    MailboxRecord record =
        stored.mailbox(mailbox).orElseThrow(() -> RefusedException.noSuchMailbox(mailbox));
    if (record.deleted() == 0) {
      return UidSet.EMPTY;
    }
    List<long[]> found = new ArrayList<>();
    stored.rows(
        mailbox,
        uids,
        stored.keywords(mailbox),
        row -> {
          if (row.message().flags().has(Flags.DELETED)) {
            found.add(new long[] {row.message().uid(), row.message().uid()});
          }
          return found.size() < record.deleted();
        });
    return UidSet.ofRanges(found);
  }

  /** Removes all messages of a mailbox that was deleted, and then the mailbox, if it is doomed. */
  void drain(AccountId account, MailboxId mailbox) {
    remove(account, mailbox, UidSet.ALL, row -> true, false);
    accounts.change(
        account,
        mail -> {
          mail.anyMailbox(mailbox)
              .filter(record -> record.state() == MailboxRecord.State.DOOMED)
              .ifPresent(record -> mail.forgetMailbox(mailbox));
          return true;
        });
  }

  private MailResult<Expunged> remove(
      AccountId account,
      MailboxId mailbox,
      UidSet uids,
      Predicate<Row> which,
      boolean onlySelectable) {
    List<Long> removed = new ArrayList<>();
    UidSet rest = uids;
    long version = 0;
    do {
      UidSet todo = rest;
      Step step =
          accounts.change(account, mail -> step(mail, mailbox, todo, which, onlySelectable));
      removed.addAll(step.uids);
      rest = step.rest;
      version = step.version;
    } while (!rest.isEmpty());
    return new MailResult.Done<>(new Expunged(removed), version);
  }

  private Step step(
      MailTransaction mail,
      MailboxId mailbox,
      UidSet uids,
      Predicate<Row> which,
      boolean onlySelectable) {
    MailboxRecord record =
        (onlySelectable ? mail.selectable(mailbox) : mail.anyMailbox(mailbox))
            .orElseThrow(() -> RefusedException.noSuchMailbox(mailbox));
    String name =
        record.state() == MailboxRecord.State.DOOMED
            ? record.level()
            : new MailboxTree(mail.allMailboxes()).name(mailbox);
    List<Long> removed = new ArrayList<>();
    List<Row> rows = MailAccounts.rows(mail, mailbox, uids, ROWS);
    for (Row row : rows) {
      if (mail.isFull()) {
        return new Step(removed, uids.between(row.message().uid(), UidSet.MAX), mail.version());
      }
      if (which.test(row)) {
        mail.expunge(row, name);
        removed.add(row.message().uid());
      }
    }
    UidSet rest =
        rows.size() < ROWS
            ? UidSet.EMPTY
            : uids.between(rows.getLast().message().uid() + 1, UidSet.MAX);
    return new Step(removed, rest, mail.version());
  }
}
