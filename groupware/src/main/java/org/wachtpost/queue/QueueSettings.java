package org.wachtpost.queue;

import java.time.Duration;
import java.util.List;

/**
 * How mail is sent.
 *
 * @param host this server's name
 * @param enabled whether mail leaves at all; if not, it is held
 * @param routes the first that fits is taken
 * @param firstRetry time from the first attempt to the second; doubled from attempt to attempt
 * @param longestRetry the longest time between attempts
 * @param lifetime age at which what was not delivered is reported as failed (RFC 5321 §4.5.4.1)
 * @param delayReport age at which a sender is told of the delay
 * @param connections connections in all
 * @param connectionsPerDestination connections to one destination
 */
public record QueueSettings(
    String host,
    boolean enabled,
    List<Route> routes,
    Duration firstRetry,
    Duration longestRetry,
    Duration lifetime,
    Duration delayReport,
    int connections,
    int connectionsPerDestination) {
  /** Recipients of one transaction (RFC 5321 §4.5.3.1.8: what every server takes). */
  public static final int RECIPIENTS_PER_TRANSACTION = 100;

  /** Hosts of a destination that are tried in one attempt. */
  static final int HOSTS_PER_ATTEMPT = 6;

  public QueueSettings {
    routes = List.copyOf(routes);
    if (connections < 1 || connectionsPerDestination < 1) {
      throw new IllegalArgumentException("no connections");
    }
  }

  public static QueueSettings of(String host) {
    return new QueueSettings(
        host,
        true,
        List.of(),
        Duration.ofMinutes(5),
        Duration.ofHours(4),
        Duration.ofDays(5),
        Duration.ofHours(4),
        200,
        10);
  }

  public QueueSettings withEnabled(boolean other) {
    return new QueueSettings(
        host,
        other,
        routes,
        firstRetry,
        longestRetry,
        lifetime,
        delayReport,
        connections,
        connectionsPerDestination);
  }

  public QueueSettings withRoutes(List<Route> others) {
    return new QueueSettings(
        host,
        enabled,
        others,
        firstRetry,
        longestRetry,
        lifetime,
        delayReport,
        connections,
        connectionsPerDestination);
  }

  public QueueSettings withLifetime(Duration other) {
    return new QueueSettings(
        host,
        enabled,
        routes,
        firstRetry,
        longestRetry,
        other,
        delayReport,
        connections,
        connectionsPerDestination);
  }

  /** Time to the next attempt, without jitter. */
  Duration retryAfter(int attempts) {
    Duration wait = firstRetry;
    for (int i = 1; i < attempts && wait.compareTo(longestRetry) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
  }
}
