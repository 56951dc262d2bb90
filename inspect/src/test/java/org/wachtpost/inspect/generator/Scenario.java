package org.wachtpost.inspect.generator;

import java.time.LocalDate;
import java.util.Locale;

/** What happened on the server; {@link Scenarios} plants it. */
public enum Scenario {
  /** A vulnerable server, patched weeks late, that nobody attacked. */
  CLEAN_PATCHED_LATE("2021-03-28", "15.01.2106.002"),
  /** Somebody's scanner looked whether the hole was open. */
  PROBED("2021-03-28", "15.01.2106.002"),
  /** The exploit ran but found no mailbox to use. */
  ATTEMPTED_FAILED("2021-03-28", "15.01.2106.002"),
  /** In, web shell, commands, passwords and mail taken. */
  PROXYLOGON_SHELL_THEFT("2021-03-28", "15.01.2106.002"),
  /** In, web shell, used, deleted. */
  SHELL_PLACED_AND_REMOVED("2021-03-28", "15.01.2106.002"),
  /** The break-in is older than Exchange's own logs; its shell still lies there. */
  LOGS_ROLLED_AWAY("2021-04-28", "15.01.2106.002"),
  /** Nothing is left of the time in which the hole was open. */
  NOTHING_LEFT("2021-04-28", "15.01.2106.002"),
  /** The intruder cleared the event logs and deleted the days from the IIS logs. */
  LOGS_CLEARED("2021-03-28", "15.01.2106.002"),
  /** Two intruders, days apart, with a shell each. */
  TWO_ACTORS("2021-03-28", "15.01.2106.002"),
  /** ProxyShell, August 2021: CVE-2021-34473, 34523, 31207. */
  PROXYSHELL("2021-08-29", "15.01.2176.002"),
  /** ProxyNotShell, September 2022: CVE-2022-41040, 41082. */
  PROXYNOTSHELL("2022-10-16", "15.01.2507.012"),
  /** OWASSRF, December 2022: CVE-2022-41080, 41082. */
  OWASSRF("2022-12-28", "15.01.2507.012");

  private final String lastDay;
  private final String build;

  Scenario(String lastDay, String build) {
    this.lastDay = lastDay;
    this.build = build;
  }

  /** The word on the command line and in expected.json. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The day on which the copy was made. */
  LocalDate lastDay() {
    return LocalDate.parse(lastDay);
  }

  /** The build that was installed when it happened. */
  String build() {
    return build;
  }

  /** The scenario of that word. */
  static Scenario of(String word) {
    for (Scenario scenario : values()) {
      if (scenario.word().equals(word)) {
        return scenario;
      }
    }
    throw new IllegalArgumentException("no scenario " + word);
  }
}
