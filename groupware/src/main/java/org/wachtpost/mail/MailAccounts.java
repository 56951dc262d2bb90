package org.wachtpost.mail;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;

/** What every change of mail needs: the accounts, the clock, the limits. */
record MailAccounts(Accounts accounts, Store store, InstantSource time, MailSettings settings) {

  /** One commit. A {@link RefusedException} leaves no trace and is thrown on. */
  <T> T change(AccountId account, Function<MailTransaction, T> change) {
    return accounts.change(
        account,
        transaction -> {
          MailTransaction mail = new MailTransaction(transaction, time.instant());
          T result = change.apply(mail);
          mail.flush();
          return result;
        });
  }

  /** A change as a value: done or refused. */
  static <T> MailResult<T> result(Supplier<MailResult<T>> change) {
    try {
      return change.get();
    } catch (RefusedException e) {
      return new MailResult.Refused<>(e.refusal(), e.detail());
    }
  }

  static <T> MailResult<T> done(MailTransaction mail, T value) {
    return new MailResult.Done<>(value, mail.version());
  }

  /** Reads the account as of now. */
  <T> T read(AccountId account, Function<StoredMail, T> reader) {
    try (Snapshot snapshot = accounts.snapshot(account)) {
      return reader.apply(StoredMail.of(snapshot));
    }
  }

  /** The first rows with these UIDs, at most {@code limit}. */
  static List<Row> rows(MailTransaction mail, MailboxId mailbox, UidSet uids, int limit) {
    List<Row> rows = new ArrayList<>();
    mail.stored()
        .rows(
            mailbox,
            uids,
            mail.keywords(mailbox),
            row -> {
              rows.add(row);
              return rows.size() < limit;
            });
    return rows;
  }

  /**
   * Throws unless the account has room.
   *
   * @throws RefusedException with OVER_QUOTA
   */
  void checkQuota(MailTransaction mail, long moreBytes, long moreMessages) {
    Quota quota = mail.state().quota(settings);
    if (moreBytes > quota.bytesLimit() - quota.bytesUsed()
        || moreMessages > quota.messagesLimit() - quota.messagesUsed()) {
      throw new RefusedException(Refusal.OVER_QUOTA, "the account's quota is used up");
    }
  }

  /**
   * Throws unless the mailbox's messages may have these keywords.
   *
   * @throws RefusedException with TOO_MANY_KEYWORDS
   */
  void checkKeywords(MailTransaction mail, MailboxId mailbox, Flags flags) {
    if (flags.keywords().isEmpty()) {
      return;
    }
    for (String keyword : flags.keywords()) {
      if (keyword.length() > settings.keywordBytes()) {
        throw new RefusedException(
            Refusal.TOO_MANY_KEYWORDS,
            "a keyword is longer than " + settings.keywordBytes() + " bytes");
      }
      if (keyword.isEmpty() || !keyword.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new RefusedException(
            Refusal.TOO_MANY_KEYWORDS, "a keyword has a character that is not allowed");
      }
    }
    KeywordTable table = mail.keywords(mailbox);
    if (sizeWith(table, flags) > settings.keywords()) {
      mail.reclaimKeywords(mailbox);
    }
    if (sizeWith(table, flags) > settings.keywords()) {
      throw new RefusedException(
          Refusal.TOO_MANY_KEYWORDS, "more than " + settings.keywords() + " keywords in a mailbox");
    }
  }

  private static long sizeWith(KeywordTable table, Flags flags) {
    return table.size() + flags.keywords().stream().filter(word -> !table.knows(word)).count();
  }
}
