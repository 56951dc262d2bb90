package org.wachtpost.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.dns.Dns;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * The MTA-STS policies of other domains (RFC 8461), kept in the store for as long as they hold: who
 * takes the DNS away, or the web server, does not take the policy away. Thread-safe.
 */
public final class StsPolicies implements MtaSts {
  private static final Logger LOG = LoggerFactory.getLogger(StsPolicies.class);
  private static final AccountId HOME = new AccountId(AccountId.Kind.QUEUE, 0);
  private static final int LAYOUT = 1;

  /** Fields before the id are passed without a step back: each would take of the thread's stack. */
  private static final Pattern RECORD =
      Pattern.compile(
          "v=STSv1\\s*;(?:(?!\\s*id\\s*=)[^;]*+;)*+\\s*id\\s*=\\s*([A-Za-z0-9]{1,32})\\s*(?:;.*)?");

  /** After a failure the web server is left alone for this long (RFC 8461 §3.3). */
  static final Duration REST = Duration.ofMinutes(5);

  /** Age at which a policy that holds is fetched again (RFC 8461 §3.3: once a day). */
  static final Duration REFRESH = Duration.ofDays(1);

  /** Domains whose failures are remembered. */
  private static final int FAILURES = 10_000;

  private static final int LOCKS = 64;

  /** A policy with the id that the DNS had for it. */
  private record Kept(String id, Instant until, StsPolicy policy) {
    /**
     * Whether it should be fetched again although it holds: whoever keeps us from the web server
     * must do so for as long as a policy lasts, not only at its end.
     */
    boolean isStale(Instant now) {
      Duration half = policy.maxAge().dividedBy(2);
      Duration age = half.compareTo(REFRESH) < 0 ? half : REFRESH;
      return !until.minus(policy.maxAge()).plus(age).isAfter(now);
    }
  }

  private final Accounts accounts;
  private final Dns dns;
  private final PolicySource source;
  private final TlsResults results;
  private final InstantSource time;
  private final Map<String, Instant> resting = new ConcurrentHashMap<>();
  private final List<ReentrantLock> locks = new ArrayList<>();

  public StsPolicies(
      Accounts accounts, Dns dns, PolicySource source, TlsResults results, InstantSource time) {
    this.accounts = accounts;
    this.dns = dns;
    this.source = source;
    this.results = results;
    this.time = time;
    for (int i = 0; i < LOCKS; i++) {
      locks.add(new ReentrantLock());
    }
  }

  @Override
  public Optional<StsPolicy> find(String domain) {
    // One at a time for a domain: who comes second must not send without the policy.
    ReentrantLock lock = locks.get(Math.floorMod(domain.hashCode(), LOCKS));
    lock.lock();
    try {
      return current(domain)
          .map(Kept::policy)
          .filter(policy -> policy.mode() != StsPolicy.Mode.NONE);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Kept> current(String domain) {
    Optional<Kept> kept = kept(domain).filter(each -> each.until.isAfter(time.instant()));
    Optional<String> id = id(dns.txt("_mta-sts." + domain).recordsOrEmpty());
    // RFC 8461 §3.1, §5.1: without a record, or an answer, what we have goes on.
    Instant now = time.instant();
    boolean same =
        id.isEmpty()
            || (kept.isPresent() && kept.get().id.equals(id.get()) && !kept.get().isStale(now));
    Instant rest = resting.get(domain);
    if (same || (rest != null && rest.isAfter(now))) {
      return kept;
    }
    Optional<Kept> fetched = fetch(domain, id.get());
    return fetched.isPresent() ? fetched : kept;
  }

  /** RFC 8461 §3.1: exactly one record. */
  private static Optional<String> id(List<String> records) {
    List<String> found = records.stream().filter(text -> text.startsWith("v=STSv1")).toList();
    if (found.size() != 1) {
      return Optional.empty();
    }
    Matcher matcher = RECORD.matcher(found.getFirst().strip());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private Optional<Kept> fetch(String domain, String id) {
    resting.remove(domain);
    return switch (source.fetch(domain)) {
      case PolicySource.Fetched.File(String text) -> {
        Optional<StsPolicy> policy = StsPolicy.parse(text);
        if (policy.isEmpty()) {
          failed(domain, TlsFailure.STS_POLICY_INVALID, "the policy cannot be read");
          yield Optional.empty();
        }
        Kept kept = new Kept(id, time.instant().plus(policy.get().maxAge()), policy.get());
        keep(domain, kept);
        yield Optional.of(kept);
      }
      case PolicySource.Fetched.Failed(TlsFailure result, String words) -> {
        failed(domain, result, words);
        yield Optional.empty();
      }
    };
  }

  private void failed(String domain, TlsFailure result, String words) {
    LOG.info("MTA-STS policy of {}: {}", domain, words);
    Instant now = time.instant();
    if (resting.size() >= FAILURES) {
      resting.values().removeIf(until -> !until.isAfter(now));
    }
    if (resting.size() < FAILURES) {
      resting.put(domain, now.plus(REST));
    }
    results.count(
        domain,
        new TlsResults.Policy(TlsResults.Kind.STS, List.of(), List.of()),
        result,
        "",
        words);
  }

  @Override
  public void mismatch(String domain, StsPolicy policy, String host) {
    results.count(
        domain,
        TlsResults.Policy.of(policy),
        TlsFailure.VALIDATION_FAILURE,
        host,
        "the MX host is not in the policy");
  }

  private Optional<Kept> kept(String domain) {
    try (Snapshot snapshot = accounts.snapshot(HOME)) {
      return Optional.ofNullable(snapshot.read(key(domain))).map(StsPolicies::decode);
    }
  }

  private static Kept decode(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    String id = in.text();
    Instant until = Instant.ofEpochMilli(in.number());
    StsPolicy policy =
        StsPolicy.parse(in.text())
            .orElseThrow(() -> new StoreException.Corrupt("MTA-STS policy " + id, null));
    return new Kept(id, until, policy);
  }

  private void keep(String domain, Kept kept) {
    byte[] value =
        new RecordWriter(LAYOUT)
            .text(kept.id)
            .number(kept.until.toEpochMilli())
            .text(String.join("\n", kept.policy.lines()))
            .toBytes();
    accounts.change(
        HOME,
        tx -> {
          tx.put(key(domain), value);
          return null;
        });
  }

  /** Forgets policies that hold no more; a job calls this now and then. */
  public void forgetOld() {
    Key prefix = KeyWriter.prefix(KeySpace.QUEUE_STS_POLICY).key();
    List<Key> old = new ArrayList<>();
    try (Snapshot snapshot = accounts.snapshot(HOME);
        Cursor cursor =
            snapshot.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        if (!decode(cursor.value()).until.isAfter(time.instant())) {
          old.add(cursor.key());
        }
      }
    }
    for (Key key : old) {
      accounts.change(
          HOME,
          tx -> {
            byte[] value = tx.read(key);
            if (value != null && !decode(value).until.isAfter(time.instant())) {
              tx.delete(key);
            }
            return null;
          });
    }
  }

  private static Key key(String domain) {
    return KeyWriter.prefix(KeySpace.QUEUE_STS_POLICY).text(domain).key();
  }
}
