package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;
import static org.wachtpost.cli.Common.shownAll;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost group}. */
@Command(name = "group", description = "Distribution lists.", mixinStandardHelpOptions = true)
final class GroupCommand {

  @Command(name = "add", description = "Add a group, or set its members anew.")
  int add(
      @Mixin Common common,
      @Option(names = "--name", paramLabel = "NAME") String name,
      @Parameters(index = "0", paramLabel = "ADDRESS") String address,
      @Parameters(index = "1..*", arity = "0..*", paramLabel = "MEMBER") List<String> members) {
    ObjectNode request = request("group-add").put("address", address);
    if (name != null) {
      request.put("name", name);
    }
    Common.put(request, "members", members == null ? List.of() : members);
    return common.run(request, Common::added);
  }

  @Command(name = "list", description = "Show the groups.")
  int list(@Mixin Common common) {
    return common.runList(
        request("group-list"),
        r ->
            Common.shownAddress(r, "address")
                + "  "
                + shown(r, "name")
                + "  "
                + shownAll(r, "members"));
  }

  @Command(name = "remove", description = "Remove a group.")
  int remove(@Mixin Common common, @Parameters(paramLabel = "ADDRESS") String address) {
    return common.run(
        request("group-remove").put("address", address), r -> "removed " + shown(address));
  }
}
