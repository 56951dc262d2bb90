package org.wachtpost.inspect.generator;

import java.time.LocalDate;
import java.util.Locale;

/** What happened on the server; {@link Scenarios} plants it. */
public enum Scenario {
  CLEAN_PATCHED_LATE("2021-03-28"),
  PROBED("2021-03-28"),
  ATTEMPTED_FAILED("2021-03-28"),
  PROXYLOGON_SHELL_THEFT("2021-03-28");

  private final String lastDay;

  Scenario(String lastDay) {
    this.lastDay = lastDay;
  }

  /** The word on the command line and in expected.json. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The day on which the copy was made. */
  LocalDate lastDay() {
    return LocalDate.parse(lastDay);
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
