package org.wachtpost.courier;

import java.time.Duration;

/**
 * @param host the name to greet with
 * @param connect time to connect
 * @param greeting time for the greeting (RFC 5321 §4.5.3.2.1)
 * @param command time for the reply to a command (§4.5.3.2.2, §4.5.3.2.3)
 * @param block time for a block of content to go out (§4.5.3.2.5)
 * @param end time for the reply to the whole content (§4.5.3.2.6)
 * @param idle how long a connection is kept for more mail
 * @param messages messages on one connection
 */
public record CourierSettings(
    String host,
    Duration connect,
    Duration greeting,
    Duration command,
    Duration block,
    Duration end,
    Duration idle,
    int messages) {

  public static CourierSettings of(String host) {
    return new CourierSettings(
        host,
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        Duration.ofMinutes(3),
        Duration.ofMinutes(10),
        Duration.ofSeconds(20),
        100);
  }

  /** The same with all waits for the far end this long. */
  public CourierSettings withWaits(Duration wait) {
    return new CourierSettings(host, wait, wait, wait, wait, wait, idle, messages);
  }
}
