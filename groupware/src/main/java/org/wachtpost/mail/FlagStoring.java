package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Stored;
import org.wachtpost.store.AccountId;

/**
 * Changes flags, in as many commits as it takes; each message's change is atomic. Keywords and all
 * system flags but {@code \Deleted} belong to the email, so they change in every mailbox it is in.
 */
final class FlagStoring {
  private static final int ROWS = 800;

  private final MailAccounts accounts;

  FlagStoring(MailAccounts accounts) {
    this.accounts = accounts;
  }

  private record Step(Stored stored, UidSet rest, long version) {}

  MailResult<Stored> store(
      AccountId account,
      MailboxId mailbox,
      UidSet uids,
      FlagChange change,
      Optional<Long> unchangedSince) {
    Stored stored = nothing();
    UidSet rest = uids;
    long version = 0;
    do {
      UidSet todo = rest;
      Step step =
          accounts.change(account, mail -> step(mail, mailbox, todo, change, unchangedSince));
      stored.changed().addAll(step.stored.changed());
      stored.before().addAll(step.stored.before());
      stored.modified().addAll(step.stored.modified());
      rest = step.rest;
      version = step.version;
    } while (!rest.isEmpty());
    return new MailResult.Done<>(stored, version);
  }

  private static Stored nothing() {
    return new Stored(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private Step step(
      MailTransaction mail,
      MailboxId mailbox,
      UidSet uids,
      FlagChange change,
      Optional<Long> unchangedSince) {
    MailboxId id = mail.requireSelectable(mailbox).id();
    if (change.mode() != FlagChange.Mode.REMOVE) {
      accounts.checkKeywords(mail, id, change.flags());
    }
    Stored stored = nothing();
    List<Row> rows = MailAccounts.rows(mail, id, uids, ROWS);
    for (Row row : rows) {
      Message message = row.message();
      if (mail.isFull()) {
        UidSet rest = uids.between(message.uid(), UidSet.MAX);
        return new Step(stored, rest, mail.version());
      }
      // RFC 7162 §3.1.3
      if (unchangedSince.isPresent() && message.modSeq() > unchangedSince.get()) {
        stored.modified().add(message.uid());
        continue;
      }
      Flags after = change.applyTo(message.flags());
      boolean same = after.equals(message.flags());
      stored.changed().add(same ? message : change(mail, row, after).message());
      stored.before().add(message.modSeq());
    }
    UidSet rest =
        rows.size() < ROWS
            ? UidSet.EMPTY
            : uids.between(rows.getLast().message().uid() + 1, UidSet.MAX);
    return new Step(stored, rest, mail.version());
  }

  private Row change(MailTransaction mail, Row row, Flags after) {
    Row changed = mail.changeFlags(row, after);
    if (row.shared()) {
      Message message = row.message();
      for (Place place : mail.stored().email(message.email()).orElseThrow().places()) {
        if (place.uid() == message.uid() && place.mailbox().equals(message.mailbox())) {
          continue;
        }
        accounts.checkKeywords(mail, place.mailbox(), after);
        Row other = mail.row(place.mailbox(), place.uid()).orElseThrow();
        Flags same = ofEmail(after, other.message().flags());
        if (!same.equals(other.message().flags())) {
          mail.changeFlags(other, same);
        }
      }
    }
    return changed;
  }

  /** The email's flags with a membership's own {@code \Deleted}. */
  static Flags ofEmail(Flags email, Flags membership) {
    int deleted = membership.system() & Flags.DELETED;
    return new Flags(email.system() & ~Flags.DELETED | deleted, email.keywords());
  }
}
