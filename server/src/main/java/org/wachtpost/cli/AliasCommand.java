package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;
import static org.wachtpost.cli.Common.shownAll;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost alias}. */
@Command(name = "alias", description = "Other addresses.", mixinStandardHelpOptions = true)
final class AliasCommand {

  @Command(name = "add", description = "Send mail for an address to others; or set them anew.")
  int add(
      @Mixin Common common,
      @Parameters(index = "0", paramLabel = "ADDRESS") String address,
      @Parameters(index = "1..*", arity = "1..*", paramLabel = "TARGET") List<String> targets) {
    ObjectNode request = request("alias-add").put("address", address);
    Common.put(request, "targets", targets);
    return common.run(request, Common::added);
  }

  @Command(name = "list", description = "Show the aliases.")
  int list(@Mixin Common common) {
    return common.runList(
        request("alias-list"),
        r -> Common.shownAddress(r, "address") + " -> " + shownAll(r, "targets"));
  }

  @Command(name = "remove", description = "Remove an alias.")
  int remove(@Mixin Common common, @Parameters(paramLabel = "ADDRESS") String address) {
    return common.run(
        request("alias-remove").put("address", address), r -> "removed " + shown(address));
  }
}
