package org.wachtpost.server;

import org.wachtpost.cli.Cli;

/** Entry of the process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Cli.run(arguments));
  }
}
