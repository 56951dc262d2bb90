package org.wachtpost.inspect.generator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plants what happened, and says what an inspection must find of it. */
final class Scenarios {
  static final String INTRUDER = "203.0.113.77";
  static final String CHECKER = "203.0.113.201";
  static final String PROBER = "203.0.113.9";
  static final String SHELL = "RedirSuiteServerProxy.aspx";
  private static final String PATCHED_BUILD = "15.01.2106.013"; // KB5000871 on CU18 of 2016

  private final Plan plan;
  private final Site site;
  private final Planting planting;
  private final Map<String, String> story = new LinkedHashMap<>();

  Scenarios(Plan plan, Site site, Planting planting) {
    this.plan = plan;
    this.site = site;
    this.planting = planting;
  }

  Expected plant() {
    return switch (plan.scenario()) {
      case CLEAN_PATCHED_LATE -> {
        patched(0.8);
        yield Expected.clean(story);
      }
      case PROBED -> {
        nmap(at(0.4, "11:02:03Z"));
        patched(0.8);
        yield Expected.of("probed", 10, List.of("I03"), story);
      }
      case ATTEMPTED_FAILED -> {
        ProxyLogon attack = attack(INTRUDER);
        attack.look(at(0.4, "06:49:42.162Z"));
        story.put("client", INTRUDER);
        patched(0.8);
        yield Expected.of("attempted", 11, List.of("I03"), story);
      }
      case PROXYLOGON_SHELL_THEFT -> {
        breakIn();
        useShell();
        patched(0.9);
        yield Expected.of("compromised", 13, List.of("I03", "I05", "I10", "I12", "I14"), story);
      }
    };
  }

  private void breakIn() {
    Instant start = at(0.4, "06:49:42.162Z");
    attack(INTRUDER).breakIn(start, "M1xSq7rTnk2Duw", SHELL, "klk123456");
    story.put("client", INTRUDER);
    story.put("shell", "owa\\auth\\" + SHELL);
    story.put("firstHit", start.toString());
  }

  private void useShell() {
    Attacker checker = new Attacker(site, planting, CHECKER, plan.seed());
    String path = "/owa/auth/" + SHELL;
    checker.page(at(0.5, "03:06:27.696Z"), "GET", path, Attacker.BROWSER, 200);
    Instant use = at(0.6, "17:27:45.010Z");
    for (int i = 0; i < 12; i++) {
      checker.page(use.plusSeconds(7L * i), "POST", path, Attacker.BROWSER, 200);
    }
    story.put("shellUsedBy", CHECKER);
  }

  private void nmap(Instant time) {
    Attacker prober = new Attacker(site, planting, PROBER, plan.seed()).through("/owa/auth/x.js");
    prober.forwarded(
        time, "localhost/ecp/default.flt?", "Mozilla/5.0 (compatible; Nmap Scripting Engine)", 500);
    story.put("client", PROBER);
  }

  private ProxyLogon attack(String client) {
    return new ProxyLogon(site, planting, new Attacker(site, planting, client, plan.seed()));
  }

  private void patched(double fraction) {
    planting.patched = plan.dayAt(fraction);
    planting.patchedBuild = PATCHED_BUILD;
    story.put("patched", planting.patched.toString());
  }

  private Instant at(double fraction, String time) {
    LocalDate day = plan.dayAt(fraction);
    return Instant.parse(day + "T" + time);
  }

  static LocalDate day(Instant time) {
    return time.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
