package org.wachtpost.imap;

import java.time.Duration;
import org.wachtpost.imap.wire.WireLimits;

/**
 * What a connection may cost.
 *
 * @param wire what one command may cost to read
 * @param appendBytes largest message that APPEND takes
 * @param appendMessages most messages in one APPEND (RFC 3502)
 * @param badCommands BAD answers in a row before the connection ends
 * @param badCommandsUnauthenticated the same before log-in
 * @param logInAttempts failed log-ins before the connection ends
 * @param commandsPerMinute commands in one minute before the connection ends
 * @param compressedConnections connections with COMPRESS (RFC 4978) at a time; each holds some 44
 *     KB of native memory, and 300 KB while it is answered
 * @param mailboxBytes what sessions hold in memory that grows with their mailboxes, of all accounts
 *     together: 5 bytes for each message of a selected mailbox, and what SELECT, SEARCH, SORT,
 *     THREAD, FETCH, STORE and COPY gather; one account has at most three quarters of it
 * @param waits how long the client may take
 */
public record ImapLimits(
    WireLimits wire,
    long appendBytes,
    int appendMessages,
    int badCommands,
    int badCommandsUnauthenticated,
    int logInAttempts,
    int commandsPerMinute,
    int compressedConnections,
    long mailboxBytes,
    Waits waits) {
  public static final ImapLimits STANDARD =
      new ImapLimits(
          WireLimits.STANDARD,
          50L * 1024 * 1024,
          10_000,
          25,
          8,
          5,
          600_000,
          2_000,
          128L * 1024 * 1024,
          Waits.STANDARD);

  public ImapLimits {
    if (appendBytes <= 0 || badCommands <= 0 || logInAttempts <= 0 || commandsPerMinute <= 0) {
      throw new IllegalArgumentException("a limit below 1");
    }
  }

  /** The same for messages of other sizes. */
  public ImapLimits withAppendBytes(long bytes) {
    return with(wire, bytes, commandsPerMinute, compressedConnections, mailboxBytes, waits);
  }

  /** The same with other costs of one command, and of all in a minute. */
  public ImapLimits withCommands(WireLimits wire, int commandsPerMinute) {
    return with(wire, appendBytes, commandsPerMinute, compressedConnections, mailboxBytes, waits);
  }

  /** The same for other numbers of compressed connections. */
  public ImapLimits withCompressedConnections(int most) {
    return with(wire, appendBytes, commandsPerMinute, most, mailboxBytes, waits);
  }

  /** The same for another size of memory. */
  public ImapLimits withMailboxBytes(long bytes) {
    return with(wire, appendBytes, commandsPerMinute, compressedConnections, bytes, waits);
  }

  /** The same with other times. */
  public ImapLimits withWaits(Waits others) {
    return with(wire, appendBytes, commandsPerMinute, compressedConnections, mailboxBytes, others);
  }

  private ImapLimits with(
      WireLimits wire,
      long bytes,
      int commandsPerMinute,
      int compressed,
      long mailboxBytes,
      Waits waits) {
    return new ImapLimits(
        wire,
        bytes,
        appendMessages,
        badCommands,
        badCommandsUnauthenticated,
        logInAttempts,
        commandsPerMinute,
        compressed,
        mailboxBytes,
        waits);
  }

  /**
   * How long a client may take.
   *
   * @param unauthenticated time to log in
   * @param command time that one command may take to arrive
   * @param inactive time without a command (RFC 9051 §5.4: at least 30 minutes)
   * @param idle time in IDLE without a word from the client; RFC 2177 has it back within 29 minutes
   */
  public record Waits(
      Duration unauthenticated, Duration command, Duration inactive, Duration idle) {
    public static final Waits STANDARD =
        new Waits(
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofMinutes(60));
  }
}
