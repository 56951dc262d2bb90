package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Copied;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * Copies and moves messages.
 *
 * <p>A copy that fits one commit is atomic. A larger one takes several and is kept in the {@link
 * Journal}: if it fails between (the quota is used up by somebody else, the target is deleted, the
 * store fails) what was copied is taken back (RFC 9051 §6.4.7), after a crash before the account is
 * served again. Until then others may see the messages that are there already, as they may with any
 * server that copies one by one.
 *
 * <p>A move is atomic for each message, which is what RFC 6851 §3.3 asks for: at any time a message
 * is in exactly one of the two mailboxes. The email keeps its id.
 */
final class Copying {
  /** Messages that are read for one commit; it is full before that. */
  private static final int ROWS = 400;

  private final MailAccounts accounts;
  private final Journal journal;

  Copying(MailAccounts accounts, Journal journal) {
    this.accounts = accounts;
    this.journal = journal;
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
        Optional<Long> entry = progress.journal;
        UidSet rest = progress.rest;
        progress.add(
            accounts.change(
                account,
                mail -> {
                  if (first) {
                    accounts.checkQuota(mail, extent.bytes, extent.messages);
                  }
                  return copyStep(mail, source, rest, target, entry);
                }));
      } while (!progress.rest.isEmpty());
      return progress.done();
    } catch (RefusedException | StoreException e) {
      journal.takeBack(account, progress.journal, e);
      throw e;
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
      MailTransaction mail, MailboxId source, UidSet uids, MailboxId target, Optional<Long> entry) {
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
    Optional<Long> nextJournal = Journal.advance(mail, target, entry, targetUids, rest.isEmpty());
    return new Step(sourceUids, targetUids, rest, nextJournal, into.uidValidity(), mail.version());
  }

  /** The UIDs behind the last row that was dealt with; none if there are no more rows. */
  private static UidSet rest(UidSet uids, List<Row> rows, int done) {
    if (done == rows.size() && rows.size() < ROWS) {
      return UidSet.EMPTY;
    }
    return uids.between(rows.get(done - 1).message().uid() + 1, UidSet.MAX);
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
