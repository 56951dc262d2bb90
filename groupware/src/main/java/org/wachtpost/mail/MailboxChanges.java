package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
  private final Uids added = new Uids();
  private final Uids changed = new Uids();
  private final Uids gone = new Uids();

  MailboxChanges(Snapshot snapshot, StoredMail stored, MailboxId mailbox) {
    this.snapshot = snapshot;
    this.stored = stored;
    this.mailbox = mailbox;
  }

  Changes since(long version) {
    Optional<MailboxRecord> record =
        stored.mailbox(mailbox).filter(it -> it.state() == MailboxRecord.State.NORMAL);
    if (record.isPresent() && record.get().highestModSeq() <= version) {
      return new Changes(UidSet.EMPTY, UidSet.EMPTY, UidSet.EMPTY, true);
    }
    if (!ChangeLog.forEachSince(snapshot, version, this::read)) {
      return record
          .map(it -> fromRows(it, version))
          .orElse(new Changes(UidSet.EMPTY, UidSet.EMPTY, UidSet.ALL, false));
    }
    return fromLog();
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
        if (id.equals(mailbox)) {
          changed.add(uid);
        }
      }
      case MailChange.Expunged(MailboxId id, List<MailChange.Gone> messages) -> {
        if (id.equals(mailbox)) {
          messages.forEach(message -> gone.add(message.uid()));
        }
      }
      case MailChange.MailboxCreated _,
          MailChange.MailboxUpdated _,
          MailChange.MailboxDestroyed _ -> {}
    }
  }

  private Changes fromLog() {
    UidSet left = gone.toSet();
    UidSet came = added.toSet().minus(left);
    return new Changes(came, changed.toSet().minus(left).minus(came), left, true);
  }

  private Changes fromRows(MailboxRecord record, long version) {
    Uids later = new Uids();
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
            later.add(message.uid());
          }
          return true;
        });
    if (next[0] < record.uidNext()) {
      holes.add(new long[] {next[0], record.uidNext() - 1});
    }
    return new Changes(UidSet.EMPTY, later.toSet(), UidSet.ofRanges(holes), false);
  }

  /** Collects UIDs, each of them often: a mailbox may have a million, changed many times. */
  private static final class Uids {
    private long[] uids = new long[16];
    private int count;

    void add(long uid) {
      if (count == uids.length) {
        sortOut();
        if (count > uids.length / 2) {
          uids = Arrays.copyOf(uids, uids.length * 2);
        }
      }
      uids[count++] = uid;
    }

    private void sortOut() {
      Arrays.sort(uids, 0, count);
      int kept = 0;
      for (int index = 0; index < count; index++) {
        if (kept == 0 || uids[index] != uids[kept - 1]) {
          uids[kept++] = uids[index];
        }
      }
      count = kept;
    }

    UidSet toSet() {
      return UidSet.of(Arrays.copyOf(uids, count));
    }
  }
}
