package org.wachtpost.cli;

import java.util.concurrent.Callable;
import org.wachtpost.admin.Admin;
import org.wachtpost.server.AdminAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code wachtpost check}. */
@Command(
    name = "check",
    description = "Check that the store is whole: files, records, bodies and what refers to them.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Mixin private Common common = new Common();

  @Override
  public Integer call() {
    JsonNode result;
    try (Admin admin = AdminAccess.openExisting(common.directory, "check")) {
      result = admin.call(Common.request("check"), new byte[0], item -> {});
    }
    boolean healthy = result.path("healthy").asBoolean();
    if (common.json) {
      common.out().println(Common.JSON.writeValueAsString(result));
    } else {
      result.path("problems").forEach(p -> common.out().println(Common.shown(p.asString())));
      common
          .out()
          .println(
              healthy
                  ? "the store is whole: "
                      + result.path("accounts").asLong()
                      + " accounts, "
                      + result.path("keys").asLong()
                      + " keys, "
                      + result.path("blobs").asLong()
                      + " blobs"
                  : result.path("problems").size() + " problems");
    }
    return healthy ? 0 : Cli.FAILED;
  }
}
