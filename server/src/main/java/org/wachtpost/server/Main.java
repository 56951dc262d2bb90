package org.wachtpost.server;

import org.wachtpost.cli.Cli;

/** Entry of the process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    forbidRenegotiation();
    System.exit(Cli.run(arguments));
  }

  /** RFC 9325 §3.5: TLS 1.2 clients could make the server work. Before the first use of TLS. */
  static void forbidRenegotiation() {
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }
}
