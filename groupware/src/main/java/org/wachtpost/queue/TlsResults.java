package org.wachtpost.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
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
 * How TLS went with other domains, by day (UTC): what TLS-RPT wants to know (RFC 8460 §4). Counts
 * are gathered in memory and written by {@link #flush}; a crash loses at most what came since.
 * Thread-safe.
 */
public final class TlsResults {
  /** How often {@link #flush} is called for. */
  public static final Duration FLUSH = Duration.ofMinutes(1);

  /** Days that are kept. */
  public static final int DAYS = 30;

  /** Session of messages that are reports on TLS; how TLS went with those is not counted. */
  public static final String REPORT_SESSION = "tls-report";

  /** Different results of one day; more are not kept. */
  static final int A_DAY = 20_000;

  private static final AccountId HOME = new AccountId(AccountId.Kind.QUEUE, 0);
  private static final int LAYOUT = 1;
  private static final int WORDS_CHARACTERS = 100;
  private static final int HASH_BYTES = 16;
  private static final int KEYS_A_COMMIT = 500;

  /** Where the policy came from (RFC 8460 §4.2). The code is stored. */
  public enum Kind {
    TLSA(1, "tlsa"),
    STS(2, "sts"),
    NONE(3, "no-policy-found");

    private final int code;
    private final String word;

    Kind(int code, String word) {
      this.code = code;
      this.word = word;
    }

    /** The word in reports. */
    public String word() {
      return word;
    }
  }

  /**
   * The policy that a session was held against.
   *
   * @param lines its text: lines of the MTA-STS policy, or TLSA records
   * @param mx host patterns of an MTA-STS policy
   */
  public record Policy(Kind kind, List<String> lines, List<String> mx) {
    public Policy {
      lines = List.copyOf(lines);
      mx = List.copyOf(mx);
    }

    static Policy of(StsPolicy policy) {
      return new Policy(Kind.STS, policy.lines(), policy.mx());
    }
  }

  /**
   * Sessions with the same result.
   *
   * @param failure null if TLS came to pass
   * @param host the MX host, or empty if there was none yet
   * @param words why it failed; may hold text from the network
   */
  public record Result(
      LocalDate day,
      String domain,
      Policy policy,
      @Nullable TlsFailure failure,
      String host,
      String words,
      long sessions) {}

  private record Slot(
      long day,
      String domain,
      Kind kind,
      @Nullable TlsFailure failure,
      String host,
      String words) {}

  /** What is counted in a slot, with the policy that was seen last. */
  private static final class Count {
    private Policy policy;
    private long sessions;

    Count(Policy policy) {
      this.policy = policy;
    }
  }

  private final Accounts accounts;
  private final InstantSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<Slot, Count> counts = new HashMap<>();

  public TlsResults(Accounts accounts, InstantSource time) {
    this.accounts = accounts;
    this.time = time;
  }

  /** Counts one session. */
  void count(
      String domain, Policy policy, @Nullable TlsFailure failure, String host, String words) {
    String cut = words.substring(0, Math.min(words.length(), WORDS_CHARACTERS)).replace('\0', '?');
    String lower = host.toLowerCase(Locale.ROOT);
    Slot slot = new Slot(today(), domain, policy.kind(), failure, lower, cut);
    lock.lock();
    try {
      if (counts.size() < A_DAY || counts.containsKey(slot)) {
        Count count = counts.computeIfAbsent(slot, key -> new Count(policy));
        count.policy = policy;
        count.sessions++;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes down what was counted; a job calls this every minute, and the server at its end. */
  public void flush() {
    Map<Slot, Count> taken;
    lock.lock();
    try {
      taken = counts;
      counts = new HashMap<>();
    } finally {
      lock.unlock();
    }
    List<Map.Entry<Slot, Count>> entries = new ArrayList<>(taken.entrySet());
    for (int from = 0; from < entries.size(); from += KEYS_A_COMMIT) {
      var part = entries.subList(from, Math.min(entries.size(), from + KEYS_A_COMMIT));
      accounts.change(
          HOME,
          tx -> {
            for (Map.Entry<Slot, Count> entry : part) {
              Key key = key(entry.getKey());
              byte[] before = tx.read(key);
              long known = before == null ? 0 : decode(key, before).sessions();
              tx.put(key, encode(entry.getKey(), entry.getValue(), known));
            }
            return null;
          });
    }
  }

  /** The results of a day, by domain. */
  public List<Result> of(LocalDate day) {
    List<Result> results = new ArrayList<>();
    Key prefix = KeyWriter.prefix(KeySpace.QUEUE_TLS_RESULT).u64(day.toEpochDay()).key();
    try (Snapshot snapshot = accounts.snapshot(HOME);
        Cursor cursor =
            snapshot.range(prefix, prefix.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        results.add(decode(cursor.key(), cursor.value()));
      }
    }
    return results;
  }

  /** Forgets what is older than {@link #DAYS}; a job calls this now and then. */
  public void forgetOld() {
    Key from = KeyWriter.prefix(KeySpace.QUEUE_TLS_RESULT).key();
    Key to = KeyWriter.prefix(KeySpace.QUEUE_TLS_RESULT).u64(Math.max(0, today() - DAYS)).key();
    int forgotten;
    do {
      forgotten =
          accounts.change(
              HOME,
              tx -> {
                List<Key> old = new ArrayList<>();
                try (Cursor cursor = tx.range(from, to, Direction.FORWARD, KEYS_A_COMMIT)) {
                  while (cursor.next()) {
                    old.add(cursor.key());
                  }
                }
                old.forEach(tx::delete);
                return old.size();
              });
    } while (forgotten == KEYS_A_COMMIT);
  }

  private long today() {
    Instant now = time.instant();
    return now.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay();
  }

  private static Key key(Slot slot) {
    TlsFailure failure = slot.failure();
    String rest =
        slot.kind().word()
            + (failure == null ? "" : failure.word())
            + "\0"
            + slot.host()
            + "\0"
            + slot.words();
    BlobId hash = BlobId.ofContent(rest.getBytes(StandardCharsets.UTF_8));
    return KeyWriter.prefix(KeySpace.QUEUE_TLS_RESULT)
        .u64(slot.day())
        .text(slot.domain())
        .bytes(Arrays.copyOf(hash.toBytes(), HASH_BYTES))
        .key();
  }

  private static byte[] encode(Slot slot, Count count, long known) {
    TlsFailure failure = slot.failure();
    return new RecordWriter(LAYOUT)
        .number(slot.day())
        .text(slot.domain())
        .number(slot.kind().code)
        .optionalText(failure == null ? null : failure.word())
        .text(slot.host())
        .text(slot.words())
        .text(String.join("\n", count.policy.lines()))
        .text(String.join("\n", count.policy.mx()))
        .number(known + count.sessions)
        .toBytes();
  }

  private static Result decode(Key key, byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    LocalDate day = LocalDate.ofEpochDay(in.number());
    String domain = in.text();
    Kind kind = kind(key, in.integer());
    TlsFailure failure = failure(key, in.optionalText());
    String host = in.text();
    String words = in.text();
    Policy policy = new Policy(kind, lines(in.text()), lines(in.text()));
    return new Result(day, domain, policy, failure, host, words, in.number());
  }

  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
  }

  private static Kind kind(Key key, int code) {
    for (Kind kind : Kind.values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new StoreException.Corrupt("kind of policy at " + key, null);
  }

  private static @Nullable TlsFailure failure(Key key, @Nullable String word) {
    for (TlsFailure failure : TlsFailure.values()) {
      if (failure.word().equals(word)) {
        return failure;
      }
    }
    if (word == null) {
      return null;
    }
    throw new StoreException.Corrupt("result of TLS at " + key, null);
  }
}
