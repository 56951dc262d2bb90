package org.wachtpost.smtp;

import java.time.Duration;

/**
 * Limits and names of the SMTP service.
 *
 * @param host this server's name in greetings
 * @param postmaster address that {@code <Postmaster>} means, and that takes mail to {@code
 *     postmaster} of a domain that has none
 * @param messageBytes largest message, bytes
 * @param recipients of one message (RFC 5321 §4.5.3.1.8 asks for 100)
 * @param messages of one session
 * @param errors refused commands at which a session ends
 * @param unknownRecipients unknown recipients at which a session ends
 * @param commandsPerMinute from one address (loopback is exempt unless limitLoopback)
 * @param limitLoopback whether commandsPerMinute holds for this machine itself
 * @param plaintextOnLoopback whether this machine itself may log in without TLS
 * @param command longest wait for the next command (RFC 5321 §4.5.3.2.7: 5 minutes)
 * @param line longest time a command line takes from its first byte
 * @param data longest time the data may take, and a second more for each KiB
 */
public record SmtpSettings(
    String host,
    String postmaster,
    long messageBytes,
    int recipients,
    int messages,
    int errors,
    int unknownRecipients,
    int commandsPerMinute,
    boolean limitLoopback,
    boolean plaintextOnLoopback,
    Duration command,
    Duration line,
    Duration data) {

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
    return new SmtpSettings(
        host,
        postmaster,
        50L * 1024 * 1024,
        1_000,
        10_000,
        20,
        20,
        6_000,
        false,
        false,
        Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5));
  }

  public SmtpSettings withPlaintextOnLoopback(boolean allowed) {
    return new SmtpSettings(
        host,
        postmaster,
        messageBytes,
        recipients,
        messages,
        errors,
        unknownRecipients,
        commandsPerMinute,
        limitLoopback,
        allowed,
        command,
        line,
        data);
  }

  public SmtpSettings withMessageBytes(long bytes) {
    return new SmtpSettings(
        host,
        postmaster,
        bytes,
        recipients,
        messages,
        errors,
        unknownRecipients,
        commandsPerMinute,
        limitLoopback,
        plaintextOnLoopback,
        command,
        line,
        data);
  }

  /** Limits of one session. */
  public SmtpSettings withCounts(int recipients, int messages, int errors, int unknown) {
    return new SmtpSettings(
        host,
        postmaster,
        messageBytes,
        recipients,
        messages,
        errors,
        unknown,
        commandsPerMinute,
        limitLoopback,
        plaintextOnLoopback,
        command,
        line,
        data);
  }

  public SmtpSettings withCommandsPerMinute(int commands, boolean limitLoopback) {
    return new SmtpSettings(
        host,
        postmaster,
        messageBytes,
        recipients,
        messages,
        errors,
        unknownRecipients,
        commands,
        limitLoopback,
        plaintextOnLoopback,
        command,
        line,
        data);
  }

  public SmtpSettings withTimes(Duration command, Duration line, Duration data) {
    return new SmtpSettings(
        host,
        postmaster,
        messageBytes,
        recipients,
        messages,
        errors,
        unknownRecipients,
        commandsPerMinute,
        limitLoopback,
        plaintextOnLoopback,
        command,
        line,
        data);
  }
}
