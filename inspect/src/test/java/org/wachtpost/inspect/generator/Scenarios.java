package org.wachtpost.inspect.generator;

import java.nio.charset.StandardCharsets;
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
  static final String SECOND_INTRUDER = "203.0.113.140";
  static final String SECOND_SHELL = "OutlookEN.aspx";
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
        otherPeoplesShells(at(0.6, "02:55:13.675Z"));
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
        yield compromised("I03", "I05", "I10", "I12", "I14", "I16", "I18");
      }
      case SHELL_PLACED_AND_REMOVED -> {
        breakIn();
        useShell();
        removeShell();
        patched(0.9);
        yield compromised("I03", "I05", "I13", "I14");
      }
      case LOGS_ROLLED_AWAY -> {
        breakIn();
        useShell();
        patched(0.8);
        planting.exchangeLogsFrom = plan.dayAt(0.8);
        yield compromised("I10", "I12", "I14");
      }
      case NOTHING_LEFT -> {
        patched(0.5);
        planting.exchangeLogsFrom = plan.last();
        planting.iisGapFrom = plan.first();
        planting.iisGapTo = plan.last().minusDays(1);
        planting.eventLogsClearedAt = at(1.0, "00:00:01Z");
        yield Expected.of("cannot tell", 3, List.of(), story);
      }
      case LOGS_CLEARED -> {
        breakIn();
        useShell();
        clearLogs();
        patched(0.9);
        yield compromised("I05", "I10", "I12", "I19");
      }
      case TWO_ACTORS -> {
        breakIn();
        useShell();
        secondActor();
        patched(0.95);
        yield compromised("I03", "I05", "I10", "I12", "I14");
      }
      case PROXYSHELL, PROXYNOTSHELL, OWASSRF -> laterChain();
    };
  }

  private Expected compromised(String... checks) {
    return Expected.of("compromised", 13, List.of(checks), story);
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
    Aftermath after = new Aftermath(site, planting);
    after.commands(use.plusMillis(300));
    if (plan.scenario() == Scenario.PROXYLOGON_SHELL_THEFT) {
      after.passwords(use.plusSeconds(40));
      after.mail(use.plusSeconds(60));
      after.stay(use.plusSeconds(300));
      after.virusScannerSees(
          at(0.8, "09:15:00Z"),
          "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"
              + SHELL);
    }
    story.put("shellUsedBy", CHECKER);
  }

  private void removeShell() {
    planting.files.remove(ProxyLogon.SHELL_FOLDER + SHELL);
    planting.files.put(
        "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/8e05b027/"
            + "e164d61b/redirsuiteserverproxy.aspx.cdcab7d2.compiled",
        ServerFiles.compiledPage("/owa/auth/" + SHELL).getBytes(StandardCharsets.UTF_8));
    Attacker checker = new Attacker(site, planting, CHECKER, plan.seed() + 1);
    Instant gone = at(0.9, "20:37:27.100Z");
    for (int i = 0; i < 3; i++) {
      checker.page(gone.plusMillis(500L * i), "GET", "/owa/auth/" + SHELL, Attacker.BROWSER, 302);
    }
    story.put("shellRemoved", "true");
  }

  private void clearLogs() {
    new Aftermath(site, planting).clearLogs(at(0.65, "02:10:00Z"));
    planting.iisGapFrom = plan.dayAt(0.4);
    planting.iisGapTo = plan.dayAt(0.6);
    story.put("cleared", at(0.65, "02:10:00Z").toString());
  }

  private void secondActor() {
    Attacker second =
        new Attacker(site, planting, SECOND_INTRUDER, plan.seed()).through("/ecp/x7.js");
    new ProxyLogon(site, planting, second)
        .breakIn(at(0.7, "21:14:08.020Z"), "8BeqQz4WYd1L8", SECOND_SHELL, "orange");
    second.page(
        at(0.7, "21:19:00.500Z"), "POST", "/owa/auth/" + SECOND_SHELL, Attacker.SCRIPT_AGENT, 200);
    story.put("secondClient", SECOND_INTRUDER);
    story.put("secondShell", "owa\\auth\\" + SECOND_SHELL);
  }

  private Expected laterChain() {
    Attacker attacker = new Attacker(site, planting, INTRUDER, plan.seed());
    LaterChains chains = new LaterChains(site, planting, attacker);
    Instant start = at(0.5, "04:12:31.442Z");
    story.put("client", INTRUDER);
    story.put("firstHit", start.toString());
    if (plan.scenario() == Scenario.PROXYSHELL) {
      chains.proxyShell(start);
      Attacker user = new Attacker(site, planting, CHECKER, plan.seed());
      user.served(
          start.plusSeconds(95),
          "POST",
          "/aspnet_client/qwzxkjva.aspx",
          Attacker.SCRIPT_AGENT,
          200);
      story.put("shell", "aspnet_client\\qwzxkjva.aspx");
      return compromised("I08", "I10", "I12", "I14");
    }
    if (plan.scenario() == Scenario.PROXYNOTSHELL) {
      chains.proxyNotShell(start);
    } else {
      chains.owaSsrf(start);
    }
    return new Expected(
        List.of("compromised", "likely compromised"), List.of(13, 12), List.of("I16"), story);
  }

  private void nmap(Instant time) {
    Attacker prober = new Attacker(site, planting, PROBER, plan.seed()).through("/owa/auth/x.js");
    prober.forwarded(
        time, "localhost/ecp/default.flt?", "Mozilla/5.0 (compatible; Nmap Scripting Engine)", 500);
    story.put("client", PROBER);
  }

  /** Somebody looks for shells that others may have left; there are none. */
  private void otherPeoplesShells(Instant time) {
    Attacker scanner = new Attacker(site, planting, "203.0.113.33", plan.seed());
    String[] names = {
      "OutlookEN",
      "TimeoutLogout",
      "RedirSuiteServerProxy",
      "discover",
      "shell",
      "web",
      "help",
      "aspnet_www",
      "log"
    };
    for (int i = 0; i < names.length; i++) {
      scanner.page(
          time.plusMillis(730L * i),
          "GET",
          "/owa/auth/" + names[i] + ".aspx",
          Attacker.BROWSER,
          i % 3 == 0 ? 404 : 302);
    }
  }

  private ProxyLogon attack(String client) {
    return new ProxyLogon(site, planting, new Attacker(site, planting, client, plan.seed()));
  }

  private void patched(double fraction) {
    planting.patched = plan.dayAt(fraction);
    planting.patchedBuild = PATCHED_BUILD;
    Instant time = planting.patched.atTime(18, 41).toInstant(ZoneOffset.UTC);
    planting.event(
        time,
        EventLogs.APPLICATION,
        EventLogs.classic(
            "MsiInstaller",
            EventLogs.APPLICATION,
            time,
            1_036,
            4,
            List.of(
                "Microsoft Exchange Server",
                "15.1.2106.2",
                "1033",
                "Security Update for Exchange Server 2016 Cumulative Update 18 (KB5000871)",
                "0",
                "Microsoft Corporation")));
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
