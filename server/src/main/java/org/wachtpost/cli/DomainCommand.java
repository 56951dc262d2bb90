package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

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

  @Command(
      name = "dns",
      description = {
        "Print the DNS records that a domain needs, as a commented zone snippet.",
        "Print it again after rotate-keys: DKIM records come and go."
      })
  int dns(@Mixin Common common, @Parameters(paramLabel = "NAME") String name) {
    return common.run(
        request("domain-dns").put("name", name),
        r ->
            r.path("zone").asString().lines().map(Common::shown).collect(Collectors.joining("\n")));
  }

  @Command(
      name = "rotate-keys",
      description = {
        "Change the DKIM keys of a domain, in two steps that overlap.",
        "The first call makes new keys; publish them (domain dns). They sign from the second"
            + " call, or by themselves two days later if the DNS shows them by then. The old keys"
            + " stay published for 14 days and are then removed."
      })
  int rotateKeys(
      @Mixin Common common,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--now",
              description =
                  "new keys sign at once, although others cannot verify that before the DNS shows"
                      + " them; for keys that were stolen")
          boolean now) {
    return common.run(
        request("domain-rotate-keys").put("name", name).put("now", now),
        r -> rotation(r, shown(name)));
  }

  private static String rotation(JsonNode result, String name) {
    StringBuilder text = new StringBuilder();
    for (JsonNode key : result.path("keys")) {
      text.append(shown(key, "state")).append(' ').append(shown(key, "record_name")).append('\n');
    }
    if (result.path("activated").asBoolean()) {
      return text.append("the new keys sign now; publish: wachtpost domain dns ")
          .append(name)
          .append("\nretiring keys stay published for ")
          .append(result.path("retirement_days").asInt())
          .append(" days (take a stolen key out of the DNS at once)")
          .toString();
    }
    return text.append("publish the next keys: wachtpost domain dns ")
        .append(name)
        .append("\nthey sign from the next rotate-keys, or in ")
        .append(result.path("overlap_days").asInt())
        .append(" days if the DNS shows them then")
        .toString();
  }
}
