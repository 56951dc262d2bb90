package org.wachtpost.mail;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.wachtpost.changelog.ChangeListener;
import org.wachtpost.mail.MailResult.Appended;
import org.wachtpost.mail.MailResult.Copied;
import org.wachtpost.mail.MailResult.Expunged;
import org.wachtpost.mail.MailResult.Stored;
import org.wachtpost.store.AccountId;

/**
 * Reads and changes the mail of accounts. Each change is durable on return. Methods throw {@link
 * org.wachtpost.store.StoreException} when the store cannot serve.
 */
public interface Mail {
  /** The account's mail as of now. */
  MailView view(AccountId account);

  /** Calls the listener after every commit to the account until the subscription is closed. */
  Subscription listen(AccountId account, ChangeListener listener);

  /**
   * Stores a message. Flags may have keywords.
   *
   * @param internalDate empty for now
   */
  MailResult<Appended> append(
      AccountId account,
      MailboxId mailbox,
      MessageContent content,
      Flags flags,
      Optional<OffsetDateTime> internalDate);

  /**
   * Stores a message, unless the account holds the very same bytes already (recoverable mail
   * counts): for a giver that may come twice with what it could not be sure of.
   *
   * @return whether it was stored now
   */
  MailResult<Boolean> appendOnce(AccountId account, MailboxId mailbox, MessageContent content);

  /**
   * Stores messages in this order, under ascending UIDs: all or nothing, after a crash too. What
   * fits one commit comes at once; of more, others may see the first ones while it goes on.
   *
   * @param messages at least one
   */
  MailResult<List<Appended>> appendAll(
      AccountId account, MailboxId mailbox, List<NewMessage> messages);

  /**
   * Puts the email into one more mailbox (RFC 8621 §4.6): it stays one email with one set of
   * keywords, and is a message of its own, without {@code \Deleted}, in each mailbox.
   */
  MailResult<Message> addToMailbox(AccountId account, EmailId email, MailboxId mailbox);

  /** Takes the email out of a mailbox; out of its last one it is deleted, and recoverable. */
  MailResult<Expunged> removeFromMailbox(AccountId account, EmailId email, MailboxId mailbox);

  /** Copies messages; those that are not there are passed over. All or nothing. */
  MailResult<Copied> copy(AccountId account, MailboxId source, UidSet uids, MailboxId target);

  /** Moves messages (RFC 6851); those that are not there are passed over. */
  MailResult<Copied> move(AccountId account, MailboxId source, UidSet uids, MailboxId target);

  /**
   * Changes flags.
   *
   * @param unchangedSince messages with a greater modification sequence are left alone
   */
  MailResult<Stored> store(
      AccountId account,
      MailboxId mailbox,
      UidSet uids,
      FlagChange change,
      Optional<Long> unchangedSince);

  /**
   * Remembers that a session has been told of the messages below this UID, so that they are not
   * {@code \\Recent} for another (RFC 3501 §2.3.2). Done already, or without such a mailbox:
   * nothing.
   */
  void notRecent(AccountId account, MailboxId mailbox, long below);

  /** Removes those of these messages that have {@code \Deleted}. */
  MailResult<Expunged> expunge(AccountId account, MailboxId mailbox, UidSet uids);

  /**
   * Makes the mailboxes of a new account, subscribed: INBOX, Drafts, Sent, Junk, Trash, Archive.
   * Does nothing if the account has an inbox.
   */
  void createAccount(AccountId account);

  /** Sets the account's limits; {@link Quota#UNLIMITED} for none. What is stored stays. */
  Quota setQuota(AccountId account, long bytesLimit, long messagesLimit);

  /** Makes a mailbox and what is missing above it. The inbox's and special mailboxes' names too. */
  MailResult<Mailbox> createMailbox(AccountId account, String name, Optional<SpecialUse> use);

  /**
   * Renames with everything below; renaming the inbox moves its messages to a new mailbox (RFC 9051
   * §6.3.6).
   */
  MailResult<Mailbox> renameMailbox(AccountId account, String name, String newName);

  /**
   * Deletes the mailbox and its messages; recoverable like every deletion. With mailboxes below it
   * the name stays, not selectable, until the last of them is deleted (RFC 9051 §6.3.5).
   */
  MailResult<Mailbox> deleteMailbox(AccountId account, String name);

  /** Subscribes or unsubscribes; subscriptions are by name and outlive the mailbox. */
  MailResult<Boolean> subscribe(AccountId account, String name, boolean subscribed);

  /** Names subscribed to, whether or not such a mailbox is there. */
  List<String> subscriptions(AccountId account);

  /** Ends listening when closed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
