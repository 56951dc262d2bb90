package org.wachtpost.server;

import org.wachtpost.cli.Cli;

/** Entry of the process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    setUpTls();
    System.exit(Cli.run(arguments));
  }

  /**
   * What the JDK's TLS is told by properties only, before its first use. Clients may not
   * renegotiate (RFC 9325 §3.5): TLS 1.2 clients could make the server work. No session tickets
   * (RFC 8446 §4.6.1): they come after the handshake, and mail programs that read and write one
   * OpenSSL connection in two threads hang or crash when they ask something right after STARTTLS,
   * as OfflineIMAP does. TLS 1.2 must then not take their extension (RFC 5077 §3.2) either: OpenSSL
   * would wait for the ticket that it was promised, and give up. Sessions of TLS 1.2 are resumed by
   * their id.
   */
  static void setUpTls() {
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
  }
}
