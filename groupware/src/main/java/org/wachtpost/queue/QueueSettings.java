package org.wachtpost.queue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How mail is sent.
 *
 * @param host this server's name
 * @param enabled whether mail leaves at all; if not, it is held
 * @param routes the first that fits is taken
 * @param schedule when it is tried again
 * @param connections connections in all
 * @param connectionsPerDestination connections to one destination
 * @param privateNetworks private or loopback addresses to which an MX record may lead nevertheless
 */
public record QueueSettings(
    String host,
    boolean enabled,
    List<Route> routes,
    Schedule schedule,
    int connections,
    int connectionsPerDestination,
    List<AddressRange> privateNetworks) {
  /** Recipients of one transaction (RFC 5321 §4.5.3.1.8: what every server takes). */
  public static final int RECIPIENTS_PER_TRANSACTION = 100;

  /** Hosts of a destination that are tried in one attempt. */
  static final int HOSTS_PER_ATTEMPT = 6;

  /**
   * When mail is tried again.
   *
   * @param firstRetry time from the first attempt to the second; doubled from attempt to attempt
   * @param longestRetry the longest time between attempts
   * @param lifetime age at which what was not delivered is reported as failed (RFC 5321 §4.5.4.1)
   * @param delayReport age at which a sender is told of the delay
   */
  public record Schedule(
      Duration firstRetry, Duration longestRetry, Duration lifetime, Duration delayReport) {
    public static final Schedule STANDARD =
        new Schedule(
            Duration.ofMinutes(5), Duration.ofHours(4), Duration.ofDays(5), Duration.ofHours(4));

    private static final Duration CLOSED_FIRST = Duration.ofMinutes(1);
    private static final Duration CLOSED_LONGEST = Duration.ofMinutes(30);

    public Schedule {
      if (!firstRetry.isPositive() || longestRetry.compareTo(firstRetry) < 0) {
        throw new IllegalArgumentException(
            "first retry after " + firstRetry + ", longest " + longestRetry);
      }
    }

    /** Time to the next attempt, without jitter. */
    Duration retryAfter(int attempts) {
      Duration wait = firstRetry;
      for (int i = 1; i < attempts && wait.compareTo(longestRetry) < 0; i++) {
        wait = wait.multipliedBy(2);
      }
      return least(wait, longestRetry);
    }

    /** A rest of this length, but no longer than the first retry waits. */
    Duration atMostFirstRetry(Duration rest) {
      return least(rest, firstRetry);
    }

    /**
     * How long a destination is left alone that could not be reached so many times in a row; never
     * longer than the longest retry.
     */
    Duration closedFor(int failures) {
      Duration rest = atMostFirstRetry(CLOSED_FIRST);
      for (int i = 1; i < failures && rest.compareTo(CLOSED_LONGEST) < 0; i++) {
        rest = rest.multipliedBy(2);
      }
      return least(least(rest, CLOSED_LONGEST), longestRetry);
    }

    private static Duration least(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? a : b;
    }
  }

  public QueueSettings {
    routes = List.copyOf(routes);
    privateNetworks = List.copyOf(privateNetworks);
    if (connections < 1 || connectionsPerDestination < 1) {
      throw new IllegalArgumentException("no connections");
    }
  }

  public static QueueSettings of(String host) {
    return new QueueSettings(host, true, List.of(), Schedule.STANDARD, 200, 10, List.of());
  }

  /** Whether mail may be led to this address without a route. */
  public boolean allows(InetAddress address) {
    return PublicAddresses.contains(address)
        || privateNetworks.stream().anyMatch(range -> range.holds(address));
  }

  public QueueSettings withEnabled(boolean other) {
    return new QueueSettings(
        host, other, routes, schedule, connections, connectionsPerDestination, privateNetworks);
  }
}
