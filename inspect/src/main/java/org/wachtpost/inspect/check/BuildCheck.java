package org.wachtpost.inspect.check;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.BuildTable;
import org.wachtpost.inspect.rules.BuildTable.Patched;

/** I01 and I02: which holes the build leaves open, and what stood in their way. */
final class BuildCheck {
  private static final String[] CHAINS = {"ProxyLogon", "ProxyShell", "ProxyNotShell", "OWASSRF"};

  private BuildCheck() {}

  static void report(ServerFacts facts, BuildTable table, FindingSink sink) {
    Optional<ServerFacts.SeenBuild> best = facts.best();
    if (best.isEmpty()) {
      return;
    }
    ServerFacts.SeenBuild seen = best.get();
    for (String chain : CHAINS) {
      Patched patched = table.patched(chain, seen.build());
      if (patched != Patched.OPEN && patched != Patched.NEVER_FIXED) {
        continue;
      }
      boolean sure = seen.withUpdate() || patched == Patched.NEVER_FIXED;
      sink.report(
          new Sighting(CheckId.I01, Stage.EXPOSED, chain + " open", seen.source())
              .because(
                  sure ? Confidence.HIGH : Confidence.LOW,
                  patched == Patched.NEVER_FIXED
                      ? "this cumulative update never got the fix"
                      : sure
                          ? "the build is below " + table.closing(chain, seen.build()).orElse("")
                          : "the cumulative update needs "
                              + table.closing(chain, seen.build()).orElse("a later one")
                              + "; this evidence does not say whether it was installed")
              .see(Published.BUILDS)
              .detail("build", seen.build().toString())
              .detail("name", table.name(seen.build()))
              .detail("evidence", seen.evidence())
              .detail("chain", chain));
    }
  }

  static Map<String, String> server(ServerFacts facts, BuildTable table, Locale locale) {
    Map<String, String> server = new LinkedHashMap<>();
    if (!facts.computers().isEmpty()) {
      server.put("computer", String.join(", ", facts.computers()));
    }
    Optional<ServerFacts.SeenBuild> best = facts.best();
    if (best.isEmpty()) {
      server.put("build", "not known: the evidence has neither ExSetup.exe nor Exchange's logs");
    } else {
      ServerFacts.SeenBuild seen = best.get();
      boolean newer = table.newer(seen.build());
      server.put(
          "build",
          seen.build()
              + " (from "
              + seen.evidence()
              + (seen.withUpdate() ? ")" : ", which does not show security updates)"));
      server.put(
          "product",
          newer ? "newer than this table (" + table.date() + ")" : table.name(seen.build()));
      for (String chain : CHAINS) {
        server.put(chain, state(table, seen, chain).toLowerCase(locale));
      }
    }
    named(server, "updates named", facts.facts("update"));
    named(server, "mitigations", facts.facts("mitigation"));
    return server;
  }

  /** Each value once: several files say the same. */
  private static void named(Map<String, String> server, String name, List<ServerFacts.Fact> facts) {
    Set<String> values = new LinkedHashSet<>();
    facts.forEach(fact -> values.add(fact.value()));
    if (!values.isEmpty()) {
      server.put(name, String.join(", ", values));
    }
  }

  private static String state(BuildTable table, ServerFacts.SeenBuild seen, String chain) {
    return switch (table.patched(chain, seen.build())) {
      case CLOSED -> "closed";
      case OPEN ->
          seen.withUpdate()
              ? "open"
              : "open unless "
                  + table.closing(chain, seen.build()).orElse("fixed")
                  + " was installed";
      case NEVER_FIXED -> "open: never fixed for this cumulative update";
      case NEWER_THAN_TABLE -> "newer than this table (" + table.date() + ")";
      case UNKNOWN -> "not known";
    };
  }
}
