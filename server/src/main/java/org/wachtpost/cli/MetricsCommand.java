package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wachtpost metrics}. */
@Command(
    name = "metrics",
    description = "Print numbers for a monitoring system, in Prometheus' text form.")
final class MetricsCommand implements Callable<Integer> {
  @Mixin private Common common = new Common();

  @Override
  public Integer call() {
    return common.run(request("metrics"), r -> r.path("text").asString("").stripTrailing());
  }
}
