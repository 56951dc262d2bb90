package org.wachtpost.mail;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.MailResult.Refusal;
import org.wachtpost.mail.MailboxRecord.State;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.key.RecordWriter;

/**
 * Makes, renames and deletes mailboxes.
 *
 * <p>A name with mailboxes below it that is deleted stays as a name that cannot be selected, and
 * goes when the last mailbox below it is deleted (RFC 9051 §6.3.5). A deleted mailbox is doomed in
 * one commit, from when on nobody sees it, and its messages are removed in as many as it takes;
 * {@link #resume} finishes that after a crash. Renaming the inbox makes a mailbox and moves what is
 * in the inbox there (RFC 9051 §6.3.6), each message in one commit with others: after a crash some
 * may still be in the inbox. The inbox stays what it is for those who have it selected.
 */
final class Mailboxes {
  private static final int LAYOUT = 1;

  private static final List<SpecialUse> DEFAULTS =
      List.of(
          SpecialUse.INBOX,
          SpecialUse.DRAFTS,
          SpecialUse.SENT,
          SpecialUse.JUNK,
          SpecialUse.TRASH,
          SpecialUse.ARCHIVE);

  private final MailAccounts accounts;
  private final Expunging expunging;
  private final Copying copying;

  Mailboxes(MailAccounts accounts, Expunging expunging, Copying copying) {
    this.accounts = accounts;
    this.expunging = expunging;
    this.copying = copying;
  }

  void createAccount(AccountId account) {
    accounts.change(
        account,
        mail -> {
          if (new MailboxTree(mail.allMailboxes()).withUse(SpecialUse.INBOX).isPresent()) {
            return false;
          }
          for (SpecialUse use : DEFAULTS) {
            String name = defaultName(use);
            mail.newMailbox(State.NORMAL, null, name, use);
            setSubscribed(mail, name, true);
          }
          return true;
        });
  }

  private static String defaultName(SpecialUse use) {
    return use == SpecialUse.INBOX ? MailboxName.INBOX : use.attribute().substring(1);
  }

  MailResult<Mailbox> create(AccountId account, String text, Optional<SpecialUse> use) {
    MailboxName name = MailboxName.parse(text, accounts.settings());
    drainBeforeReuse(account, name);
    return accounts.change(
        account,
        mail -> {
          MailboxTree tree = new MailboxTree(mail.allMailboxes());
          Optional<MailboxRecord> there = tree.find(name);
          if (there.isPresent() && there.get().state() == State.NORMAL) {
            throw new RefusedException(Refusal.MAILBOX_EXISTS, "there is a mailbox " + name);
          }
          use.ifPresent(wanted -> checkUse(tree, wanted));
          SpecialUse given = use.orElse(useByName(tree, name));
          MailboxRecord made;
          if (there.isPresent()) {
            made = revive(mail, there.get(), given);
          } else {
            checkCount(tree, name);
            MailboxId parent = makeAbove(mail, tree, name);
            made = mail.newMailbox(State.NORMAL, parent, name.last(), given);
          }
          return MailAccounts.done(mail, visible(mail, made.id()));
        });
  }

  /**
   * What a mailbox is for if its client does not say: one that a new account has, made again under
   * its name after it was deleted, is for the same unless another mailbox is (RFC 6154 §2: the
   * server may mark mailboxes so). Null if it is for nothing.
   */
  private static @Nullable SpecialUse useByName(MailboxTree tree, MailboxName name) {
    for (SpecialUse use : DEFAULTS) {
      if (name.toString().equals(defaultName(use)) && tree.withUse(use).isEmpty()) {
        return use;
      }
    }
    return null;
  }

  private static void checkUse(MailboxTree tree, SpecialUse use) {
    // RFC 6154 §3: the server refuses a use that it does not let clients give
    switch (use) {
      case INBOX, ALL, FLAGGED ->
          throw new RefusedException(Refusal.USE_TAKEN, "no mailbox can be given this use");
      case ARCHIVE, DRAFTS, JUNK, SENT, TRASH, IMPORTANT -> {
        if (tree.withUse(use).isPresent()) {
          throw new RefusedException(
              Refusal.USE_TAKEN, "another mailbox is " + use.attribute() + " already");
        }
      }
    }
  }

  private void checkCount(MailboxTree tree, MailboxName name) {
    if (!tree.hasRoom(name, accounts.settings())) {
      throw new RefusedException(
          Refusal.TOO_MANY_MAILBOXES,
          "more than " + accounts.settings().mailboxes() + " mailboxes");
    }
  }

  /** Makes what is missing above the name (RFC 9051 §6.3.4); gives the mailbox right above it. */
  private static @Nullable MailboxId makeAbove(
      MailTransaction mail, MailboxTree tree, MailboxName name) {
    MailboxId parent = null;
    for (int depth = 1; depth < name.levels().size(); depth++) {
      MailboxName above = new MailboxName(name.levels().subList(0, depth));
      Optional<MailboxRecord> there = tree.find(above);
      parent =
          there.isPresent()
              ? there.get().id()
              : mail.newMailbox(State.NORMAL, parent, above.last(), useByName(tree, above)).id();
    }
    return parent;
  }

  /** A name that could not be selected becomes a mailbox again, under a new UIDVALIDITY. */
  private static MailboxRecord revive(
      MailTransaction mail, MailboxRecord old, @Nullable SpecialUse use) {
    MailboxRecord fresh = mail.newMailbox(State.NORMAL, old.parent(), old.level(), use);
    for (MailboxRecord child : new MailboxTree(mail.allMailboxes()).children(old.id())) {
      mail.mailbox(
          child
              .with(child.state(), fresh.id(), child.level(), child.use())
              .withHighestModSeq(child.highestModSeq()));
    }
    mail.forgetMailbox(old.id());
    mail.log(new MailChange.MailboxDestroyed(old.id()));
    return fresh;
  }

  private void drainBeforeReuse(AccountId account, MailboxName name) {
    Optional<MailboxId> draining =
        accounts.read(
            account,
            stored ->
                new MailboxTree(stored.mailboxes())
                    .find(name)
                    .filter(record -> record.state() == State.NOT_SELECTABLE)
                    .filter(record -> record.messages() > 0)
                    .map(MailboxRecord::id));
    draining.ifPresent(id -> expunging.drain(account, id));
  }

  MailResult<Mailbox> rename(AccountId account, String from, String to) {
    MailboxName oldName = MailboxName.parse(from, accounts.settings());
    MailboxName newName = MailboxName.parse(to, accounts.settings());
    record Renamed(MailResult<Mailbox> result, MailboxId mailbox, @Nullable MailboxRecord inbox) {}
    Renamed renamed =
        accounts.change(
            account,
            mail -> {
              MailboxTree tree = new MailboxTree(mail.allMailboxes());
              MailboxRecord mailbox =
                  tree.find(oldName).orElseThrow(() -> RefusedException.noSuchMailbox(oldName));
              if (tree.find(newName).isPresent()) {
                throw new RefusedException(Refusal.MAILBOX_EXISTS, "there is a mailbox " + newName);
              }
              checkCount(tree, newName);
              MailboxId id = mailbox.id();
              if (mailbox.isInbox()) {
                MailboxId parent = makeAbove(mail, tree, newName);
                id = mail.newMailbox(State.NORMAL, parent, newName.last(), null).id();
              } else {
                move(mail, tree, mailbox, newName);
              }
              return new Renamed(
                  MailAccounts.done(mail, visible(mail, id)),
                  id,
                  mailbox.isInbox() ? mailbox : null);
            });
    return renamed.inbox == null
        ? renamed.result
        : emptyInbox(account, renamed.inbox, renamed.mailbox, newName);
  }

  /**
   * What is in the inbox now goes to the new mailbox, where it has other UIDs. The inbox keeps its
   * UIDVALIDITY and its id: "treated as creating a new mailbox and moving the messages" (RFC 8474
   * §4). Mailboxes below the inbox stay there (RFC 9051 §6.3.6).
   */
  private MailResult<Mailbox> emptyInbox(
      AccountId account, MailboxRecord inbox, MailboxId target, MailboxName name) {
    UidSet all = UidSet.range(1, inbox.uidNext() - 1);
    MailResult<MailResult.Copied> moved = copying.move(account, inbox.id(), all, target);
    return switch (moved) {
      case MailResult.Done<MailResult.Copied> done ->
          new MailResult.Done<>(present(account, target, name), done.version());
      case MailResult.Refused<MailResult.Copied> refused ->
          new MailResult.Refused<>(refused.refusal(), refused.detail());
    };
  }

  /** The mailbox as it is, unless another session has deleted it already. */
  private Mailbox present(AccountId account, MailboxId id, MailboxName name) {
    return accounts.read(
        account,
        stored -> {
          MailboxTree tree = new MailboxTree(stored.mailboxes());
          MailboxRecord record =
              tree.find(id).orElseThrow(() -> RefusedException.noSuchMailbox(name));
          return tree.mailbox(record, stored.subscriptions().contains(tree.name(id)));
        });
  }

  private void move(
      MailTransaction mail, MailboxTree tree, MailboxRecord mailbox, MailboxName newName) {
    String oldName = tree.name(mailbox.id());
    if (newName.toString().startsWith(oldName + Mailbox.SEPARATOR)) {
      throw new RefusedException(Refusal.BAD_NAME, "a mailbox cannot be below itself");
    }
    checkNamesBelow(tree, oldName, newName);
    MailboxId parent = makeAbove(mail, tree, newName);
    mail.mailbox(
        mailbox
            .with(mailbox.state(), parent, newName.last(), mailbox.use())
            .withHighestModSeq(mailbox.highestModSeq()));
    mail.log(new MailChange.MailboxUpdated(mailbox.id()));
    forgetNamesAbove(mail, mailbox.parent());
  }

  /** The names below must be within the limits too: they grow with the name above them. */
  private void checkNamesBelow(MailboxTree tree, String oldPrefix, MailboxName newName) {
    tree.mailboxes(Set.of()).stream()
        .map(Mailbox::name)
        .filter(name -> name.startsWith(oldPrefix + Mailbox.SEPARATOR))
        .forEach(name ->
            MailboxName.parse(newName + name.substring(oldPrefix.length()), accounts.settings()));
  }

  MailResult<Mailbox> delete(AccountId account, String text) {
    MailboxName name = MailboxName.parse(text, accounts.settings());
    record Deleted(MailResult<Mailbox> result, MailboxId mailbox, boolean drain) {}
    Deleted deleted =
        accounts.change(
            account,
            mail -> {
              MailboxTree tree = new MailboxTree(mail.allMailboxes());
              MailboxRecord mailbox =
                  tree.find(name).orElseThrow(() -> RefusedException.noSuchMailbox(name));
              Mailbox before = visible(mail, mailbox.id());
              boolean gone = delete(mail, tree, mailbox, name);
              return new Deleted(
                  MailAccounts.done(mail, before), mailbox.id(), gone || mailbox.messages() > 0);
            });
    if (deleted.drain) {
      expunging.drain(account, deleted.mailbox);
    }
    return deleted.result;
  }

  /** Dooms the mailbox (true), or leaves its name for those below it (false). */
  private static boolean delete(
      MailTransaction mail, MailboxTree tree, MailboxRecord mailbox, MailboxName name) {
    if (mailbox.isInbox()) {
      throw new RefusedException(Refusal.NOT_PERMITTED, "the inbox cannot be deleted");
    }
    boolean hasChildren = !tree.children(mailbox.id()).isEmpty();
    if (hasChildren && mailbox.state() == State.NOT_SELECTABLE) {
      throw new RefusedException(
          Refusal.HAS_CHILDREN, "there are mailboxes below " + name); // RFC 9051 §6.3.5
    }
    mail.log(new MailChange.MailboxDestroyed(mailbox.id()));
    if (hasChildren) {
      mail.mailbox(mailbox.with(State.NOT_SELECTABLE, mailbox.parent(), mailbox.level(), null));
      return false;
    }
    mail.mailbox(mailbox.with(State.DOOMED, null, name.toString(), null));
    forgetNamesAbove(mail, mailbox.parent());
    return true;
  }

  /** Names above that cannot be selected and have nothing below them any more go too. */
  private static void forgetNamesAbove(MailTransaction mail, @Nullable MailboxId parent) {
    MailboxId at = parent;
    while (at != null) {
      MailboxTree tree = new MailboxTree(mail.allMailboxes());
      MailboxRecord above = tree.find(at).orElseThrow();
      if (above.state() != State.NOT_SELECTABLE
          || above.messages() > 0
          || !tree.children(at).isEmpty()) {
        return;
      }
      mail.forgetMailbox(at);
      at = above.parent();
    }
  }

  /** Whether the account has its mailboxes and no deletion was cut short. */
  static boolean areWhole(Map<MailboxId, MailboxRecord> records) {
    return new MailboxTree(records).withUse(SpecialUse.INBOX).isPresent()
        && records.values().stream().noneMatch(Mailboxes::isUnfinished);
  }

  private static boolean isUnfinished(MailboxRecord record) {
    return record.state() == State.DOOMED
        || record.state() == State.NOT_SELECTABLE && record.messages() > 0;
  }

  /** Finishes deletions that a crash has cut short. */
  void resume(AccountId account) {
    List<MailboxId> unfinished =
        accounts.read(
            account,
            stored ->
                stored.mailboxes().values().stream()
                    .filter(Mailboxes::isUnfinished)
                    .map(MailboxRecord::id)
                    .toList());
    unfinished.forEach(id -> expunging.drain(account, id));
  }

  MailResult<Boolean> subscribe(AccountId account, String text, boolean subscribed) {
    MailboxName name = MailboxName.parse(text, accounts.settings());
    return accounts.change(
        account,
        mail -> {
          boolean before = mail.transaction().read(MailKeys.subscription(name.toString())) != null;
          if (before != subscribed) {
            checkSubscriptions(mail, subscribed);
            setSubscribed(mail, name.toString(), subscribed);
            new MailboxTree(mail.allMailboxes())
                .find(name)
                .ifPresent(record -> mail.log(new MailChange.MailboxUpdated(record.id())));
          }
          return MailAccounts.done(mail, subscribed);
        });
  }

  private void checkSubscriptions(MailTransaction mail, boolean one) {
    if (one && mail.stored().subscriptions().size() >= accounts.settings().mailboxes()) {
      throw new RefusedException(
          Refusal.TOO_MANY_MAILBOXES,
          "more than " + accounts.settings().mailboxes() + " subscriptions");
    }
  }

  private static void setSubscribed(MailTransaction mail, String name, boolean subscribed) {
    if (subscribed) {
      mail.put(MailKeys.subscription(name), new RecordWriter(LAYOUT).text(name).toBytes());
    } else {
      mail.delete(MailKeys.subscription(name));
    }
  }

  /** The mailbox as protocols see it, pending changes included. */
  private static Mailbox visible(MailTransaction mail, MailboxId id) {
    MailboxTree tree = new MailboxTree(mail.allMailboxes());
    MailboxRecord record = tree.find(id).orElseThrow();
    boolean subscribed = mail.transaction().read(MailKeys.subscription(tree.name(id))) != null;
    return tree.mailbox(record, subscribed);
  }
}
