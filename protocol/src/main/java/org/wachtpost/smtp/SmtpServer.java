package org.wachtpost.smtp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.wachtpost.access.AccessLog;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.directory.Recipients;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.AddressRate;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Protocol;
import org.wachtpost.sasl.SaslServer;

/** SMTP or LMTP in one role; listen with it on as many endpoints as wanted. Thread-safe. */
public final class SmtpServer implements Protocol {
  private final SmtpRole role;
  private final SmtpSettings settings;
  private final Services services;
  private final AddressRate commandRate;

  /** What sessions need. */
  public record Services(
      Delivery delivery,
      Recipients recipients,
      SaslServer sasl,
      Spool spool,
      AccessLog accessLog,
      InstantSource clock) {}

  public SmtpServer(SmtpRole role, SmtpSettings settings, Services services) {
    this.role = role;
    this.settings = settings;
    this.services = services;
    this.commandRate = new AddressRate(settings.limits().commandsPerMinute());
  }

  SmtpRole role() {
    return role;
  }

  SmtpSettings settings() {
    return settings;
  }

  Services services() {
    return services;
  }

  /** Whether this far end may send another command now. */
  boolean mayCommand(Connection connection) {
    return (connection.isLoopback() && !settings.limits().limitLoopback())
        || commandRate.tryTake(connection.remote(), System.nanoTime());
  }

  /** Whether the far end is this machine or in a private network: no sprayer of spam. */
  boolean isNear(Connection connection) {
    InetAddress far = connection.remote();
    // fc00::/7: unique local addresses
    boolean unique = far instanceof Inet6Address && (far.getAddress()[0] & 0xfe) == 0xfc;
    return connection.isLoopback()
        ? !settings.limits().limitLoopback()
        : far.isSiteLocalAddress() || far.isLinkLocalAddress() || unique;
  }

  @Override
  public void serve(Connection connection) throws IOException {
    new SmtpSession(this, connection).run();
  }

  @Override
  public byte[] refusal(Refusal reason) {
    return ("421 " + settings.host() + " too many connections (" + reason.word() + ")\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] farewell() {
    return ("421 4.3.2 " + settings.host() + " Server shuts down\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
