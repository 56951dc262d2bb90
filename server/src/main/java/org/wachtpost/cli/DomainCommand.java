package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code wachtpost domain}. */
@Command(
    name = "domain",
    description = "Domains whose mail ends here.",
    mixinStandardHelpOptions = true)
final class DomainCommand {

  @Command(name = "add", description = "Take mail for a domain; the first one becomes the default.")
  int add(@Mixin Common common, @Parameters(paramLabel = "NAME") String name) {
    return common.run(request("domain-add").put("name", name), r -> "added " + shown(r, "unicode"));
  }

  @Command(name = "list", description = "Show the domains.")
  int list(@Mixin Common common) {
    return common.runList(
        request("domain-list"),
        r ->
            shown(r, "unicode")
                + (r.path("default").asBoolean() ? "  (default)" : "")
                + (r.path("catch_all").isNull() ? "" : "  catch-all: " + shown(r, "catch_all")));
  }

  @Command(name = "remove", description = "Take no more mail for a domain that nothing uses.")
  int remove(@Mixin Common common, @Parameters(paramLabel = "NAME") String name) {
    return common.run(request("domain-remove").put("name", name), r -> "removed " + shown(name));
  }

  @Command(
      name = "catch-all",
      description =
          "Send mail for unknown names of a domain to an address; without one, refuse it.")
  int catchAll(
      @Mixin Common common,
      @Parameters(index = "0", paramLabel = "NAME") String name,
      @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS") String target) {
    return common.run(
        request("domain-catch-all").put("name", name).put("target", target),
        r -> target == null ? "unknown names are refused" : "unknown names go to " + shown(target));
  }

  @Command(name = "default", description = "Complete log-in names without a domain with this one.")
  int setDefault(@Mixin Common common, @Parameters(paramLabel = "NAME") String name) {
    return common.run(
        request("domain-default").put("name", name), r -> "default is " + shown(name));
  }
}
