package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code bin/dev evidence OUT --seed N --scenario NAME --days D [--rows-per-day N | --bytes SIZE]}.
 */
public final class EvidenceMain {
  private static final String USAGE =
      "usage: bin/dev evidence OUT --scenario NAME [--seed N] [--days D]"
          + " [--rows-per-day N | --bytes SIZE] [--threads N]\nscenarios: ";

  private EvidenceMain() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    Scenario scenario;
    int days;
    long seed;
    int rows;
    int threads;
    try {
      parse(arguments, options);
      scenario = Scenario.of(options.getOrDefault("scenario", ""));
      days = Integer.parseInt(options.getOrDefault("days", "30"));
      seed = Long.parseLong(options.getOrDefault("seed", "1"));
      threads = Integer.parseInt(options.getOrDefault("threads", "2"));
      rows =
          options.containsKey("bytes")
              ? Evidence.rowsPerDay(size(options.get("bytes")), days)
              : Integer.parseInt(options.getOrDefault("rows-per-day", "2000"));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(
          USAGE
              + Arrays.stream(Scenario.values())
                  .map(Scenario::word)
                  .collect(Collectors.joining(" ")));
      System.exit(2);
      return;
    }
    Path out = Path.of(options.get("out"));
    long start = System.nanoTime();
    Expected expected = Evidence.make(out, seed, scenario, days, rows, threads);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s: seed %d, %d days of %d rows, %.1f s; expected: %s%n",
        out.resolve("tree"),
        seed,
        days,
        rows,
        seconds,
        expected.verdicts().getFirst());
  }

  private static void parse(String[] arguments, Map<String, String> options) {
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].startsWith("--")) {
        options.put("out", arguments[i]);
      } else if (i + 1 < arguments.length
          && java.util.Set.of("seed", "scenario", "days", "rows-per-day", "bytes", "threads")
              .contains(arguments[i].substring(2))) {
        options.put(arguments[i].substring(2), arguments[++i]);
      } else {
        throw new IllegalArgumentException("unknown or incomplete option " + arguments[i]);
      }
    }
    if (!options.containsKey("out")) {
      throw new IllegalArgumentException("no folder given");
    }
  }

  /** Bytes from 500M, 4G or a plain number. */
  private static long size(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    int shift = upper.endsWith("G") ? 30 : upper.endsWith("M") ? 20 : upper.endsWith("K") ? 10 : 0;
    String number = shift == 0 ? upper : upper.substring(0, upper.length() - 1);
    return Long.parseLong(number) << shift;
  }
}
