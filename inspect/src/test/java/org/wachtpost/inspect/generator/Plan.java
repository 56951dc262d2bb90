package org.wachtpost.inspect.generator;

import java.nio.file.Path;
import java.time.LocalDate;

/**
 * What is to be made.
 *
 * @param tree root of the copy; drive C becomes the folder {@code C} in it
 * @param seed everything random comes from it
 * @param scenario what happened on the server
 * @param days days of logs, the last one full
 * @param rowsPerDay HttpProxy rows on a day; the others follow in proportion
 * @param threads days written at a time
 */
record Plan(Path tree, long seed, Scenario scenario, int days, int rowsPerDay, int threads) {
  /** How long Exchange keeps its own logs; IIS never deletes. */
  static final int EXCHANGE_RETENTION_DAYS = 30;

  static final int LEAST_DAYS = 3;

  Plan {
    if (days < LEAST_DAYS || rowsPerDay < 1 || threads < 1) {
      throw new IllegalArgumentException("at least " + LEAST_DAYS + " days and one row a day");
    }
  }

  LocalDate first() {
    return last().minusDays(days - 1L);
  }

  LocalDate last() {
    return scenario.lastDay();
  }

  /** A day of the window: 0.0 the first, 1.0 the last. */
  LocalDate dayAt(double fraction) {
    return first().plusDays(Math.round(fraction * (days - 1)));
  }

  /** The first day of which Exchange's own logs are still there. */
  LocalDate firstExchangeLog() {
    LocalDate kept = last().minusDays(EXCHANGE_RETENTION_DAYS - 1L);
    return kept.isAfter(first()) ? kept : first();
  }
}
