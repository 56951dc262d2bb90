package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wachtpost.store.StoreException;

/** The mailboxes of an account by their names. Doomed ones are not in it. Immutable. */
final class MailboxTree {
  private final Map<MailboxId, MailboxRecord> records;
  private final Map<MailboxId, String> names = new HashMap<>();
  private final Map<String, MailboxRecord> byName = new HashMap<>();

  MailboxTree(Map<MailboxId, MailboxRecord> all) {
    records = new HashMap<>(all);
    records.values().removeIf(record -> record.state() == MailboxRecord.State.DOOMED);
    for (MailboxRecord record : records.values()) {
      byName.put(name(record), record);
    }
  }

  private String name(MailboxRecord record) {
    String known = names.get(record.id());
    if (known != null) {
      return known;
    }
    List<String> levels = new ArrayList<>();
    Set<MailboxId> seen = new HashSet<>();
    MailboxRecord at = record;
    while (at != null) {
      levels.addFirst(at.level());
      if (!seen.add(at.id())) {
        throw new StoreException.Corrupt("mailbox " + at.id() + " is below itself", null);
      }
      MailboxId parent = at.parent();
      at = parent == null ? null : parentOf(at.id(), parent);
    }
    String name = String.join("/", levels);
    names.put(record.id(), name);
    return name;
  }

  private MailboxRecord parentOf(MailboxId child, MailboxId parent) {
    MailboxRecord record = records.get(parent);
    if (record == null) {
      throw new StoreException.Corrupt("mailbox " + child + " is below none", null);
    }
    return record;
  }

  /** Full name of a mailbox that is in the tree. */
  String name(MailboxId id) {
    String name = names.get(id);
    if (name == null) {
      throw new IllegalArgumentException("mailbox " + id + " is not in the tree");
    }
    return name;
  }

  Optional<MailboxRecord> find(MailboxName name) {
    return Optional.ofNullable(byName.get(name.toString()));
  }

  Optional<MailboxRecord> find(MailboxId id) {
    return Optional.ofNullable(records.get(id));
  }

  Optional<MailboxRecord> withUse(SpecialUse use) {
    return records.values().stream().filter(record -> record.use() == use).findFirst();
  }

  /** Whether the name and all that is missing above it would not be too many mailboxes. */
  boolean hasRoom(MailboxName name, MailSettings settings) {
    return records.size() + name.levels().size() <= settings.mailboxes();
  }

  List<MailboxRecord> children(MailboxId parent) {
    return records.values().stream().filter(record -> parent.equals(record.parent())).toList();
  }

  /** Every mailbox as protocols see it, the inbox first, then by name. */
  List<Mailbox> mailboxes(Set<String> subscribed) {
    List<Mailbox> list = new ArrayList<>(records.size());
    for (MailboxRecord record : records.values()) {
      list.add(mailbox(record, subscribed.contains(name(record.id()))));
    }
    list.sort(
        Comparator.comparing((Mailbox mailbox) -> !mailbox.name().equals(MailboxName.INBOX))
            .thenComparing(Mailbox::name));
    return list;
  }

  Mailbox mailbox(MailboxRecord record, boolean subscribed) {
    return new Mailbox(
        record.id(),
        name(record.id()),
        record.parent(),
        record.use(),
        record.state() == MailboxRecord.State.NORMAL,
        subscribed,
        record.uidValidity(),
        record.uidNext(),
        record.messages(),
        record.unseen(),
        record.deleted(),
        record.bytes(),
        record.highestModSeq(),
        record.recentFrom());
  }
}
