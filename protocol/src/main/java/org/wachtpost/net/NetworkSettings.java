package org.wachtpost.net;

import java.time.Duration;

/**
 * Limits of all connections together.
 *
 * @param connections open at a time
 * @param connectionsPerAddress open at a time from one IPv4 address or IPv6 /64
 * @param connectionsPerMinute new ones from one IPv4 address or IPv6 /64; as many may come at once
 * @param limitLoopback whether the limits per address hold for this machine itself
 * @param handshake longest TLS handshake
 * @param write longest time that one write may take
 * @param grace how long open connections may go on when the network is closed
 * @param backlog connections that the system holds until they are accepted
 */
public record NetworkSettings(
    int connections,
    int connectionsPerAddress,
    int connectionsPerMinute,
    boolean limitLoopback,
    Duration handshake,
    Duration write,
    Duration grace,
    int backlog) {

  public static final NetworkSettings DEFAULT =
      new NetworkSettings(
          50_000,
          200,
          600,
          false,
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          4_096);

  public NetworkSettings {
    if (connections < 1 || connectionsPerAddress < 1 || connectionsPerMinute < 1 || backlog < 1) {
      throw new IllegalArgumentException("a limit of connections below 1");
    }
  }

  public NetworkSettings withConnections(int total, int perAddress, int perMinute) {
    return new NetworkSettings(
        total, perAddress, perMinute, limitLoopback, handshake, write, grace, backlog);
  }

  public NetworkSettings withLimitLoopback(boolean limited) {
    return new NetworkSettings(
        connections,
        connectionsPerAddress,
        connectionsPerMinute,
        limited,
        handshake,
        write,
        grace,
        backlog);
  }

  public NetworkSettings withTimes(Duration handshake, Duration write, Duration grace) {
    return new NetworkSettings(
        connections,
        connectionsPerAddress,
        connectionsPerMinute,
        limitLoopback,
        handshake,
        write,
        grace,
        backlog);
  }
}
