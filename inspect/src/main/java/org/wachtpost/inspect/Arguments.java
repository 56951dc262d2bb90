package org.wachtpost.inspect;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceLimits;

/** The command line, taken apart. */
record Arguments(InspectOptions options, @Nullable Path report, boolean json, boolean help) {

  static final String USAGE =
      """
      usage: wachtpost inspect PATH... [options]
             wachtpost inspect --dump-events FILE.evtx
        PATH                     root of a Windows drive, Exchange or inetpub folder, folder of
                                 logs, .zip, or single files; only read, never changed
        --since DATE             look from this day on (default 2020-09-01)
        --until DATE             look up to and with this day
        --baseline FILE.csv...   hashes of this build's files: SHA256,version,path
        --network CIDR=LABEL...  name networks in the report
        --iis-timezone ZONE      zone of the times in IIS logs (default UTC)
        --rules DIR              folder of rules files that replace the built-in ones
        --report DIR             write report.html, findings.json, timeline.csv and evidence/
        --json                   print findings.json instead of the report
        --threads N              threads to read with (default: one per processor)
        --dump-events FILE       print every record of an event log as XML, and nothing else
      exit: 0 nothing found in what was covered, 3 cannot tell, 10 probed, 11 attempted,
            12 likely compromised, 13 compromised, 1 failed, 2 usage\
      """;

  /** The arguments are not in order; the message says which. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static Arguments parse(List<String> arguments, Instant now) throws UsageException {
    Parser parser = new Parser(now);
    int at = 0;
    boolean onlyPaths = false;
    while (at < arguments.size()) {
      String argument = arguments.get(at++);
      if (onlyPaths || !argument.startsWith("-") || argument.equals("-")) {
        parser.paths.add(path(argument));
      } else if (argument.equals("--")) {
        onlyPaths = true;
      } else if (!parser.flag(argument)) {
        int equals = argument.indexOf('=');
        String name = equals > 0 ? argument.substring(0, equals) : argument;
        Parser.known(name);
        String value;
        if (equals > 0) {
          value = argument.substring(equals + 1);
        } else if (at < arguments.size()) {
          value = arguments.get(at++);
        } else {
          throw new UsageException(name + " needs a value");
        }
        parser.option(name, value);
        while (at < arguments.size() && Parser.continues(name, arguments.get(at))) {
          parser.option(name, arguments.get(at++));
        }
      }
    }
    return parser.finish();
  }

  private static Path path(String text) throws UsageException {
    if (text.isEmpty()) {
      // A variable that was never set: the folder one stands in is not what was meant.
      throw new UsageException("an empty PATH");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException invalid) {
      throw new UsageException("not a path: " + text);
    }
  }

  private static final class Parser {
    private static final List<String> NAMES =
        List.of(
            "--since",
            "--until",
            "--baseline",
            "--network",
            "--iis-timezone",
            "--rules",
            "--report",
            "--threads");

    private static final Set<String> FLAGS = Set.of("--json", "--help", "-h");

    /** Options that may be given more than once. */
    private static final Set<String> SEVERAL = Set.of("--baseline", "--network");

    final List<Path> paths = new ArrayList<>();
    private final Set<String> given = new HashSet<>();
    private final Instant now;
    private final Map<String, String> networks = new LinkedHashMap<>();
    private Instant since = InspectOptions.SINCE;
    private @Nullable Instant until;
    private final List<Path> baselines = new ArrayList<>();
    private @Nullable Path rules;
    private @Nullable Path report;
    private ZoneId zone = ZoneOffset.UTC;
    private int threads =
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, InspectOptions.MAX_THREADS);
    private boolean json;
    private boolean help;

    Parser(Instant now) {
      this.now = now;
    }

    static void known(String name) throws UsageException {
      if (name.equals(EventDump.OPTION)) {
        throw new UsageException(name + " stands first, takes one FILE and nothing else");
      }
      if (FLAGS.contains(name)) {
        throw new UsageException(name + " takes no value");
      }
      if (!NAMES.contains(name)) {
        throw new UsageException("unknown option " + name);
      }
    }

    /** Whether an argument is one more value of an option that takes several. */
    static boolean continues(String name, String argument) {
      return switch (name) {
        case "--baseline" -> argument.toLowerCase(Locale.ROOT).endsWith(".csv");
        case "--network" -> {
          int equals = argument.indexOf('=');
          yield equals > 0 && Networks.valid(argument.substring(0, equals));
        }
        default -> false;
      };
    }

    boolean flag(String argument) {
      switch (argument) {
        case "--json" -> json = true;
        case "--help", "-h" -> help = true;
        default -> {
          return false;
        }
      }
      return true;
    }

    void option(String name, String value) throws UsageException {
      if (!SEVERAL.contains(name) && !given.add(name)) {
        throw new UsageException(name + " is given twice");
      }
      switch (name) {
        case "--since" -> since = moment(name, value, false);
        case "--until" -> until = moment(name, value, true);
        case "--baseline" -> baselines.add(path(value));
        case "--rules" -> rules = path(value);
        case "--report" -> report = path(value);
        case "--network" -> network(value);
        case "--iis-timezone" -> zone = zone(value);
        case "--threads" -> threads = threads(value);
        default -> known(name);
      }
    }

    private void network(String value) throws UsageException {
      int equals = value.indexOf('=');
      if (equals <= 0
          || equals == value.length() - 1
          || !Networks.valid(value.substring(0, equals))) {
        throw new UsageException("--network needs CIDR=LABEL, not " + value);
      }
      String cidr = value.substring(0, equals);
      if (networks.putIfAbsent(cidr, value.substring(equals + 1)) != null) {
        throw new UsageException("--network names " + cidr + " twice");
      }
    }

    private static Instant moment(String name, String value, boolean end) throws UsageException {
      try {
        if (value.length() > 10) {
          return Instant.parse(value);
        }
        LocalDate day = LocalDate.parse(value);
        Instant start = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        return end ? day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusNanos(1) : start;
      } catch (DateTimeException wrong) {
        throw new UsageException(name + " needs a date like 2020-09-01, not " + value);
      }
    }

    private static ZoneId zone(String value) throws UsageException {
      try {
        return ZoneId.of(value);
      } catch (DateTimeException wrong) {
        throw new UsageException(
            "--iis-timezone needs a zone like Europe/Amsterdam or +01:00, not " + value);
      }
    }

    private static int threads(String value) throws UsageException {
      if (value.matches("[1-9][0-9]?")) {
        int number = Integer.parseInt(value);
        if (number <= InspectOptions.MAX_THREADS) {
          return number;
        }
      }
      throw new UsageException(
          "--threads needs a number from 1 to " + InspectOptions.MAX_THREADS + ", not " + value);
    }

    Arguments finish() throws UsageException {
      if (help) {
        paths.add(Path.of("."));
      }
      if (paths.isEmpty()) {
        throw new UsageException("no PATH given");
      }
      Instant end = until;
      if (end != null && end.isBefore(since)) {
        throw new UsageException("--until is before --since");
      }
      InspectOptions options =
          new InspectOptions(
              paths,
              since,
              until,
              baselines,
              networks,
              zone,
              rules,
              threads,
              EvidenceLimits.STANDARD,
              now);
      return new Arguments(options, report, json, help);
    }
  }
}
