package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The event logs: what every server writes all day, and what a scenario planted. */
final class EventLogs {
  static final String APPLICATION = "Application";
  static final String SYSTEM = "System";
  static final String SECURITY = "Security";
  static final String MANAGEMENT = "MSExchange Management";
  static final String DEFENDER = "Microsoft-Windows-Windows Defender/Operational";
  static final String IIS_CONFIGURATION = "Microsoft-IIS-Configuration/Operational";
  private static final List<String> LOGS =
      List.of(APPLICATION, SYSTEM, SECURITY, MANAGEMENT, DEFENDER, IIS_CONFIGURATION);
  private static final int EVENTS_PER_DAY_LEAST = 12;
  private static final int EVENTS_PER_DAY_MOST = 400;
  private static final int ROWS_PER_EVENT = 60;

  private static final Map<String, String> GUIDS =
      Map.of(
          "Microsoft-Windows-Security-Auditing", "54849625-5478-4994-a5ba-3e3b0328c30d",
          "Microsoft-Windows-Eventlog", "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148",
          "Microsoft-Windows-Windows Defender", "11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78",
          "Microsoft-Windows-IIS-Configuration", "dc0b8e51-4863-407a-bc3c-1b479b2978ac",
          "Service Control Manager", "555908d1-a6d7-4695-8e1e-26931d2012f4");

  private final Plan plan;
  private final Site site;
  private final Planting planting;

  EventLogs(Plan plan, Site site, Planting planting) {
    this.plan = plan;
    this.site = site;
    this.planting = planting;
  }

  /** A source of this server. */
  static WindowsEvents.Source source(Site site, String provider, String log) {
    return new WindowsEvents.Source(
        provider, GUIDS.getOrDefault(provider, ""), log, site.server + "." + site.domain);
  }

  /** An event with values without names. */
  static Planting.EventForm classic(
      String provider, String log, Instant time, int id, int level, List<String> data) {
    return (site, recordId) ->
        WindowsEvents.classic(source(site, provider, log), recordId, time, id, level, data);
  }

  /** An event with named values: name, value, name, value and so on. */
  static Planting.EventForm named(
      String provider, String log, Instant time, int id, int level, String... pairs) {
    return (site, recordId) ->
        WindowsEvents.manifest(
            source(site, provider, log), recordId, time, id, level, "", map(pairs));
  }

  /** An event with UserData of that element. */
  static Planting.EventForm userData(
      String log, Instant time, int id, String element, String... pairs) {
    return (site, recordId) ->
        WindowsEvents.userData(
            source(site, "Microsoft-Windows-Eventlog", log),
            recordId,
            time,
            id,
            4,
            element,
            map(pairs));
  }

  private static Map<String, String> map(String... pairs) {
    Map<String, String> data = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
    return data;
  }

  void write() throws IOException {
    Path folder = plan.tree().resolve("C/Windows/System32/winevt/Logs");
    Files.createDirectories(folder);
    for (String log : LOGS) {
      List<Planting.Event> all = new ArrayList<>(ordinary(log));
      planting.events.stream().filter(event -> event.log().equals(log)).forEach(all::add);
      Instant cleared = planting.eventLogsClearedAt;
      if (cleared != null && (log.equals(SECURITY) || log.equals(SYSTEM))) {
        all.removeIf(event -> event.time().isBefore(cleared));
      }
      all.sort(Comparator.comparing(Planting.Event::time));
      write(folder.resolve(log.replace("/", "%4") + ".evtx"), all);
    }
  }

  private void write(Path path, List<Planting.Event> events) throws IOException {
    try (EvtxWriter writer =
        new EvtxWriter(
            Files.newByteChannel(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            1)) {
      for (Planting.Event event : events) {
        writer.write(event.time(), event.form().fragment(site, writer.nextRecordId()));
      }
    }
  }

  private List<Planting.Event> ordinary(String log) {
    List<Planting.Event> events = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(plan.seed() ^ log.hashCode());
    int perDay =
        Math.clamp(plan.rowsPerDay() / ROWS_PER_EVENT, EVENTS_PER_DAY_LEAST, EVENTS_PER_DAY_MOST);
    if (log.equals(DEFENDER) || log.equals(IIS_CONFIGURATION)) {
      perDay = 3;
    }
    for (LocalDate day = plan.first(); !day.isAfter(plan.last()); day = day.plusDays(1)) {
      Instant start = day.atStartOfDay(ZoneOffset.UTC).toInstant();
      for (int i = 0; i < perDay; i++) {
        Instant time =
            start.plusMillis(i * 86_400_000L / perDay + random.nextInt(86_400_000 / perDay));
        events.add(new Planting.Event(time, log, ordinary(log, time, random)));
      }
    }
    return events;
  }

  private Planting.EventForm ordinary(String log, Instant time, SplittableRandom random) {
    Site.Person person = site.people.get(random.nextInt(site.people.size()));
    return switch (log) {
      case SECURITY -> security(time, random, person);
      case SYSTEM -> system(time, random);
      case MANAGEMENT -> cmdlet(time, random, person);
      case DEFENDER ->
          named(
              "Microsoft-Windows-Windows Defender",
              log,
              time,
              2_000,
              4,
              "Product Name",
              "Windows Defender Antivirus",
              "Current security intelligence Version",
              "1.333." + random.nextInt(2_000) + ".0");
      case IIS_CONFIGURATION ->
          named(
              "Microsoft-Windows-IIS-Configuration",
              log,
              time,
              50,
              4,
              "ConfigPath",
              "MACHINE/WEBROOT/APPHOST",
              "PhysicalPath",
              "applicationHost.config");
      default ->
          switch (random.nextInt(4)) {
            case 0 ->
                classic(
                    "MSExchange ADAccess",
                    log,
                    time,
                    2_080,
                    4,
                    List.of("w3wp.exe", "4711", "In-site: dc01." + site.domain + " CDG 1 7 7 1 0"));
            case 1 ->
                classic(
                    "ESENT",
                    log,
                    time,
                    916,
                    4,
                    List.of("svchost", "(1508,G,98) ", "", "2", "0x410022D8"));
            case 2 ->
                classic(
                    "MSExchangeTransport",
                    log,
                    time,
                    16_028,
                    3,
                    List.of("transport.config", "forced reload"));
            default ->
                classic(
                    "ASP.NET 4.0.30319.0",
                    log,
                    time,
                    1_309,
                    3,
                    List.of("3005", "An unhandled exception has occurred.", time.toString()));
          };
    };
  }

  private Planting.EventForm security(Instant time, SplittableRandom random, Site.Person person) {
    String provider = "Microsoft-Windows-Security-Auditing";
    if (random.nextInt(6) == 0) {
      // The page compiler is an ordinary child of the worker process.
      return process(
          time,
          site.server + "$",
          "C:\\Windows\\System32\\inetsrv\\w3wp.exe",
          "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe",
          "csc.exe /noconfig /fullpaths @C:\\Windows\\TEMP\\x" + random.nextInt(999) + ".cmdline");
    }
    if (random.nextInt(6) == 0) {
      return process(
          time,
          "SYSTEM",
          "C:\\Windows\\System32\\services.exe",
          "C:\\Windows\\System32\\svchost.exe",
          "svchost.exe -k netsvcs -p");
    }
    return named(
        provider,
        SECURITY,
        time,
        random.nextInt(3) == 0 ? 4_634 : 4_624,
        0,
        "TargetUserSid",
        person.sid(),
        "TargetUserName",
        person.name(),
        "TargetDomainName",
        site.netbios,
        "LogonType",
        "3",
        "IpAddress",
        new String(person.office(), java.nio.charset.StandardCharsets.US_ASCII));
  }

  /** A process was started: 4688, with its command line. */
  static Planting.EventForm process(
      Instant time, String user, String parent, String program, String commandLine) {
    return named(
        "Microsoft-Windows-Security-Auditing",
        SECURITY,
        time,
        4_688,
        0,
        "SubjectUserSid",
        "S-1-5-18",
        "SubjectUserName",
        user,
        "NewProcessName",
        program,
        "CommandLine",
        commandLine,
        "ParentProcessName",
        parent);
  }

  private Planting.EventForm system(Instant time, SplittableRandom random) {
    if (random.nextInt(5) == 0) {
      return classic(
          "EventLog",
          SYSTEM,
          time,
          6_013,
          4,
          List.of("", "", "", "", Integer.toString(random.nextInt(9_000_000)), "60", "0 UTC"));
    }
    String[] services = {
      "Windows Update",
      "Microsoft Exchange Health Manager",
      "WinHTTP Web Proxy" + " Auto-Discovery Service",
      "Background Intelligent Transfer Service"
    };
    return named(
        "Service Control Manager",
        SYSTEM,
        time,
        7_036,
        4,
        "param1",
        services[random.nextInt(services.length)],
        "param2",
        random.nextBoolean() ? "running" : "stopped");
  }

  private Planting.EventForm cmdlet(Instant time, SplittableRandom random, Site.Person person) {
    String[][] ordinary = {
      {"Get-Mailbox", "-Identity \"" + person.smtp() + "\""},
      {"Set-Mailbox", "-Identity \"" + person.smtp() + "\" -DisplayName \"" + person.name() + "\""},
      {"Get-ExchangeServer", ""},
      {"Test-ServiceHealth", ""},
      {"Set-CASMailbox", "-Identity \"" + person.smtp() + "\" -PopEnabled \"False\""},
      {"Get-OabVirtualDirectory", "-ADPropertiesOnly \"True\""}
    };
    String[] one = ordinary[random.nextInt(ordinary.length)];
    return cmdletEvent(
        site,
        time,
        1,
        one[0],
        one[1],
        site.domain + "/Users/Administrator",
        "EMC.Remote-ManagementShell-Unknown",
        "MSExchangePowerShellAppPool");
  }

  /** A cmdlet was run: the values in the order of published records. */
  static Planting.EventForm cmdletEvent(
      Site site,
      Instant time,
      int id,
      String cmdlet,
      String parameters,
      String user,
      String host,
      String pool) {
    String sid = site.domainSid + "-500";
    return classic(
        "MSExchange CmdletLogs",
        MANAGEMENT,
        time,
        id,
        id == 1 ? 4 : 2,
        List.of(
            cmdlet,
            parameters,
            user,
            sid,
            sid,
            host,
            "5668 w3wp#" + pool,
            "",
            "21",
            "00:00:00.4520000",
            "View Entire Forest: 'False', Default Scope: '" + site.domain + "'",
            "",
            "",
            "",
            "",
            "",
            "",
            "False",
            "",
            "0 objects execution has been proxied to remote" + " server.",
            "",
            "",
            "0",
            "ActivityId: " + new java.util.UUID(time.toEpochMilli(), cmdlet.hashCode()),
            "ServicePlan:;IsAdmin:True;",
            "",
            "en-US"));
  }
}
