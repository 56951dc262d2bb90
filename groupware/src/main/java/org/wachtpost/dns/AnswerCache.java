package org.wachtpost.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers kept for as long as their records allow, the least recently used dropped first. Temporary
 * failures are never kept.
 */
final class AnswerCache {

  /** However long a record says that it lives (RFC 8767 §4 has the same bound in seconds). */
  static final Duration MAX_TTL = Duration.ofDays(1);

  /** However long an absence says that it lives (RFC 2308 §5). */
  static final Duration MAX_NEGATIVE_TTL = Duration.ofHours(1);

  private record Question(String name, int type) {}

  private record Kept(DnsAnswer<?> answer, Instant expires) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final InstantSource clock;
  private final Map<Question, Kept> entries;

  AnswerCache(int maxEntries, InstantSource clock) {
    this.clock = clock;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
            return size() > maxEntries;
          }
        };
  }

  /** The kept answer, its time to live counted down; null if there is none. */
  @Nullable DnsAnswer<?> get(String name, int type) {
    Question question = new Question(name, type);
    lock.lock();
    try {
      Kept entry = entries.get(question);
      if (entry == null) {
        return null;
      }
      Duration left = Duration.between(clock.instant(), entry.expires());
      if (left.isNegative() || left.isZero()) {
        entries.remove(question);
        return null;
      }
      return withTtl(entry.answer(), left);
    } finally {
      lock.unlock();
    }
  }

  void put(String name, int type, DnsAnswer<?> answer) {
    Duration ttl =
        switch (answer) {
          case DnsAnswer.Found<?> found -> shorter(found.ttl(), MAX_TTL);
          case DnsAnswer.NoData<?> none -> shorter(none.ttl(), MAX_NEGATIVE_TTL);
          case DnsAnswer.NoSuchDomain<?> none -> shorter(none.ttl(), MAX_NEGATIVE_TTL);
          case DnsAnswer.TemporaryFailure<?> _ -> Duration.ZERO;
        };
    if (ttl.isZero()) {
      return;
    }
    lock.lock();
    try {
      entries.put(new Question(name, type), new Kept(answer, clock.instant().plus(ttl)));
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static DnsAnswer<?> withTtl(DnsAnswer<?> answer, Duration ttl) {
    return switch (answer) {
      case DnsAnswer.Found<?> f ->
          new DnsAnswer.Found<>(f.records(), f.canonicalName(), ttl, f.authenticated());
      case DnsAnswer.NoData<?> n -> new DnsAnswer.NoData<>(ttl, n.authenticated());
      case DnsAnswer.NoSuchDomain<?> n -> new DnsAnswer.NoSuchDomain<>(ttl, n.authenticated());
      case DnsAnswer.TemporaryFailure<?> failure -> failure;
    };
  }
}
