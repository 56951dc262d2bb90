package org.wachtpost.courier;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * @param host the name to greet with
 * @param connect time to connect
 * @param greeting time for the greeting (RFC 5321 §4.5.3.2.1)
 * @param command time for the reply to a command (§4.5.3.2.2, §4.5.3.2.3)
 * @param block time for a block of content to go out (§4.5.3.2.5)
 * @param end time for the reply to the whole content (§4.5.3.2.6)
 * @param idle how long a connection is kept for more mail
 * @param messages messages on one connection
 * @param kept connections that are kept at a time, to all hosts together
 * @param sources addresses to connect from, the first of the far end's family; without one the
 *     system chooses
 */
public record CourierSettings(
    String host,
    Duration connect,
    Duration greeting,
    Duration command,
    Duration block,
    Duration end,
    Duration idle,
    int messages,
    int kept,
    List<InetAddress> sources) {

  public CourierSettings {
    sources = List.copyOf(sources);
  }

  public static CourierSettings of(String host) {
    return new CourierSettings(
        host,
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        Duration.ofMinutes(3),
        Duration.ofMinutes(10),
        Duration.ofSeconds(20),
        100,
        200,
        List.of());
  }

  /** The same with all waits for the far end this long. */
  public CourierSettings withWaits(Duration wait) {
    return new CourierSettings(host, wait, wait, wait, wait, wait, idle, messages, kept, sources);
  }

  /**
   * The same with other waits.
   *
   * @param reply for the greeting and the replies to commands
   * @param endOfContent for the reply to the whole content
   */
  public CourierSettings withWaits(Duration toConnect, Duration reply, Duration endOfContent) {
    return new CourierSettings(
        host, toConnect, reply, reply, block, endOfContent, idle, messages, kept, sources);
  }

  /** The same from other addresses. */
  public CourierSettings withSources(List<InetAddress> others) {
    return new CourierSettings(
        host, connect, greeting, command, block, end, idle, messages, kept, others);
  }

  /** The same with other limits on connections that wait for more mail. */
  public CourierSettings withKept(int most, Duration rest) {
    return new CourierSettings(
        host, connect, greeting, command, block, end, rest, messages, most, sources);
  }
}
