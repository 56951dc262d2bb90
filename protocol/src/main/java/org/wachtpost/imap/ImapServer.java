package org.wachtpost.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.wachtpost.access.AccessLog;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Protocol;
import org.wachtpost.sasl.SaslServer;

/** Speaks IMAP on accepted connections. Thread-safe. */
public final class ImapServer implements Protocol {
  private final Mail mail;
  private final Authenticator authenticator;
  private final SaslServer sasl;
  private final AccessLog accessLog;
  private final Spool spool;
  private final InstantSource clock;
  private final ImapLimits limits;
  private final boolean plaintextOnLoopback;
  private final RecentClaims recent;
  private final Commands commands = new Commands();
  private final Semaphore compressed;
  private final AccountMemory memory;

  /**
   * @param spool where messages are held while they arrive
   * @param random makes nonces: must be cryptographically strong and safe for threads
   * @param plaintextOnLoopback whether this machine itself may send passwords without TLS
   */
  public ImapServer(
      Mail mail,
      Authenticator authenticator,
      AccessLog accessLog,
      Spool spool,
      InstantSource clock,
      RandomGenerator random,
      ImapLimits limits,
      boolean plaintextOnLoopback) {
    this.mail = mail;
    this.recent = new RecentClaims(mail);
    this.authenticator = authenticator;
    this.sasl = new SaslServer(authenticator, random);
    this.accessLog = accessLog;
    this.spool = spool;
    this.clock = clock;
    this.limits = limits;
    this.plaintextOnLoopback = plaintextOnLoopback;
    this.memory = new AccountMemory(limits.mailboxBytes());
    this.compressed = new Semaphore(limits.compressedConnections());
  }

  @Override
  public void serve(Connection connection) throws IOException {
    new ImapConnection(this, connection).serve();
  }

  @Override
  public byte[] refusal(Refusal reason) {
    String text =
        switch (reason) {
          case TOO_MANY_CONNECTIONS -> "* BYE [UNAVAILABLE] too many connections, try later\r\n";
          case TOO_MANY_FROM_ADDRESS -> "* BYE [LIMIT] too many connections from your address\r\n";
          case TOO_FAST -> "* BYE [LIMIT] you connect too often\r\n";
        };
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] farewell() {
    return "* BYE [UNAVAILABLE] server is shutting down\r\n".getBytes(StandardCharsets.US_ASCII);
  }

  Mail mail() {
    return mail;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  SaslServer sasl() {
    return sasl;
  }

  AccessLog accessLog() {
    return accessLog;
  }

  Spool spool() {
    return spool;
  }

  InstantSource clock() {
    return clock;
  }

  ImapLimits limits() {
    return limits;
  }

  boolean plaintextOnLoopback() {
    return plaintextOnLoopback;
  }

  RecentClaims recent() {
    return recent;
  }

  AccountMemory memory() {
    return memory;
  }

  /** One permit for each connection that is compressed. */
  Semaphore compressed() {
    return compressed;
  }

  Commands commands() {
    return commands;
  }
}
