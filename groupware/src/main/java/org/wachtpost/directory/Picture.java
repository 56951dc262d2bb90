package org.wachtpost.directory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.store.AccountId;

/** The whole directory at one version, immutable; answers without touching the store. */
final class Picture {
  /** Most addresses that one recipient may reach through aliases and groups. */
  static final int EXPANSION = 10_000;

  private static final Set<String> ALWAYS_REACHED = Set.of("postmaster", "abuse");

  private final NavigableMap<String, Domain> domains;
  private final NavigableMap<MailAddress, StoredAccount> accounts;
  private final Map<AccountId, StoredAccount> accountsById = new LinkedHashMap<>();
  private final NavigableMap<MailAddress, Alias> aliases;
  private final NavigableMap<MailAddress, Group> groups;
  private final @Nullable String defaultDomain;

  Picture(
      NavigableMap<String, Domain> domains,
      NavigableMap<MailAddress, StoredAccount> accounts,
      NavigableMap<MailAddress, Alias> aliases,
      NavigableMap<MailAddress, Group> groups,
      @Nullable String defaultDomain) {
    this.domains = domains;
    this.accounts = accounts;
    this.aliases = aliases;
    this.groups = groups;
    this.defaultDomain = defaultDomain;
    for (StoredAccount stored : accounts.values()) {
      accountsById.put(stored.account().id(), stored);
    }
  }

  static Picture empty() {
    return new Picture(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), null);
  }

  List<Domain> domains() {
    return List.copyOf(domains.values());
  }

  Optional<Domain> domain(String name) {
    return MailAddress.normalDomain(name).map(domains::get);
  }

  List<Account> accounts() {
    return accounts.values().stream().map(StoredAccount::account).toList();
  }

  List<Alias> aliases() {
    return List.copyOf(aliases.values());
  }

  List<Group> groups() {
    return List.copyOf(groups.values());
  }

  Optional<String> defaultDomain() {
    return Optional.ofNullable(defaultDomain);
  }

  Optional<StoredAccount> account(MailAddress address) {
    return Optional.ofNullable(accounts.get(address));
  }

  Optional<StoredAccount> account(AccountId id) {
    return Optional.ofNullable(accountsById.get(id));
  }

  /** The account that logs in with this name: its address, or the local part alone. */
  Optional<StoredAccount> logIn(String name) {
    String full =
        name.indexOf('@') < 0 && defaultDomain != null ? name + "@" + defaultDomain : name;
    return MailAddress.parse(full).flatMap(this::account);
  }

  boolean isTaken(MailAddress address) {
    return accounts.containsKey(address)
        || aliases.containsKey(address)
        || groups.containsKey(address);
  }

  /** Whether an account, alias or group is in the domain. */
  boolean usesDomain(String domain) {
    return accounts().stream().anyMatch(a -> a.address().domain().equals(domain))
        || aliases().stream().anyMatch(a -> a.address().domain().equals(domain))
        || groups().stream().anyMatch(g -> g.address().domain().equals(domain));
  }

  /** Throws {@link DirectoryException} unless a new account, alias or group may have it. */
  void requireFree(MailAddress address) {
    requireDomain(address.domain());
    if (isTaken(address)) {
      throw new DirectoryException(address + " is in use already");
    }
    if (address.detail() != null) {
      throw new DirectoryException(
          address + ": what follows " + MailAddress.DETAIL_SEPARATOR + " is a subaddress");
    }
  }

  Domain requireDomain(String name) {
    return domain(name).orElseThrow(() -> new DirectoryException("no domain " + name + " here"));
  }

  StoredAccount requireAccount(String address) {
    return MailAddress.parse(address)
        .flatMap(this::account)
        .orElseThrow(() -> new DirectoryException("no account " + address));
  }

  Resolution resolve(String text) {
    Optional<MailAddress> parsed = MailAddress.parse(text);
    if (parsed.isEmpty()) {
      return isPostmasterAlone(text) ? resolvePostmaster() : new Resolution.NotLocal();
    }
    MailAddress address = parsed.get();
    if (!domains.containsKey(address.domain())) {
      return new Resolution.NotLocal();
    }
    Expansion expansion = new Expansion();
    expansion.run(address);
    if (expansion.isEmpty() && ALWAYS_REACHED.contains(address.localPart())) {
      return resolvePostmaster();
    }
    return expansion.isEmpty() ? new Resolution.Unknown() : expansion.reaches();
  }

  /**
   * RFC 5321 §4.5.1: postmaster is always reached; RFC 2142 §2, §4: so is abuse, where people
   * elsewhere say that somebody here sends what they should not. Without an address of its own that
   * is every administrator; without one of those, the oldest account.
   */
  private Resolution resolvePostmaster() {
    List<Local> reached =
        accountsById.values().stream()
            .map(StoredAccount::account)
            .filter(account -> account.role() == Role.ADMINISTRATOR)
            .map(Picture::local)
            .toList();
    if (reached.isEmpty()) {
      reached =
          accountsById.values().stream()
              .map(StoredAccount::account)
              .min(Comparator.comparingLong(account -> account.id().number()))
              .map(Picture::local)
              .stream()
              .toList();
    }
    return reached.isEmpty()
        ? new Resolution.Unknown()
        : new Resolution.Reaches(reached, List.of());
  }

  private static Local local(Account account) {
    return new Local(account.id(), account.address().toString(), null);
  }

  private static boolean isPostmasterAlone(String text) {
    return text.equalsIgnoreCase("postmaster");
  }

  boolean maySendAs(AccountId id, String text) {
    Optional<MailAddress> parsed = MailAddress.parse(text);
    StoredAccount stored = accountsById.get(id);
    if (parsed.isEmpty() || stored == null) {
      return false;
    }
    MailAddress own = stored.account().address();
    MailAddress address = parsed.get();
    for (MailAddress candidate : List.of(address, address.base())) {
      if (candidate.equals(own)) {
        return true;
      }
      Alias alias = aliases.get(candidate);
      if (alias != null) {
        return alias.targets().stream().anyMatch(target -> target.base().equals(own));
      }
      if (accounts.containsKey(candidate) || groups.containsKey(candidate)) {
        return false; // somebody else's address, whatever the detail
      }
    }
    return false;
  }

  /** Follows an address to what it reaches, each address once, so that loops end. */
  private final class Expansion {
    private final Map<AccountId, Local> local = new LinkedHashMap<>();
    private final Set<String> external = new LinkedHashSet<>();
    private final Set<MailAddress> seen = new LinkedHashSet<>();
    private final Deque<MailAddress> open = new ArrayDeque<>();

    void run(MailAddress start) {
      open.add(start);
      while (!open.isEmpty() && seen.size() < EXPANSION) {
        MailAddress next = open.remove();
        if (seen.add(next)) {
          step(next);
        }
      }
    }

    private void step(MailAddress address) {
      Domain domain = domains.get(address.domain());
      if (domain == null) {
        external.add(address.toString());
      } else if (!isHere(address, null) && !isHere(address.base(), address.detail())) {
        domain.catchAllTarget().ifPresent(open::add);
      }
    }

    private boolean isHere(MailAddress address, @Nullable String detail) {
      StoredAccount stored = accounts.get(address);
      if (stored != null) {
        Account account = stored.account();
        local.putIfAbsent(
            account.id(), new Local(account.id(), account.address().toString(), detail));
        return true;
      }
      Alias alias = aliases.get(address);
      if (alias != null) {
        open.addAll(alias.targets());
        return true;
      }
      Group group = groups.get(address);
      if (group != null) {
        open.addAll(group.members());
        return true;
      }
      return false;
    }

    boolean isEmpty() {
      return local.isEmpty() && external.isEmpty();
    }

    Resolution reaches() {
      return new Resolution.Reaches(new ArrayList<>(local.values()), new ArrayList<>(external));
    }
  }

  /** An account with the secrets of its password, by credential name. */
  record StoredAccount(Account account, Map<String, Secrets> secrets) {}
}
