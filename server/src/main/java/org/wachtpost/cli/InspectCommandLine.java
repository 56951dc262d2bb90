package org.wachtpost.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.wachtpost.inspect.InspectCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code wachtpost inspect}: hands everything to the inspector, which reads its own options. */
@Command(
    name = "inspect",
    description = "Look for evidence of compromise in an Exchange server's files.")
final class InspectCommandLine implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return InspectCommand.run(arguments, Cli.OUT, Cli.ERR);
  }
}
