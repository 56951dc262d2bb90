package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.wachtpost.changelog.ChangeLog;
import org.wachtpost.changelog.LogEntry;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.mail.MailView.Changes;
import org.wachtpost.store.Snapshot;

/** Finds what changed in a mailbox since a version: from the change log, else from the rows. */
final class MailboxChanges {
  private final Snapshot snapshot;
  private final StoredMail stored;
  private final MailboxId mailbox;
  private final NavigableSet<Long> added = new TreeSet<>();
  private final NavigableSet<Long> changed = new TreeSet<>();
  private final NavigableSet<Long> gone = new TreeSet<>();

  MailboxChanges(Snapshot snapshot, StoredMail stored, MailboxId mailbox) {
    this.snapshot = snapshot;
    this.stored = stored;
    this.mailbox = mailbox;
  }

  Changes since(long version) {
    Optional<MailboxRecord> record =
        stored.mailbox(mailbox).filter(it -> it.state() == MailboxRecord.State.NORMAL);
    if (record.isPresent() && record.get().highestModSeq() <= version) {
      return new Changes(List.of(), List.of(), UidSet.EMPTY, true);
    }
    if (!ChangeLog.forEachSince(snapshot, version, this::read)) {
      return record
          .map(it -> fromRows(it, version))
          .orElse(new Changes(List.of(), List.of(), UidSet.ALL, false));
    }
    return new Changes(messages(added), messages(changed), set(gone), true);
  }

  private void read(LogEntry entry) {
    for (LogRecord logged : entry.records()) {
      if (logged.type() == LogRecord.Type.MAIL) {
        read(StoredMail.decoded(() -> MailChanges.decode(logged)));
      }
    }
  }

  private void read(MailChange change) {
    switch (change) {
      case MailChange.Added(MailboxId id, long uid, EmailId ignored) -> {
        if (id.equals(mailbox)) {
          added.add(uid);
        }
      }
      case MailChange.FlagsChanged(MailboxId id, long uid, EmailId ignored, Flags before) -> {
        if (id.equals(mailbox) && !added.contains(uid)) {
          changed.add(uid);
        }
      }
      case MailChange.Expunged(MailboxId id, List<MailChange.Gone> messages) -> {
        if (id.equals(mailbox)) {
          messages.forEach(message -> expunged(message.uid()));
        }
      }
      case MailChange.MailboxCreated _,
          MailChange.MailboxUpdated _,
          MailChange.MailboxDestroyed _ -> {}
    }
  }

  private void expunged(long uid) {
    changed.remove(uid);
    added.remove(uid);
    gone.add(uid);
  }

  private List<Message> messages(NavigableSet<Long> uids) {
    List<Message> found = new ArrayList<>(uids.size());
    stored.rows(
        mailbox,
        set(uids),
        stored.keywords(mailbox),
        row -> {
          found.add(row.message());
          return true;
        });
    return found;
  }

  private static UidSet set(NavigableSet<Long> uids) {
    return UidSet.of(uids.stream().mapToLong(Long::longValue).toArray());
  }

  private Changes fromRows(MailboxRecord record, long version) {
    List<Message> later = new ArrayList<>();
    List<long[]> holes = new ArrayList<>();
    long[] next = {1};
    stored.rows(
        mailbox,
        UidSet.ALL,
        stored.keywords(mailbox),
        row -> {
          Message message = row.message();
          if (message.uid() > next[0]) {
            holes.add(new long[] {next[0], message.uid() - 1});
          }
          next[0] = message.uid() + 1;
          if (message.modSeq() > version) {
            later.add(message);
          }
          return true;
        });
    if (next[0] < record.uidNext()) {
      holes.add(new long[] {next[0], record.uidNext() - 1});
    }
    return new Changes(List.of(), later, UidSet.ofRanges(holes), false);
  }
}
