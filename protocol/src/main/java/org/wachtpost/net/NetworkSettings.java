package org.wachtpost.net;

import java.time.Duration;

/**
 * Limits of all connections together.
 *
 * @param limits how many connections there may be
 * @param waits how long they may take
 * @param backlog connections that the system holds until they are accepted
 */
public record NetworkSettings(Limits limits, Waits waits, int backlog) {

  public static final NetworkSettings DEFAULT =
      new NetworkSettings(
          new Limits(50_000, 200, 600, false),
          new Waits(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(5)),
          4_096);

  /** What an open connection takes of the memory, bytes: one with TLS, measured. */
  public static final int CONNECTION_BYTES = 24 * 1024;

  /** All connections take at most this part of the memory; the rest is for what they do. */
  private static final int PART_OF_MEMORY = 2;

  public NetworkSettings {
    if (backlog < 1) {
      throw new IllegalArgumentException("a backlog below 1");
    }
  }

  public NetworkSettings withLimits(Limits others) {
    return new NetworkSettings(others, waits, backlog);
  }

  public NetworkSettings withWaits(Waits others) {
    return new NetworkSettings(limits, others, backlog);
  }

  /**
   * How many connections so much memory is enough for.
   *
   * @param bytes all memory of the process that Java manages
   */
  public static int connectionsIn(long bytes) {
    return Math.clamp(bytes / PART_OF_MEMORY / CONNECTION_BYTES, 1, Integer.MAX_VALUE);
  }

  /**
   * How many connections there may be.
   *
   * @param connections open at a time
   * @param connectionsPerAddress open at a time from one IPv4 address or IPv6 /64 without a log-in;
   *     as many with a log-in of one account do not count against the address
   * @param connectionsPerMinute new ones from one IPv4 address or IPv6 /64; as many may come at
   *     once
   * @param limitLoopback whether the limits per address hold for this machine itself
   */
  public record Limits(
      int connections, int connectionsPerAddress, int connectionsPerMinute, boolean limitLoopback) {
    public Limits {
      if (connections < 1 || connectionsPerAddress < 1 || connectionsPerMinute < 1) {
        throw new IllegalArgumentException("a limit of connections below 1");
      }
    }
  }

  /**
   * How long connections may take.
   *
   * @param handshake longest TLS handshake
   * @param write longest time that one write may take
   * @param grace how long open connections may go on when the network is closed
   */
  public record Waits(Duration handshake, Duration write, Duration grace) {}
}
