package org.wachtpost.smtp;

import java.time.Duration;

/**
 * Limits and names of the SMTP service.
 *
 * @param host this server's name in greetings
 * @param postmaster address that {@code <Postmaster>} means, and that takes mail to {@code
 *     postmaster} of a domain that has none
 * @param limits what a session may cost
 * @param waits how long a session may take
 * @param plaintextOnLoopback whether this machine itself may log in without TLS
 */
public record SmtpSettings(
    String host, String postmaster, Limits limits, Waits waits, boolean plaintextOnLoopback) {

  /** Longest command line, octets with CRLF; RFC 5321 §4.5.3.1.4 and what extensions add. */
  public static final int LINE_OCTETS = 2_048;

  /** Longest line of an authentication exchange, octets (RFC 4954 §4). */
  public static final int AUTH_LINE_OCTETS = 12_288;

  /**
   * Longest line of a message's text, octets with CRLF. RFC 5321 §4.5.3.1.6 asks for 1,000; mail
   * programs write paragraphs and whole HTML documents on one line, so that more is taken.
   */
  public static final int TEXT_LINE_OCTETS = 1024 * 1024;

  public static SmtpSettings of(String host, String postmaster) {
    return new SmtpSettings(host, postmaster, Limits.STANDARD, Waits.STANDARD, false);
  }

  public SmtpSettings withPlaintextOnLoopback(boolean allowed) {
    return new SmtpSettings(host, postmaster, limits, waits, allowed);
  }

  public SmtpSettings withLimits(Limits others) {
    return new SmtpSettings(host, postmaster, others, waits, plaintextOnLoopback);
  }

  public SmtpSettings withWaits(Waits others) {
    return new SmtpSettings(host, postmaster, limits, others, plaintextOnLoopback);
  }

  /**
   * What a session may cost.
   *
   * @param messageBytes largest message, bytes
   * @param recipients of one message (RFC 5321 §4.5.3.1.8 asks for 100)
   * @param messages of one session
   * @param errors refused commands at which a session ends
   * @param unknownRecipients unknown recipients at which a session ends, not of LMTP; they are no
   *     errors
   * @param commandsPerMinute from one address (loopback is exempt unless limitLoopback)
   * @param limitLoopback whether commandsPerMinute holds for this machine itself
   */
  public record Limits(
      long messageBytes,
      int recipients,
      int messages,
      int errors,
      int unknownRecipients,
      int commandsPerMinute,
      boolean limitLoopback) {
    public static final Limits STANDARD =
        new Limits(50L * 1024 * 1024, 1_000, 10_000, 20, 20, 6_000, false);

    public Limits withMessages(long bytes, int recipients) {
      return new Limits(
          bytes, recipients, messages, errors, unknownRecipients, commandsPerMinute, limitLoopback);
    }
  }

  /**
   * How long a session may take.
   *
   * @param greeting how long the greeting waits for those who speak before it; not for this machine
   *     (unless limitLoopback) and not for private networks. RFC 5321 §4.5.3.2.1 has clients wait 5
   *     minutes
   * @param command longest wait for the next command (RFC 5321 §4.5.3.2.7: 5 minutes)
   * @param line longest time a command line takes from its first byte
   * @param data longest time the data may take, and a second more for each KiB
   */
  public record Waits(Duration greeting, Duration command, Duration line, Duration data) {
    public static final Waits STANDARD =
        new Waits(
            Duration.ofMillis(500),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5));

    public Waits withGreeting(Duration other) {
      return new Waits(other, command, line, data);
    }
  }
}
