package org.wachtpost.mail;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;

/** An account's mail at one version. Close it soon; thread-safe. */
public interface MailView extends AutoCloseable {
  /** Version of the account that this view shows. */
  long version();

  /** Every mailbox, the inbox first, then by name. */
  List<Mailbox> mailboxes();

  Optional<Mailbox> mailbox(MailboxId id);

  /** The mailbox of this name; {@code INBOX} in any letter case. */
  Optional<Mailbox> mailbox(String name);

  /** Whether there is room for a mailbox of this name, and the name is one that may be used. */
  boolean mayCreate(String name);

  /** Keywords that messages of the mailbox have or had, for the FLAGS response. */
  SortedSet<String> keywords(MailboxId mailbox);

  /** UIDs of all messages in the mailbox, in order. */
  long[] uids(MailboxId mailbox);

  /** The messages with these UIDs that are there, by UID. The consumer runs on this thread. */
  void messages(MailboxId mailbox, UidSet uids, Consumer<Message> consumer);

  /**
   * As {@link #messages} with each message's stored data, read in one pass, until the consumer has
   * had enough. It should keep little of what it is given: see {@link MessageData#weight}.
   */
  void messagesWithData(MailboxId mailbox, UidSet uids, MessageConsumer consumer);

  Optional<Message> message(MailboxId mailbox, long uid);

  Optional<MessageData> data(EmailId email);

  /** Where the email is: one message for each mailbox that has it; empty if it is gone. */
  List<Message> memberships(EmailId email);

  /** The message's bytes from {@code offset} on. */
  InputStream body(Message message, long offset);

  /**
   * What changed in the mailbox after version {@code since}: UIDs that are there and are new or
   * have other flags, and UIDs that are gone, also of messages that came after {@code since} (who
   * asks may have got to know them before it took note of a later version). When the log no longer
   * reaches back that far, {@link Changes#complete} is false, {@code gone} holds every UID below
   * UIDNEXT that is not there, and {@code changed} every message of a greater modification
   * sequence, new ones included.
   */
  Changes changes(MailboxId mailbox, long since);

  Quota quota();

  @Override
  void close();

  /** Takes a message and its data. */
  @FunctionalInterface
  interface MessageConsumer {
    /** Whether it wants more. */
    boolean accept(Message message, MessageData data);
  }

  /**
   * Changes in a mailbox.
   *
   * @param added messages that came, and are there
   * @param changed messages that were there and have other flags
   * @param gone messages that left
   */
  record Changes(UidSet added, UidSet changed, UidSet gone, boolean complete) {}
}
