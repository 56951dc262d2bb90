package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import java.time.Instant;
import java.util.List;
import org.wachtpost.directory.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost app-password}. */
@Command(
    name = "app-password",
    description = "Passwords for one program or device each.",
    mixinStandardHelpOptions = true)
final class AppPasswordCommand {

  @Command(name = "add", description = "Make an app password and print it once.")
  int add(
      @Mixin Common common,
      @Parameters(index = "0", paramLabel = "ADDRESS") String address,
      @Parameters(index = "1", paramLabel = "NAME") String name,
      @Option(
              names = "--scope",
              split = ",",
              paramLabel = "SCOPE",
              defaultValue = "imap,smtp",
              description = "what it may be used for (default: ${DEFAULT-VALUE})")
          List<Scope> scopes,
      @Option(
              names = "--expires",
              paramLabel = "DATE",
              description = "when it ends: 2026-12-31, or a time as 2026-12-31T12:00:00Z")
          Instant expires) {
    ObjectNode request = request("app-password-add").put("address", address).put("name", name);
    Common.put(request, "scopes", scopes.stream().map(Scope::word).toList());
    if (expires != null) {
      request.put("expires", expires.toString());
    }
    return common.run(request, r -> r.path("password").asString());
  }

  @Command(name = "list", description = "Show a person's app passwords (not the secrets).")
  int list(@Mixin Common common, @Parameters(paramLabel = "ADDRESS") String address) {
    return common.runList(
        request("app-password-list").put("address", address),
        r ->
            shown(r, "name")
                + "  "
                + Common.shownAll(r, "scopes")
                + "  expires "
                + shown(r, "expires")
                + "  last used "
                + shown(r, "last_used"));
  }

  @Command(name = "remove", description = "Remove an app password.")
  int remove(
      @Mixin Common common,
      @Parameters(index = "0", paramLabel = "ADDRESS") String address,
      @Parameters(index = "1", paramLabel = "NAME") String name) {
    return common.run(
        request("app-password-remove").put("address", address).put("name", name),
        r -> "removed " + shown(name));
  }
}
