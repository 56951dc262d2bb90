package org.wachtpost.directory;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.DirectoryRecords.Settings;
import org.wachtpost.directory.Picture.StoredAccount;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Snapshot;

/**
 * Domains, accounts, aliases, groups and credentials. Changes are durable on return, are logged in
 * the directory's own account, and are reported as access events. Methods throw {@link
 * DirectoryException} with a sentence for people when they refuse.
 */
public final class Directory implements Recipients {
  /** Longest name of an account or a group, characters. */
  static final int NAME_CHARACTERS = 200;

  /** Most app passwords of one account. */
  public static final int APP_PASSWORDS = 50;

  private final Accounts accounts;
  private final InstantSource clock;
  private final SecureRandom random;
  private final AccessLog accessLog;
  private final ReentrantLock changing = new ReentrantLock();
  private final LastUses lastUses;
  private volatile Picture picture;
  private volatile Revocations revocations = (address, credential) -> {};
  private volatile Instant expiredUntil;

  public Directory(
      Accounts accounts, InstantSource clock, SecureRandom random, AccessLog accessLog) {
    this.accounts = accounts;
    this.clock = clock;
    this.random = random;
    this.accessLog = accessLog;
    this.lastUses = new LastUses(accounts);
    this.picture = load();
    this.expiredUntil = clock.instant();
  }

  /** Who changes something, and from where. */
  public record Actor(String name, AccessEvent.Origin origin) {}

  /** Who is told of log-ins that hold no more, in place of whoever was. */
  public void onRevocation(Revocations listener) {
    revocations = listener;
  }

  public List<Domain> domains() {
    return picture.domains();
  }

  public List<Account> accounts() {
    return picture.accounts();
  }

  public List<Alias> aliases() {
    return picture.aliases();
  }

  public List<Group> groups() {
    return picture.groups();
  }

  public Optional<String> defaultDomain() {
    return picture.defaultDomain();
  }

  /** The account with this main address. */
  public Optional<Account> account(String address) {
    return MailAddress.parse(address).flatMap(picture::account).map(StoredAccount::account);
  }

  public Optional<Account> account(AccountId id) {
    return picture.account(id).map(StoredAccount::account);
  }

  /** When each credential of the account was last used. */
  public List<LastUse> lastUses(AccountId id) {
    return lastUses.of(id);
  }

  @Override
  public boolean isLocalDomain(String domain) {
    return picture.domain(domain).isPresent();
  }

  @Override
  public boolean isEmpty() {
    return picture.domains().isEmpty();
  }

  @Override
  public Resolution resolve(String address) {
    return picture.resolve(address);
  }

  @Override
  public boolean maySendAs(AccountId account, String address) {
    return picture.maySendAs(account, address);
  }

  /** Adds a domain; the first one becomes the default domain. */
  public Domain addDomain(Actor actor, String name) {
    String normal =
        MailAddress.normalDomain(name)
            .filter(n -> n.indexOf('.') > 0)
            .orElseThrow(() -> new DirectoryException("not a domain name: " + name));
    Domain domain = new Domain(normal, null);
    change(tx -> {
      if (tx.read(DirectoryRecords.domain(normal)) != null) {
        throw new DirectoryException("domain " + normal + " is here already");
      }
      tx.put(DirectoryRecords.domain(normal), DirectoryRecords.write(domain));
      Settings settings = Settings.read(tx.read(DirectoryRecords.settings()));
      if (settings.defaultDomain() == null) {
        tx.put(DirectoryRecords.settings(), new Settings(settings.nextAccount(), normal).toBytes());
      }
      return log(tx, "domain-added", normal);
    });
    report(actor, null, "domain-added", normal);
    return domain;
  }

  /** Removes a domain that no account, alias or group uses any more. */
  public void removeDomain(Actor actor, String name) {
    change(tx -> {
      Domain domain = picture.requireDomain(name);
      if (picture.usesDomain(domain.name())) {
        throw new DirectoryException(
            "domain " + domain.name() + " still has accounts, aliases or groups");
      }
      tx.delete(DirectoryRecords.domain(domain.name()));
      Settings settings = Settings.read(tx.read(DirectoryRecords.settings()));
      if (domain.name().equals(settings.defaultDomain())) {
        tx.put(DirectoryRecords.settings(), new Settings(settings.nextAccount(), null).toBytes());
      }
      return log(tx, "domain-removed", domain.name());
    });
    report(actor, null, "domain-removed", name);
  }

  /** Sets where mail for unknown names of the domain goes; null refuses it. */
  public void setCatchAll(Actor actor, String name, @Nullable String target) {
    MailAddress address = target == null ? null : requireTarget(target);
    change(tx -> {
      Domain domain = picture.requireDomain(name);
      Domain changed = new Domain(domain.name(), address);
      tx.put(DirectoryRecords.domain(domain.name()), DirectoryRecords.write(changed));
      return log(tx, "catch-all", domain.name() + " " + target);
    });
    report(actor, null, "catch-all", name + " -> " + (target == null ? "refused" : target));
  }

  /** Sets the domain that completes a log-in name without one. */
  public void setDefaultDomain(Actor actor, String name) {
    change(tx -> {
      Domain domain = picture.requireDomain(name);
      Settings settings = Settings.read(tx.read(DirectoryRecords.settings()));
      tx.put(
          DirectoryRecords.settings(),
          new Settings(settings.nextAccount(), domain.name()).toBytes());
      return log(tx, "default-domain", domain.name());
    });
    report(actor, null, "default-domain", name);
  }

  /** Adds an account with this password. Its mailboxes are made by the caller. */
  public Account addAccount(Actor actor, String address, String name, String password) {
    MailAddress mailAddress = requireAddress(address);
    requireName(name);
    Passwords.check(password);
    Secrets secrets = Secrets.of(password, random);
    Instant now = clock.instant();
    Account added =
        change(tx -> {
          picture.requireFree(mailAddress);
          Settings settings = Settings.read(tx.read(DirectoryRecords.settings()));
          AccountId id = AccountId.person(settings.nextAccount());
          Account account =
              new Account(
                  id,
                  mailAddress,
                  name,
                  Role.USER,
                  true,
                  Long.MAX_VALUE,
                  Long.MAX_VALUE,
                  now,
                  now,
                  List.of());
          tx.put(
              DirectoryRecords.settings(),
              new Settings(settings.nextAccount() + 1, settings.defaultDomain()).toBytes());
          write(tx, new StoredAccount(account, Map.of(DirectoryRecords.PASSWORD, secrets)));
          log(tx, "account-added", mailAddress.toString());
          return account;
        });
    report(actor, mailAddress.toString(), "account-added", name);
    return added;
  }

  /**
   * Removes the account from the directory. Its data is the caller's to drop, who then says {@link
   * #dropped}; until that, also after a crash, it is among {@link #removedAccounts}.
   */
  public Account removeAccount(Actor actor, String address) {
    Account removed =
        change(tx -> {
          Account account = picture.requireAccount(address).account();
          tx.delete(DirectoryRecords.account(account.id()));
          LastUses.kept(tx.transaction(), account.id()).forEach(tx.transaction()::delete);
          tx.put(
              DirectoryRecords.removed(account.id()),
              DirectoryRecords.writeRemoved(account.address()));
          log(tx, "account-removed", account.address().toString());
          return account;
        });
    report(actor, removed.address().toString(), "account-removed", "");
    revocations.revoked(removed.address().toString(), null);
    return removed;
  }

  /** Accounts that were removed and whose data may still be there. */
  public List<AccountId> removedAccounts() {
    try (Snapshot snapshot = accounts.snapshot(AccountId.DIRECTORY)) {
      return DirectoryRecords.readRemoved(snapshot);
    }
  }

  /** Takes note that nothing is left of a removed account's data. */
  public void dropped(AccountId id) {
    accounts.change(
        AccountId.DIRECTORY,
        tx -> {
          tx.delete(DirectoryRecords.removed(id));
          return id;
        });
  }

  /** Changes name, role, state or quota. */
  public Account changeAccount(Actor actor, String address, AccountChange wanted) {
    if (wanted.name() != null) {
      requireName(wanted.name());
    }
    Account changed =
        changeAccount(
            address,
            (tx, stored) -> new StoredAccount(wanted.applied(stored.account()), stored.secrets()),
            "account-changed");
    report(actor, changed.address().toString(), "account-changed", wanted.words());
    if (!changed.enabled()) {
      revocations.revoked(changed.address().toString(), null);
    }
    return changed;
  }

  /** Sets the account's password. App passwords stay. */
  public void setPassword(Actor actor, String address, String password) {
    Passwords.check(password);
    Secrets secrets = newSecrets(address, password);
    Instant now = clock.instant();
    Account changed =
        changeAccount(
            address,
            (tx, stored) -> {
              Map<String, Secrets> all = new HashMap<>(stored.secrets());
              all.put(DirectoryRecords.PASSWORD, secrets);
              return new StoredAccount(stored.account().withPasswordChanged(now), all);
            },
            "password");
    report(actor, changed.address().toString(), "password", "");
    revocations.revoked(changed.address().toString(), DirectoryRecords.PASSWORD);
  }

  /** Makes an app password and returns it: it is not shown again. */
  public String addAppPassword(
      Actor actor, String address, String name, Set<Scope> scopes, @Nullable Instant expires) {
    String plainName = name.strip();
    if (plainName.isEmpty()
        || plainName.length() > 100
        || plainName.equals(DirectoryRecords.PASSWORD)
        || plainName.chars().anyMatch(Character::isISOControl)) {
      throw new DirectoryException("an app password needs a name of 1 to 100 characters");
    }
    if (scopes.isEmpty()) {
      throw new DirectoryException("an app password needs a scope");
    }
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw new DirectoryException("an app password cannot end in the past: " + expires);
    }
    String password = Passwords.newAppPassword(random);
    Secrets secrets = newSecrets(address, password);
    AppPassword added = new AppPassword(plainName, scopes, clock.instant(), expires);
    Account changed =
        changeAccount(
            address, (tx, stored) -> withAppPassword(stored, added, secrets), "app-password-added");
    String words = scopes.stream().map(Scope::word).sorted().collect(Collectors.joining(","));
    report(actor, changed.address().toString(), "app-password-added", plainName + " " + words);
    return password;
  }

  /** Removes an app password; what uses it is turned away from then on. */
  public void removeAppPassword(Actor actor, String address, String name) {
    Account changed =
        changeAccount(
            address,
            (tx, stored) -> {
              Account old = stored.account();
              List<AppPassword> rest =
                  old.appPasswords().stream().filter(p -> !p.name().equals(name)).toList();
              if (rest.size() == old.appPasswords().size()) {
                throw new DirectoryException("no app password called " + name);
              }
              Map<String, Secrets> secrets = new HashMap<>(stored.secrets());
              secrets.remove(name);
              tx.transaction().delete(DirectoryRecords.lastUse(old.id(), name));
              return new StoredAccount(old.withAppPasswords(rest), secrets);
            },
            "app-password-removed");
    report(actor, changed.address().toString(), "app-password-removed", name);
    revocations.revoked(changed.address().toString(), name);
  }

  /** Adds an alias, or sets its targets anew. */
  public Alias setAlias(Actor actor, String address, List<String> targets) {
    if (targets.isEmpty() || targets.size() > Alias.TARGETS) {
      throw new DirectoryException("an alias has 1 to " + Alias.TARGETS + " targets");
    }
    Alias alias =
        new Alias(
            requireAddress(address),
            targets.stream().map(Directory::requireTarget).distinct().toList());
    if (alias.targets().contains(alias.address())) {
      throw new DirectoryException("the alias " + alias.address() + " would lead to itself");
    }
    requireRoom(alias.targets(), Alias.TARGETS_BYTES);
    change(tx -> {
      picture.requireDomain(alias.address().domain());
      if (tx.read(DirectoryRecords.alias(alias.address())) == null) {
        picture.requireFree(alias.address());
      }
      tx.put(DirectoryRecords.alias(alias.address()), DirectoryRecords.write(alias));
      return log(tx, "alias-added", alias.address().toString());
    });
    String what = leadsElsewhere(alias.targets()) ? "forwarding" : "alias-added";
    report(actor, alias.address().toString(), what, words(alias.targets()));
    return alias;
  }

  /** Whether mail to one of these leaves this server. */
  private boolean leadsElsewhere(List<MailAddress> addresses) {
    return addresses.stream().anyMatch(address -> !isLocalDomain(address.domain()));
  }

  private static String words(List<MailAddress> addresses) {
    return addresses.stream().map(MailAddress::toString).collect(Collectors.joining(","));
  }

  public void removeAlias(Actor actor, String address) {
    MailAddress mailAddress = requireAddress(address);
    change(tx -> {
      if (tx.read(DirectoryRecords.alias(mailAddress)) == null) {
        throw new DirectoryException("no alias " + mailAddress);
      }
      tx.delete(DirectoryRecords.alias(mailAddress));
      return log(tx, "alias-removed", mailAddress.toString());
    });
    report(actor, mailAddress.toString(), "alias-removed", "");
  }

  /**
   * Adds a group, or sets its name and members anew.
   *
   * @throws DirectoryException also if the group has members and shall have none: mail to it would
   *     be refused
   */
  public Group setGroup(Actor actor, String address, String name, List<String> members) {
    if (members.size() > Group.MEMBERS) {
      throw new DirectoryException("a group has at most " + Group.MEMBERS + " members");
    }
    requireName(name);
    Group group =
        new Group(
            requireAddress(address),
            name,
            members.stream().map(Directory::requireTarget).distinct().toList());
    requireRoom(group.members(), Group.MEMBERS_BYTES);
    change(tx -> {
      picture.requireDomain(group.address().domain());
      if (tx.read(DirectoryRecords.group(group.address(), 0)) == null) {
        picture.requireFree(group.address());
      } else if (group.members().isEmpty()) {
        throw new DirectoryException(
            "there is a group " + group.address() + " already: name its members, or remove it");
      }
      deleteGroup(tx, group.address());
      List<byte[]> chunks = DirectoryRecords.write(group);
      for (int chunk = 0; chunk < chunks.size(); chunk++) {
        tx.put(DirectoryRecords.group(group.address(), chunk), chunks.get(chunk));
      }
      return log(tx, "group-added", group.address().toString());
    });
    String elsewhere = leadsElsewhere(group.members()) ? ", some elsewhere: " : ": ";
    String detail = group.members().size() + " members" + elsewhere + words(group.members());
    report(actor, group.address().toString(), "group-added", detail);
    return group;
  }

  public void removeGroup(Actor actor, String address) {
    MailAddress mailAddress = requireAddress(address);
    change(tx -> {
      if (tx.read(DirectoryRecords.group(mailAddress, 0)) == null) {
        throw new DirectoryException("no group " + mailAddress);
      }
      deleteGroup(tx, mailAddress);
      return log(tx, "group-removed", mailAddress.toString());
    });
    report(actor, mailAddress.toString(), "group-removed", "");
  }

  Optional<StoredAccount> logIn(String name) {
    return picture.logIn(name);
  }

  /** Notes that a credential was used; kept at the next {@link #flushLastUses}. */
  void used(Account account, LastUse use) {
    lastUses.note(account.id(), use);
  }

  /** Keeps the last uses noted since the last call; a job calls this every few seconds. */
  public void flushLastUses() {
    lastUses.flush();
  }

  /**
   * Ends what goes on with app passwords whose time has come since the last call; a job calls this
   * every few seconds.
   */
  public void endExpired() {
    Instant since = expiredUntil;
    Instant now = clock.instant();
    if (!now.isAfter(since)) {
      return;
    }
    expiredUntil = now;
    for (Account account : picture.accounts()) {
      for (AppPassword password : account.appPasswords()) {
        Instant expires = password.expires();
        if (expires != null && expires.isAfter(since) && !expires.isAfter(now)) {
          revocations.revoked(account.address().toString(), password.name());
        }
      }
    }
  }

  private Account changeAccount(
      String address, BiFunction<DirectoryChange, StoredAccount, StoredAccount> what, String word) {
    return change(tx -> {
      StoredAccount changed = what.apply(tx, picture.requireAccount(address));
      write(tx, changed);
      log(tx, word, changed.account().address().toString());
      return changed.account();
    });
  }

  /** One change at a time: the picture that the checks look at is then the newest. */
  private <T> T change(Function<DirectoryChange, T> change) {
    changing.lock();
    try {
      T result = accounts.change(AccountId.DIRECTORY, tx -> change.apply(new DirectoryChange(tx)));
      picture = load();
      return result;
    } finally {
      changing.unlock();
    }
  }

  private Picture load() {
    try (Snapshot snapshot = accounts.snapshot(AccountId.DIRECTORY)) {
      return DirectoryRecords.load(snapshot);
    }
  }

  private static void write(DirectoryChange tx, StoredAccount stored) {
    byte[] value = DirectoryRecords.write(stored);
    if (!DirectoryRecords.fits(value)) {
      throw new DirectoryException("too much is kept with this account");
    }
    tx.put(DirectoryRecords.account(stored.account().id()), value);
  }

  private static String log(DirectoryChange tx, String word, String subject) {
    tx.log(word, subject);
    return subject;
  }

  private static void deleteGroup(DirectoryChange tx, MailAddress address) {
    for (int chunk = 0; tx.read(DirectoryRecords.group(address, chunk)) != null; chunk++) {
      tx.delete(DirectoryRecords.group(address, chunk));
    }
  }

  private StoredAccount withAppPassword(StoredAccount stored, AppPassword added, Secrets secrets) {
    Account old = stored.account();
    if (old.appPasswords().stream().anyMatch(p -> p.name().equals(added.name()))) {
      throw new DirectoryException("there is an app password called " + added.name());
    }
    if (old.appPasswords().size() >= APP_PASSWORDS) {
      throw new DirectoryException("an account has at most " + APP_PASSWORDS + " app passwords");
    }
    List<AppPassword> all = new ArrayList<>(old.appPasswords());
    all.add(added);
    Map<String, Secrets> allSecrets = new HashMap<>(stored.secrets());
    allSecrets.put(added.name(), secrets);
    return new StoredAccount(old.withAppPasswords(all), allSecrets);
  }

  private Secrets newSecrets(String address, String password) {
    Secrets first = picture.requireAccount(address).secrets().get(DirectoryRecords.PASSWORD);
    return first == null ? Secrets.of(password, random) : first.sibling(password, random);
  }

  private static MailAddress requireAddress(String text) {
    return MailAddress.parse(text)
        .filter(MailAddress::isKeepable)
        .orElseThrow(() -> new DirectoryException("not a mail address: " + text));
  }

  /** An address that mail is sent on to: elsewhere they may be longer than here. */
  private static MailAddress requireTarget(String text) {
    return MailAddress.parse(text)
        .orElseThrow(() -> new DirectoryException("not a mail address: " + text));
  }

  private static void requireRoom(List<MailAddress> addresses, int bytes) {
    if (DirectoryRecords.bytes(addresses) > bytes) {
      throw new DirectoryException(
          "the addresses of an alias or group take at most " + bytes + " bytes together");
    }
  }

  private static void requireName(String name) {
    boolean plain = name.codePoints().noneMatch(Character::isISOControl);
    if (name.length() > NAME_CHARACTERS || !plain) {
      throw new DirectoryException(
          "a name has at most " + NAME_CHARACTERS + " characters, and no control characters");
    }
  }

  private void report(Actor actor, @Nullable String account, String what, String detail) {
    accessLog.record(
        new AccessEvent.Change(
            clock.instant(), actor.origin(), actor.name(), account, what, detail));
  }
}
