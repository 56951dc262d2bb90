package org.wachtpost.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.wachtpost.config.Config;
import org.wachtpost.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wachtpost serve}. */
@Command(
    name = "serve",
    description = "Run the server in the foreground, as DIR/wachtpost.toml says.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Mixin private Common common = new Common();

  @Option(
      names = "--port-base",
      paramLabel = "N",
      converter = Conversions.PortBase.class,
      description = "ports are N plus the standard numbers, whatever the settings say")
  private int portBase;

  @Override
  public Integer call() throws IOException {
    Config config = Config.read(common.directory);
    Server.serve(
        common.directory, portBase == 0 ? config : config.withPortBase(portBase), server -> {});
    return 0;
  }
}
