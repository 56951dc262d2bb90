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
 * What others of a network or site do keeps nobody out who has logged in from that network lately.
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

  /** How long a network is one that a name is known to log in from. */
  static final Duration KNOWN = Duration.ofDays(30);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Failures> failures = remembering();

  /** When a name last logged in from a network, since the server started. */
  private final Map<String, Instant> successes = remembering();

  private record Failures(Instant since, int count) {}

  private static <V> Map<String, V> remembering() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  boolean mustWait(@Nullable InetAddress remote, String name, Instant now) {
    lock.lock();
    try {
      String network = network(remote);
      if (count(network + " " + name, now) >= FAILURES_OF_A_NAME) {
        return true;
      }
      Instant success = successes.get(network + " " + name);
      boolean known = success != null && now.isBefore(success.plus(KNOWN));
      return !known
          && (count(network, now) >= FAILURES_OF_A_NETWORK
              || remote instanceof Inet6Address && isFull(site(remote), name, now));
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(String site, String name, Instant now) {
    return count(site + " " + name, now) >= NETWORKS_OF_A_SITE * FAILURES_OF_A_NAME
        || count(site, now) >= NETWORKS_OF_A_SITE * FAILURES_OF_A_NETWORK;
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

  void succeeded(@Nullable InetAddress remote, String name, Instant now) {
    lock.lock();
    try {
      failures.remove(network(remote) + " " + name);
      successes.put(network(remote) + " " + name, now);
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
