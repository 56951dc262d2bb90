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
 * network alone with a higher limit, for those who try many names. IPv4 by /24, IPv6 by /64, and
 * with limits {@link #NETWORKS_OF_A_SITE} times as high by /48, which one customer has many /64 of.
 */
final class FailureLimit {
  /** Failures of one name from one network within {@link #WINDOW} before it must wait. */
  static final int FAILURES_OF_A_NAME = 20;

  /** Failures from one network within {@link #WINDOW} before it must wait. */
  static final int FAILURES_OF_A_NETWORK = 200;

  /** As many times what one IPv6 /64 may do may all of a /48 together. */
  static final int NETWORKS_OF_A_SITE = 5;

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
    lock.lock();
    try {
      return isFull(network(remote), name, 1, now)
          || (remote instanceof Inet6Address
              && isFull(site(remote), name, NETWORKS_OF_A_SITE, now));
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(String network, String name, int times, Instant now) {
    return count(network + " " + name, now) >= times * FAILURES_OF_A_NAME
        || count(network, now) >= times * FAILURES_OF_A_NETWORK;
  }

  void failed(@Nullable InetAddress remote, String name, Instant now) {
    lock.lock();
    try {
      add(network(remote) + " " + name, now);
      add(network(remote), now);
      if (remote instanceof Inet6Address) {
        add(site(remote) + " " + name, now);
        add(site(remote), now);
      }
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
    return prefix(remote, remote instanceof Inet6Address ? 8 : 3);
  }

  /** The /48 of an IPv6 address: six octets, which is what no network has. */
  private static String site(InetAddress remote) {
    return prefix(remote, 6);
  }

  private static String prefix(InetAddress remote, int octets) {
    return HexFormat.of().formatHex(Arrays.copyOf(remote.getAddress(), octets));
  }
}
