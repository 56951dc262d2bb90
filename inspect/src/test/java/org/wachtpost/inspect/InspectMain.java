package org.wachtpost.inspect;

import java.util.List;

/** Runs the command from the module's own classes, for benchmarks and trying out. */
public final class InspectMain {
  private InspectMain() {}

  public static void main(String[] arguments) {
    System.exit(InspectCommand.run(List.of(arguments), System.out, System.err));
  }
}
