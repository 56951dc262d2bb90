package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Copied;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Copies and moves messages.
 *
 * <p>A copy that fits one commit is atomic. A larger one takes several: the first writes a journal
 * entry, each adds to it which UIDs were made, the last deletes it. If the copy fails between (the
 * quota is used up by somebody else, the target is deleted, the store fails) what was copied is
 * taken back (RFC 9051 §6.4.7), after a crash by {@link #rollBackAll} before the account is served
 * again. Until then others may see the messages that are there already, as they may with any server
 * that copies one by one.
 *
 * <p>A move is atomic for each message, which is what RFC 6851 §3.3 asks for: at any time a message
 * is in exactly one of the two mailboxes. The email keeps its id.
 */
final class Copying {
  private static final int LAYOUT = 1;

  /** Messages that are read for one commit; it is full before that. */
  private static final int ROWS = 400;

  private final MailAccounts accounts;

  Copying(MailAccounts accounts) {
    this.accounts = accounts;
  }

  /** What is to be copied: as many messages and bytes as were there when it began. */
  private record Extent(UidSet uids, long messages, long bytes) {}

  /** Sums up; belongs to the thread that asked for the copy. */
  private static final class Progress {
    private final List<Long> sourceUids = new ArrayList<>();
    private final List<Long> targetUids = new ArrayList<>();
    private Optional<Long> journal = Optional.empty();
    private long uidValidity;
    private long version;
    private UidSet rest;

    Progress(UidSet rest) {
      this.rest = rest;
    }

    void add(Step step) {
      sourceUids.addAll(step.sourceUids);
      targetUids.addAll(step.targetUids);
      journal = step.journal;
      uidValidity = step.uidValidity;
      version = step.version;
      rest = step.rest;
    }

    MailResult<Copied> done() {
      return new MailResult.Done<>(new Copied(uidValidity, sourceUids, targetUids), version);
    }
  }

  /** What one commit did, and which UIDs are left. */
  private record Step(
      List<Long> sourceUids,
      List<Long> targetUids,
      UidSet rest,
      Optional<Long> journal,
      long uidValidity,
      long version) {}

  MailResult<Copied> copy(AccountId account, MailboxId source, UidSet uids, MailboxId target) {
    Extent extent = extent(account, source, uids);
    Progress progress = new Progress(extent.uids);
    try {
      do {
        boolean first = progress.sourceUids.isEmpty();
        Optional<Long> journal = progress.journal;
        UidSet rest = progress.rest;
        progress.add(
            accounts.change(
                account,
                mail -> {
                  if (first) {
                    accounts.checkQuota(mail, extent.bytes, extent.messages);
                  }
                  return copyStep(mail, source, rest, target, journal);
                }));
      } while (!progress.rest.isEmpty());
      return progress.done();
    } catch (RefusedException | StoreException e) {
      takeBack(account, progress, e);
      throw e;
    }
  }

  private void takeBack(AccountId account, Progress progress, RuntimeException cause) {
    if (progress.journal.isPresent()) {
      try {
        rollBack(account, progress.journal.get());
      } catch (StoreException e) {
        cause.addSuppressed(e); // the journal is there: rollBackAll does it later
      }
    }
  }

  private Extent extent(AccountId account, MailboxId source, UidSet uids) {
    return accounts.read(
        account,
        stored -> {
          Optional<MailboxRecord> mailbox = stored.mailbox(source);
          if (mailbox.isEmpty() || mailbox.get().messages() == 0) {
            return new Extent(UidSet.EMPTY, 0, 0);
          }
          UidSet there = uids.between(1, mailbox.get().uidNext() - 1);
          long[] sums = new long[2];
          stored.rows(
              source,
              there,
              stored.keywords(source),
              row -> {
                sums[0]++;
                sums[1] += row.message().size();
                return true;
              });
          return new Extent(there, sums[0], sums[1]);
        });
  }

  private Step copyStep(
      MailTransaction mail,
      MailboxId source,
      UidSet uids,
      MailboxId target,
      Optional<Long> journal) {
    MailboxId from = mail.requireSelectable(source).id();
    MailboxRecord into = mail.requireSelectable(target);
    List<Long> sourceUids = new ArrayList<>();
    List<Long> targetUids = new ArrayList<>();
    List<Row> rows = MailAccounts.rows(mail, from, uids, ROWS);
    for (Row row : rows) {
      if (mail.isFull()) {
        break;
      }
      Message message = row.message();
      accounts.checkQuota(mail, message.size(), 1);
      accounts.checkKeywords(mail, target, message.flags());
      Row copy = mail.addRow(target, row.shared(false).as(mail.newEmail()), message.flags());
      mail.putEmail(copy, List.of(new Place(target, copy.message().uid())));
      sourceUids.add(message.uid());
      targetUids.add(copy.message().uid());
    }
    UidSet rest = rest(uids, rows, sourceUids.size());
    Optional<Long> nextJournal = journal(mail, target, journal, targetUids, rest.isEmpty());
    return new Step(sourceUids, targetUids, rest, nextJournal, into.uidValidity(), mail.version());
  }

  /** The UIDs behind the last row that was dealt with; none if there are no more rows. */
  private static UidSet rest(UidSet uids, List<Row> rows, int done) {
    if (done == rows.size() && rows.size() < ROWS) {
      return UidSet.EMPTY;
    }
    return uids.between(rows.get(done - 1).message().uid() + 1, UidSet.MAX);
  }

  private static Optional<Long> journal(
      MailTransaction mail,
      MailboxId target,
      Optional<Long> journal,
      List<Long> made,
      boolean last) {
    if (last) {
      journal.ifPresent(number -> mail.delete(MailKeys.journal(number)));
      return Optional.empty();
    }
    long number = journal.orElseGet(() -> mail.changeState().nextJournal++);
    byte[] before = mail.transaction().read(MailKeys.journal(number));
    Journal entry = before == null ? new Journal(target, List.of()) : Journal.decode(before);
    List<Long> bounds = new ArrayList<>(entry.bounds);
    bounds.add(made.getFirst());
    bounds.add(made.getLast());
    mail.put(MailKeys.journal(number), new Journal(target, bounds).encode());
    return Optional.of(number);
  }

  /** A copy that is not finished: UIDs made so far, first and last of each commit. */
  private record Journal(MailboxId target, List<Long> bounds) {
    static Journal decode(byte[] bytes) {
      RecordReader in = new RecordReader(bytes, LAYOUT);
      return StoredMail.decoded(
          () -> new Journal(new MailboxId(in.number()), in.list(RecordReader::number)));
    }

    byte[] encode() {
      return new RecordWriter(LAYOUT)
          .number(target.value())
          .list(bounds, RecordWriter::number)
          .toBytes();
    }
  }

  /** Takes back every copy that was not finished. Only while nobody uses the account. */
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

  private boolean rollBackStep(MailTransaction mail, long number) {
    byte[] stored = mail.transaction().read(MailKeys.journal(number));
    if (stored == null) {
      return false;
    }
    Journal journal = Journal.decode(stored);
    int last = journal.bounds.size() - 2;
    UidSet uids = UidSet.range(journal.bounds.get(last), journal.bounds.get(last + 1));
    if (mail.anyMailbox(journal.target).isPresent()) {
      for (Row row : MailAccounts.rows(mail, journal.target, uids, Integer.MAX_VALUE)) {
        mail.uncopy(row);
      }
    }
    List<Long> rest = journal.bounds.subList(0, last);
    if (rest.isEmpty()) {
      mail.delete(MailKeys.journal(number));
    } else {
      mail.put(MailKeys.journal(number), new Journal(journal.target, rest).encode());
    }
    return !rest.isEmpty();
  }

  MailResult<Copied> move(AccountId account, MailboxId source, UidSet uids, MailboxId target) {
    Progress progress = new Progress(extent(account, source, uids).uids);
    do {
      UidSet rest = progress.rest;
      try {
        progress.add(accounts.change(account, mail -> moveStep(mail, source, rest, target)));
      } catch (RefusedException e) {
        if (progress.sourceUids.isEmpty()) {
          throw e;
        }
        return progress.done(); // what was moved stays moved, and its UIDs must be told
      }
    } while (!progress.rest.isEmpty());
    return progress.done();
  }

  private Step moveStep(MailTransaction mail, MailboxId source, UidSet uids, MailboxId target) {
    MailboxId from = mail.requireSelectable(source).id();
    MailboxRecord into = mail.requireSelectable(target);
    List<Long> sourceUids = new ArrayList<>();
    List<Long> targetUids = new ArrayList<>();
    List<Row> rows = MailAccounts.rows(mail, from, uids, ROWS);
    for (Row row : rows) {
      if (mail.isFull()) {
        break;
      }
      accounts.checkKeywords(mail, target, row.message().flags());
      sourceUids.add(row.message().uid());
      targetUids.add(move(mail, row, target));
    }
    UidSet rest = rest(uids, rows, sourceUids.size());
    return new Step(
        sourceUids, targetUids, rest, Optional.empty(), into.uidValidity(), mail.version());
  }

  private static long move(MailTransaction mail, Row row, MailboxId target) {
    Message message = row.message();
    List<Place> places = new ArrayList<>(List.of(new Place(message.mailbox(), message.uid())));
    if (row.shared()) {
      places = new ArrayList<>(mail.stored().email(message.email()).orElseThrow().places());
      for (Place place : places) {
        // An email is in a mailbox once: it is there already, and only leaves the source.
        if (place.mailbox().equals(target) && !target.equals(message.mailbox())) {
          mail.expunge(row, "");
          return place.uid();
        }
      }
    }
    mail.removeRow(row);
    Row moved = mail.addRow(target, row, message.flags());
    places.remove(new Place(message.mailbox(), message.uid()));
    places.add(new Place(target, moved.message().uid()));
    mail.placeEmail(message.email(), row.content(), places);
    return moved.message().uid();
  }
}
