package org.wachtpost.mail;

import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.ChangeListener;
import org.wachtpost.mail.EmailRecord.Place;
import org.wachtpost.mail.MailResult.Appended;
import org.wachtpost.mail.MailResult.Copied;
import org.wachtpost.mail.MailResult.Expunged;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.mail.MailResult.Stored;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Store;

/**
 * Mail in the store. Thread-safe.
 *
 * <p>The server calls {@link #resume} for every account before it serves it.
 */
public final class AccountMail implements Mail {
  private final MailAccounts accounts;
  private final Journal journal;
  private final Appending appending;
  private final Copying copying;
  private final FlagStoring flagStoring;
  private final Expunging expunging;
  private final Mailboxes mailboxes;

  public AccountMail(Accounts accounts, Store store, InstantSource time, MailSettings settings) {
    this.accounts = new MailAccounts(accounts, store, time, settings);
    journal = new Journal(this.accounts);
    appending = new Appending(this.accounts, journal);
    copying = new Copying(this.accounts, journal);
    flagStoring = new FlagStoring(this.accounts);
    expunging = new Expunging(this.accounts);
    mailboxes = new Mailboxes(this.accounts, expunging, copying);
  }

  /**
   * Finishes what a crash has cut short: makes the mailboxes of a new account, takes unfinished
   * copies and appends back, removes the messages of deleted mailboxes. One look at the account
   * when there is nothing to do. Call it before the account is served.
   */
  public void resume(AccountId account) {
    boolean whole =
        accounts.read(
            account, stored -> Journal.isEmpty(stored) && Mailboxes.areWhole(stored.mailboxes()));
    if (!whole) {
      mailboxes.createAccount(account);
      journal.rollBackAll(account);
      mailboxes.resume(account);
    }
  }

  @Override
  public MailView view(AccountId account) {
    return new AccountMailView(
        account, accounts.store(), accounts.settings(), accounts.accounts().snapshot(account));
  }

  @Override
  public Subscription listen(AccountId account, ChangeListener listener) {
    return accounts.accounts().listen(account, listener)::close;
  }

  @Override
  public MailResult<Appended> append(
      AccountId account,
      MailboxId mailbox,
      MessageContent content,
      Flags flags,
      Optional<OffsetDateTime> internalDate) {
    var result = appendAll(account, mailbox, List.of(new NewMessage(content, flags, internalDate)));
    return switch (result) {
      case MailResult.Done<List<Appended>> done ->
          new MailResult.Done<>(done.value().getFirst(), done.version());
      case MailResult.Refused<List<Appended>> refused ->
          new MailResult.Refused<>(refused.refusal(), refused.detail());
    };
  }

  @Override
  public MailResult<Boolean> appendOnce(
      AccountId account, MailboxId mailbox, MessageContent content) {
    NewMessage message = new NewMessage(content, Flags.NONE, Optional.empty());
    return MailAccounts.result(() -> appending.appendOnce(account, mailbox, message));
  }

  @Override
  public MailResult<List<Appended>> appendAll(
      AccountId account, MailboxId mailbox, List<NewMessage> messages) {
    return MailAccounts.result(() -> appending.append(account, mailbox, messages));
  }

  @Override
  public MailResult<Message> addToMailbox(AccountId account, EmailId email, MailboxId mailbox) {
    return MailAccounts.result(
        () -> accounts.change(account, mail -> addToMailbox(mail, email, mailbox)));
  }

  private MailResult<Message> addToMailbox(MailTransaction mail, EmailId email, MailboxId mailbox) {
    MailboxId target = mail.requireSelectable(mailbox).id();
    EmailRecord record = mail.stored().email(email).orElseThrow(() -> noSuchEmail(email));
    Row first = null;
    for (Place place : record.places()) {
      Row row = mail.row(place.mailbox(), place.uid()).orElseThrow();
      if (place.mailbox().equals(mailbox)) {
        return MailAccounts.done(mail, row.message());
      }
      first = first == null ? row : first;
    }
    if (first == null) {
      throw noSuchEmail(email);
    }
    Flags flags = FlagStoring.ofEmail(first.message().flags(), Flags.NONE);
    accounts.checkKeywords(mail, target, flags);
    if (!first.shared()) {
      mail.changeShared(first, true);
    }
    Row added = mail.addRow(target, first.shared(true), flags);
    List<Place> places = new ArrayList<>(record.places());
    places.add(new Place(mailbox, added.message().uid()));
    mail.placeEmail(email, record.content(), places);
    return MailAccounts.done(mail, added.message());
  }

  private static RefusedException noSuchEmail(EmailId email) {
    return new RefusedException(Refusal.NO_SUCH_EMAIL, "no email " + email);
  }

  @Override
  public MailResult<Expunged> removeFromMailbox(
      AccountId account, EmailId email, MailboxId mailbox) {
    return MailAccounts.result(
        () -> accounts.change(account, mail -> removeFromMailbox(mail, email, mailbox)));
  }

  private static MailResult<Expunged> removeFromMailbox(
      MailTransaction mail, EmailId email, MailboxId mailbox) {
    EmailRecord record = mail.stored().email(email).orElseThrow(() -> noSuchEmail(email));
    for (Place place : record.places()) {
      if (place.mailbox().equals(mailbox)) {
        Row row = mail.row(mailbox, place.uid()).orElseThrow();
        mail.expunge(row, new MailboxTree(mail.allMailboxes()).name(mailbox));
        return MailAccounts.done(mail, new Expunged(List.of(place.uid())));
      }
    }
    throw noSuchEmail(email);
  }

  @Override
  public MailResult<Copied> copy(
      AccountId account, MailboxId source, UidSet uids, MailboxId target) {
    return MailAccounts.result(() -> copying.copy(account, source, uids, target));
  }

  @Override
  public MailResult<Copied> move(
      AccountId account, MailboxId source, UidSet uids, MailboxId target) {
    return MailAccounts.result(() -> copying.move(account, source, uids, target));
  }

  @Override
  public MailResult<Stored> store(
      AccountId account,
      MailboxId mailbox,
      UidSet uids,
      FlagChange change,
      Optional<Long> unchangedSince) {
    return MailAccounts.result(
        () -> flagStoring.store(account, mailbox, uids, change, unchangedSince));
  }

  @Override
  public void notRecent(AccountId account, MailboxId mailbox, long below) {
    accounts.change(
        account,
        mail -> {
          Optional<MailboxRecord> record = mail.selectable(mailbox);
          record
              .filter(there -> there.recentFrom() < below)
              .ifPresent(there -> mail.mailbox(there.withRecentFrom(below)));
          return record.isPresent();
        });
  }

  @Override
  public MailResult<Expunged> expunge(AccountId account, MailboxId mailbox, UidSet uids) {
    return MailAccounts.result(() -> expunging.expunge(account, mailbox, uids));
  }

  @Override
  public void createAccount(AccountId account) {
    mailboxes.createAccount(account);
  }

  @Override
  public Quota setQuota(AccountId account, long bytesLimit, long messagesLimit) {
    if (bytesLimit < 0 || messagesLimit < 0) {
      throw new IllegalArgumentException("negative quota");
    }
    return accounts.change(
        account,
        mail -> {
          MailState counters = mail.changeState();
          counters.bytesLimit = bytesLimit;
          counters.messagesLimit = messagesLimit;
          return counters.quota(accounts.settings());
        });
  }

  @Override
  public MailResult<Mailbox> createMailbox(
      AccountId account, String name, Optional<SpecialUse> use) {
    return MailAccounts.result(() -> mailboxes.create(account, name, use));
  }

  @Override
  public MailResult<Mailbox> renameMailbox(AccountId account, String name, String newName) {
    return MailAccounts.result(() -> mailboxes.rename(account, name, newName));
  }

  @Override
  public MailResult<Mailbox> deleteMailbox(AccountId account, String name) {
    return MailAccounts.result(() -> mailboxes.delete(account, name));
  }

  @Override
  public MailResult<Boolean> subscribe(AccountId account, String name, boolean subscribed) {
    return MailAccounts.result(() -> mailboxes.subscribe(account, name, subscribed));
  }

  @Override
  public List<String> subscriptions(AccountId account) {
    return accounts.read(account, StoredMail::subscriptions);
  }
}
