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
 * @param unauthenticated time to log in
 * @param command time that one command may take to arrive
 * @param inactive time without a command (RFC 9051 §5.4: at least 30 minutes)
 * @param idle time in IDLE without a word from the client; RFC 2177 has it back within 29 minutes
 */
public record ImapLimits(
    WireLimits wire,
    long appendBytes,
    int appendMessages,
    int badCommands,
    int badCommandsUnauthenticated,
    int logInAttempts,
    int commandsPerMinute,
    Duration unauthenticated,
    Duration command,
    Duration inactive,
    Duration idle) {
  public static final ImapLimits STANDARD =
      new ImapLimits(
          WireLimits.STANDARD,
          50L * 1024 * 1024,
          10_000,
          25,
          8,
          5,
          600_000,
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofMinutes(60));

  public ImapLimits {
    if (appendBytes <= 0 || badCommands <= 0 || logInAttempts <= 0 || commandsPerMinute <= 0) {
      throw new IllegalArgumentException("a limit below 1");
    }
  }

  public ImapLimits withAppendBytes(long bytes) {
    return new ImapLimits(
        wire,
        bytes,
        appendMessages,
        badCommands,
        badCommandsUnauthenticated,
        logInAttempts,
        commandsPerMinute,
        unauthenticated,
        command,
        inactive,
        idle);
  }

  public ImapLimits withWire(WireLimits other) {
    return new ImapLimits(
        other,
        appendBytes,
        appendMessages,
        badCommands,
        badCommandsUnauthenticated,
        logInAttempts,
        commandsPerMinute,
        unauthenticated,
        command,
        inactive,
        idle);
  }

  public ImapLimits withTimes(Duration unauthenticated, Duration inactive, Duration idle) {
    return new ImapLimits(
        wire,
        appendBytes,
        appendMessages,
        badCommands,
        badCommandsUnauthenticated,
        logInAttempts,
        commandsPerMinute,
        unauthenticated,
        command,
        inactive,
        idle);
  }

  public ImapLimits withCommandsPerMinute(int commands) {
    return new ImapLimits(
        wire,
        appendBytes,
        appendMessages,
        badCommands,
        badCommandsUnauthenticated,
        logInAttempts,
        commands,
        unauthenticated,
        command,
        inactive,
        idle);
  }
}
