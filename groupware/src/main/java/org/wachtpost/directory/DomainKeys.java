package org.wachtpost.directory;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.changelog.Transaction;
import org.wachtpost.directory.DomainKey.State;
import org.wachtpost.directory.DomainKeyRecords.Stored;
import org.wachtpost.mailauth.DkimAlgorithm;
import org.wachtpost.mailauth.DkimKeyPair;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.key.RecordWriter;

/**
 * The DKIM keys of our domains: one pair for each algorithm, and more of them while keys change.
 *
 * <p>Keys change with an overlap (RFC 6376 §3.1): new ones are published first ({@link State#NEXT})
 * and sign ({@link State#ACTIVE}) from the second call of {@link #rotate}, or by themselves once
 * {@link #OVERLAP} has passed and the DNS shows them; the old ones stay published ({@link
 * State#RETIRING}) for {@link #RETIREMENT}, because mail that they signed is still on its way.
 *
 * <p>Private keys leave this class only as {@link #signingKeys}; no text shows them. Changes are
 * durable on return, logged in the directory's account, and reported as access events. Threading:
 * any thread; reading never waits for a change.
 */
public final class DomainKeys {
  /** How long new keys are published before they sign: longer than resolvers keep a "no". */
  public static final Duration OVERLAP = Duration.ofDays(2);

  /** How long old keys stay published: mail is tried for five days, and read later. */
  public static final Duration RETIREMENT = Duration.ofDays(14);

  /** Most keys of one domain in all states. */
  public static final int KEYS_A_DOMAIN = 20;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Directory.Actor HOUSEKEEPING =
      new Directory.Actor(
          "internal", new AccessEvent.Origin("internal", null, 0, 0, "housekeeping"));

  private final Accounts accounts;
  private final InstantSource clock;
  private final SecureRandom random;
  private final AccessLog accessLog;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Map<String, List<Stored>> picture;

  public DomainKeys(
      Accounts accounts, InstantSource clock, SecureRandom random, AccessLog accessLog) {
    this.accounts = accounts;
    this.clock = clock;
    this.random = random;
    this.accessLog = accessLog;
    this.picture = load();
  }

  /** What a call of {@link #rotate} came to. */
  public enum Step {
    /** New keys are made and wait for their turn. */
    PREPARED,
    /** New keys sign from now on. */
    ACTIVATED
  }

  /**
   * @param keys all keys of the domain afterwards
   */
  public record Rotation(Step step, List<DomainKey> keys) {}

  /** All keys of a domain that are to be published, RSA first; empty for a strange domain. */
  public List<DomainKey> keys(String domain) {
    return stored(domain).stream().map(Stored::key).toList();
  }

  /**
   * The keys that sign mail of this domain now: one for each algorithm, RSA first. Empty for a
   * domain that is not ours; a subdomain has no part in its parent's keys.
   */
  public List<DkimSigningKey> signingKeys(String domain) {
    return stored(domain).stream().flatMap(stored -> stored.signingKey().stream()).toList();
  }

  /** Makes the first keys of a domain, which sign at once; does nothing if it has some. */
  public void ensure(Directory.Actor actor, String domain) {
    String name = normal(domain);
    changing.lock();
    try {
      if (stored(name).isEmpty()) {
        List<Stored> made = add(name, State.ACTIVE);
        report(actor, "dkim-keys-made", made);
      }
    } finally {
      changing.unlock();
    }
  }

  /**
   * Goes one step on the way to new keys: makes them, or lets those that were made sign.
   *
   * @param now whether new keys sign at once, before the DNS can know them
   * @throws DirectoryException if the domain is not here or has too many keys
   */
  public Rotation rotate(Directory.Actor actor, String domain, boolean now) {
    String name = normal(domain);
    changing.lock();
    try {
      boolean waiting = stored(name).stream().anyMatch(in(State.NEXT));
      if (!waiting) {
        report(actor, "dkim-keys-made", add(name, State.NEXT));
      }
      if (waiting || now) {
        report(actor, "dkim-keys-activated", activate(name));
        return new Rotation(Step.ACTIVATED, keys(name));
      }
      return new Rotation(Step.PREPARED, keys(name));
    } finally {
      changing.unlock();
    }
  }

  /** Removes every key of a domain that has been removed. */
  public void forget(Directory.Actor actor, String domain) {
    remove(actor, normal(domain), stored -> true);
  }

  /**
   * Makes keys for domains that have none, activates those whose overlap is over, removes those
   * whose retirement is over and those of domains that are gone. A job calls this now and then.
   *
   * @param domains the domains that are here
   * @param published whether the DNS shows the key: new keys do not sign before it does
   */
  public void keepHouse(List<Domain> domains, Predicate<DomainKey> published) {
    Instant now = clock.instant();
    Set<String> gone = new HashSet<>(picture.keySet());
    for (Domain domain : domains) {
      gone.remove(domain.name());
      ensure(HOUSEKEEPING, domain.name());
      activateIfDue(domain.name(), now, published);
      remove(
          HOUSEKEEPING,
          domain.name(),
          in(State.RETIRING).and(stored -> hasPassed(stored, RETIREMENT, now)));
    }
    gone.forEach(domain -> remove(HOUSEKEEPING, domain, stored -> true));
  }

  private void activateIfDue(String domain, Instant now, Predicate<DomainKey> published) {
    List<Stored> next = stored(domain).stream().filter(in(State.NEXT)).toList();
    boolean due =
        !next.isEmpty()
            && next.stream().allMatch(stored -> hasPassed(stored, OVERLAP, now))
            && next.stream().allMatch(stored -> published.test(stored.key()));
    if (due) {
      changing.lock();
      try {
        if (stored(domain).containsAll(next)) { // somebody may have activated them meanwhile
          report(HOUSEKEEPING, "dkim-keys-activated", activate(domain));
        }
      } finally {
        changing.unlock();
      }
    }
  }

  private List<Stored> add(String domain, State state) {
    List<DkimKeyPair> pairs = new ArrayList<>();
    for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
      pairs.add(DkimKeyPair.generate(algorithm, random));
    }
    Instant now = Instant.ofEpochMilli(clock.instant().toEpochMilli()); // as it is stored
    return change(tx -> {
      if (tx.read(DirectoryRecords.domain(domain)) == null) {
        throw new DirectoryException("no domain " + domain + " here");
      }
      List<Stored> present = inStore(tx, domain);
      if (present.size() + pairs.size() > KEYS_A_DOMAIN) {
        throw new DirectoryException(
            domain + " has " + present.size() + " DKIM keys; wait until old ones are removed");
      }
      List<Stored> made = new ArrayList<>();
      for (DkimKeyPair pair : pairs) {
        String selector = freeSelector(pair.algorithm(), now, present);
        DomainKey key =
            new DomainKey(domain, selector, pair.algorithm(), state, now, now, pair.recordText());
        made.add(put(tx, new Stored(key, pair)));
      }
      log(tx, "dkim-keys-made", domain);
      return made;
    });
  }

  /** The initial of the algorithm and the date, with a letter behind if there is one already. */
  private static String freeSelector(DkimAlgorithm algorithm, Instant now, List<Stored> present) {
    Set<String> taken =
        present.stream().map(stored -> stored.key().selector()).collect(Collectors.toSet());
    String plain = algorithm.keyType().charAt(0) + DATE.format(now);
    String selector = plain;
    for (char letter = 'b'; taken.contains(selector); letter++) { // KEYS_A_DOMAIN ends it
      selector = plain + letter;
    }
    return selector;
  }

  private List<Stored> activate(String domain) {
    Instant now = clock.instant();
    return change(tx -> {
      List<Stored> changed = new ArrayList<>();
      for (Stored stored : inStore(tx, domain)) {
        switch (stored.key().state()) {
          case NEXT -> changed.add(put(tx, stored.in(State.ACTIVE, now)));
          case ACTIVE -> put(tx, stored.in(State.RETIRING, now));
          case RETIRING -> {}
        }
      }
      log(tx, "dkim-keys-activated", domain);
      return changed;
    });
  }

  private void remove(Directory.Actor actor, String domain, Predicate<Stored> which) {
    if (stored(domain).stream().noneMatch(which)) {
      return;
    }
    changing.lock();
    try {
      List<Stored> removed =
          change(tx -> {
            // A domain may have come back since the caller looked: keys that sign stay.
            boolean isHere = tx.read(DirectoryRecords.domain(domain)) != null;
            List<Stored> chosen =
                inStore(tx, domain).stream()
                    .filter(which.and(stored -> !isHere || in(State.RETIRING).test(stored)))
                    .toList();
            if (!chosen.isEmpty()) {
              chosen.forEach(stored -> tx.delete(DomainKeyRecords.of(stored.key())));
              log(tx, "dkim-keys-removed", domain);
            }
            return chosen;
          });
      if (!removed.isEmpty()) {
        report(actor, "dkim-keys-removed", removed);
      }
    } finally {
      changing.unlock();
    }
  }

  /** One change at a time: the picture that follows is then the newest. */
  private <T> T change(Function<Transaction, T> change) {
    T result = accounts.change(AccountId.DIRECTORY, change::apply);
    picture = load();
    return result;
  }

  private Map<String, List<Stored>> load() {
    Key from = DomainKeyRecords.ofEveryDomain();
    Map<String, List<Stored>> byDomain = new HashMap<>();
    try (Snapshot snapshot = accounts.snapshot(AccountId.DIRECTORY)) {
      DomainKeyRecords.readAll(
              snapshot.range(from, from.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE))
          .forEach(stored ->
              byDomain
                  .computeIfAbsent(stored.key().domain(), name -> new ArrayList<>())
                  .add(stored));
    }
    return byDomain;
  }

  private List<Stored> stored(String domain) {
    return List.copyOf(picture.getOrDefault(domain.toLowerCase(Locale.ROOT), List.of()));
  }

  private static List<Stored> inStore(Transaction tx, String domain) {
    Key from = DomainKeyRecords.ofDomain(domain);
    return DomainKeyRecords.readAll(
        tx.range(from, from.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE));
  }

  private static Stored put(Transaction tx, Stored stored) {
    tx.put(DomainKeyRecords.of(stored.key()), DomainKeyRecords.write(stored));
    return stored;
  }

  private static void log(Transaction tx, String word, String domain) {
    tx.log(
        new LogRecord(
            LogRecord.Type.DIRECTORY, new RecordWriter(1).text(word).text(domain).toBytes()));
  }

  private static Predicate<Stored> in(State state) {
    return stored -> stored.key().state() == state;
  }

  private static boolean hasPassed(Stored stored, Duration time, Instant now) {
    return !stored.key().since().plus(time).isAfter(now);
  }

  private static String normal(String domain) {
    return MailAddress.normalDomain(domain)
        .orElseThrow(() -> new DirectoryException("not a domain name: " + domain));
  }

  private void report(Directory.Actor actor, String what, List<Stored> keys) {
    String selectors =
        keys.stream().map(stored -> stored.key().selector()).collect(Collectors.joining(" "));
    String detail = keys.getFirst().key().domain() + " " + selectors;
    accessLog.record(
        new AccessEvent.Change(clock.instant(), actor.origin(), actor.name(), null, what, detail));
  }
}
