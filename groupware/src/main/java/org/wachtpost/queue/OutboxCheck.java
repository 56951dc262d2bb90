package org.wachtpost.queue;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.check.AccountChecker;

/** Proves that an outbox shard's messages, recipients, times and blobs agree. */
public final class OutboxCheck implements AccountChecker {
  @Override
  public void check(AccountId account, Snapshot snapshot, Store store, Consumer<String> problems) {
    if (account.kind() != AccountId.Kind.QUEUE) {
      return;
    }
    Set<BlobId> referenced = new HashSet<>();
    Set<Key> expectedTimes = new HashSet<>();
    Set<Key> expectedReferences = new HashSet<>();
    Set<Key> expectedRecipients = new HashSet<>();
    each(
        snapshot,
        QueueKeys.MESSAGES,
        (key, value) -> {
          QueueId id = new QueueId((int) account.number(), QueueKeys.messageNumber(key));
          QueuedMessage message = QueuedMessage.decode(id, value);
          referenced.add(message.content());
          expectedReferences.add(QueueKeys.blob(message.content(), id.number()));
          checkBlob(message, store, problems);
          for (int index = 0; index < message.recipients(); index++) {
            expectedRecipients.add(QueueKeys.recipient(id.number(), index));
          }
        });
    each(
        snapshot,
        QueueKeys.FINISHED,
        (key, value) -> {
          QueueId id = new QueueId((int) account.number(), QueueKeys.messageNumber(key));
          int recipients = FinishedMail.Finished.decode(id, value).message().recipients();
          for (int index = 0; index < recipients; index++) {
            expectedRecipients.add(QueueKeys.recipient(id.number(), index));
          }
        });
    each(
        snapshot,
        QueueKeys.RECIPIENTS,
        (key, value) -> {
          int index = QueueKeys.recipientIndex(key);
          QueuedRecipient recipient = QueuedRecipient.decode(index, value);
          if (recipient.state() == RecipientState.WAITING) {
            long number = QueueKeys.recipientMessage(key);
            expectedTimes.add(QueueKeys.time(recipient.nextAttempt(), number, index));
          }
        });
    compare(snapshot, QueueKeys.RECIPIENTS, expectedRecipients, "recipient", problems);
    compare(snapshot, QueueKeys.TIMES, expectedTimes, "time of an attempt", problems);
    compare(snapshot, QueueKeys.BLOBS, expectedReferences, "reference to content", problems);
    store.forEachBlob(
        account,
        entry -> {
          if (!referenced.contains(entry.blob())) {
            problems.accept("no queued message has blob " + entry.blob());
          }
        });
  }

  private static void checkBlob(QueuedMessage message, Store store, Consumer<String> problems) {
    Optional<Long> size = store.blobSize(message.id().account(), message.content());
    if (size.isEmpty()) {
      problems.accept("content of queued message " + message.id() + " is not there");
    } else if (size.get() != message.size()) {
      problems.accept("content of queued message " + message.id() + " has another length");
    }
  }

  private interface Entry {
    void accept(Key key, byte[] value);
  }

  private static void each(Snapshot snapshot, Key prefix, Entry entry) {
    try (Cursor cursor =
        snapshot.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        entry.accept(cursor.key(), cursor.value());
      }
    }
  }

  private static void compare(
      Snapshot snapshot, Key prefix, Set<Key> expected, String what, Consumer<String> problems) {
    Set<Key> missing = new HashSet<>(expected);
    each(
        snapshot,
        prefix,
        (key, value) -> {
          if (!missing.remove(key)) {
            problems.accept(what + " without its message: " + key);
          }
        });
    missing.forEach(key -> problems.accept(what + " is missing: " + key));
  }
}
