package org.wachtpost.directory;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed log-ins and says when to wait. Keyed by network and name together, so that a stale
 * password on one phone, or somebody guessing from elsewhere, does not lock the owner out; and by
 * network alone with a higher limit, for those who try many names. IPv4 by /24, IPv6 by /64.
 */
final class FailureLimit {
  /** Failures of one name from one network within {@link #WINDOW} before it must wait. */
  static final int FAILURES_OF_A_NAME = 20;

  /** Failures from one network within {@link #WINDOW} before it must wait. */
  static final int FAILURES_OF_A_NETWORK = 200;

  static final Duration WINDOW = Duration.ofMinutes(10);

  /** Networks and names that are remembered; the ones not heard of longest are forgotten first. */
  static final int REMEMBERED = 50_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Failures(Instant since, int count) {}

  boolean mustWait(@Nullable InetAddress remote, String name, Instant now) {
    String network = network(remote);
    lock.lock();
    try {
      return count(network + " " + name, now) >= FAILURES_OF_A_NAME
          || count(network, now) >= FAILURES_OF_A_NETWORK;
    } finally {
      lock.unlock();
    }
  }

  void failed(@Nullable InetAddress remote, String name, Instant now) {
    String network = network(remote);
    lock.lock();
    try {
      add(network + " " + name, now);
      add(network, now);
    } finally {
      lock.unlock();
    }
  }

  void succeeded(@Nullable InetAddress remote, String name) {
    lock.lock();
    try {
      failures.remove(network(remote) + " " + name);
    } finally {
      lock.unlock();
    }
  }

  private int count(String key, Instant now) {
    Failures seen = failures.get(key);
    return seen == null || now.isAfter(seen.since().plus(WINDOW)) ? 0 : seen.count();
  }

  private void add(String key, Instant now) {
    int count = count(key, now);
    Failures seen = failures.get(key);
    Instant since = count == 0 || seen == null ? now : seen.since();
    failures.put(key, new Failures(since, count + 1));
  }

  private static String network(@Nullable InetAddress remote) {
    if (remote == null) {
      return "local";
    }
    byte[] bytes = remote.getAddress();
    int length = remote instanceof Inet6Address ? 8 : 3;
    return HexFormat.of().formatHex(Arrays.copyOf(bytes, length));
  }
}
