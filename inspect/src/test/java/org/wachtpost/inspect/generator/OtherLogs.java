package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** The small logs of Exchange: address book generation, cmdlets, IMAP and POP. */
final class OtherLogs {
  private static final String CMDLET_FIELDS =
      "DateTime,StartTime,RequestId,ClientRequestId,MajorVersion,MinorVersion,BuildVersion,"
          + "RevisionVersion,ServerHostName,ProcessId,ProcessName,ThreadId,CultureInfo,"
          + "Organization,AuthenticatedUser,ExecutingUserSid,EffectiveOrganization,"
          + "UserServicePlan,IsAdmin,ClientApplication,Cmdlet,Parameters,CmdletUniqueId,"
          + "UserBudgetOnStart,ContributeToFailFast,RequestErrors,ExecutionResult,TotalTime,"
          + "GenericLatency,GenericInfo,GenericErrors";
  private static final String IMAP_FIELDS =
      "dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,"
          + "context,puid";

  private final Plan plan;
  private final Site site;
  private final Planting planting;

  OtherLogs(Plan plan, Site site, Planting planting) {
    this.plan = plan;
    this.site = site;
    this.planting = planting;
  }

  void write() throws IOException {
    LocalDate from =
        planting.exchangeLogsFrom != null ? planting.exchangeLogsFrom : plan.firstExchangeLog();
    for (LocalDate day = from; !day.isAfter(plan.last()); day = day.plusDays(1)) {
      SplittableRandom random = new SplittableRandom(plan.seed() * 7 + day.toEpochDay());
      String date = day.toString().replace("-", "");
      addressBook(day, date, random);
      cmdlets(day, date, random);
      mailProtocol("Imap4", "IMAP4BE", day, date, random);
      mailProtocol("Pop3", "POP3BE", day, date, random);
    }
  }

  private void addressBook(LocalDate day, String date, SplittableRandom random) throws IOException {
    List<Planting.Row> rows = new ArrayList<>(planted(planting.oabGenerator, day));
    String folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\OAB\\";
    for (int hour = 1; hour < 24; hour += 8) {
      Instant time = at(day, hour, random);
      String oab = site.oabIdentity;
      rows.add(new Planting.Row(time, row(time, "Started generation of OAB " + oab)));
      if (random.nextInt(4) == 0) {
        rows.add(
            new Planting.Row(
                time.plusSeconds(9),
                row(
                    time.plusSeconds(9),
                    "Download failed and temporary file '"
                        + folder
                        + "Temp\\"
                        + oab
                        + ".tmp' needs to be removed")));
      }
      rows.add(
          new Planting.Row(time.plusSeconds(31), row(time.plusSeconds(31), "Finished " + oab)));
    }
    text(
        "OABGeneratorLog/OABGeneratorLog" + date + "-1.LOG",
        header("OABGeneratorLog", "DateTime,Server,Message"),
        rows);
  }

  private String row(Instant time, String message) {
    return ProxyRow.TIME.format(time) + "," + site.server + "," + ProxyRow.quoted(message);
  }

  private void cmdlets(LocalDate day, String date, SplittableRandom random) throws IOException {
    List<Planting.Row> rows = new ArrayList<>(planted(planting.cmdlets, day));
    String[] ordinary = {
      "Get-Mailbox",
      "Get-ExchangeServer",
      "Get-MailboxStatistics",
      "Get-HealthReport",
      "Get-MailboxDatabase"
    };
    for (int hour = 0; hour < 24; hour++) {
      Instant time = at(day, hour, random);
      String cmdlet = ordinary[random.nextInt(ordinary.length)];
      rows.add(
          new Planting.Row(
              time,
              cmdletRow(
                  site,
                  time,
                  cmdlet,
                  "-ResultSize \"Unlimited\"",
                  site.netbios + "\\Administrator",
                  "Remote-ManagementShell-Unknown")));
    }
    text(
        "CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_" + date + "-1.LOG",
        header("Rps Cmdlet Logs", CMDLET_FIELDS),
        rows);
  }

  /** A row of the cmdlet log. */
  static String cmdletRow(
      Site site, Instant time, String cmdlet, String parameters, String user, String application) {
    String when = ProxyRow.TIME.format(time);
    String id = new java.util.UUID(time.toEpochMilli(), cmdlet.hashCode()).toString();
    return String.join(
        ",",
        when,
        when,
        id,
        id,
        "15",
        "1",
        "2106",
        "2",
        site.server,
        "5668",
        "w3wp#MSExchangePowerShellAppPool",
        "37",
        "en-US",
        "",
        user,
        site.domainSid + "-500",
        "",
        "",
        "true",
        application,
        cmdlet,
        ProxyRow.quoted(parameters),
        id,
        "",
        "",
        "",
        "Success",
        "452",
        "",
        "",
        "");
  }

  private void mailProtocol(
      String folder, String name, LocalDate day, String date, SplittableRandom random)
      throws IOException {
    List<Planting.Row> rows = new ArrayList<>();
    int count = Math.clamp(plan.rowsPerDay() / 40, 24, 4_000);
    for (int i = 0; i < count; i++) {
      Instant time =
          day.atStartOfDay(ZoneOffset.UTC)
              .toInstant()
              .plusMillis(i * 86_400_000L / count + random.nextInt(86_400_000 / count));
      Site.Person person = site.people.get(random.nextInt(site.people.size()));
      boolean failed = random.nextInt(30) == 0;
      String client = new String(person.home(), StandardCharsets.US_ASCII);
      rows.add(
          new Planting.Row(
              time,
              ProxyRow.TIME.format(time)
                  + ",0000000000"
                  + random.nextInt(100, 999)
                  + ",1,"
                  + site.address
                  + ":9933,"
                  + client
                  + ":"
                  + random.nextInt(20_000, 60_000)
                  + ","
                  + (failed ? "" : person.smtp())
                  + ","
                  + random.nextInt(400)
                  + ",31,43,login,"
                  + person.smtp()
                  + " *****,"
                  + (failed ? "\"R=\"\"NO LOGIN failed.\"\"\"," : "R=ok,")));
    }
    text(
        folder + "/" + name + date + "-1.LOG",
        header(name.replace("BE", " Log"), IMAP_FIELDS),
        rows);
  }

  private String header(String type, String fields) {
    return "\uFEFF#Software: Microsoft Exchange Server\r\n#Version: "
        + planting.build
        + "\r\n#Log-type: "
        + type
        + "\r\n#Date: "
        + plan.first()
        + "T00:00:00.000Z\r\n#Fields: "
        + fields
        + "\r\n";
  }

  private static List<Planting.Row> planted(List<Planting.Row> rows, LocalDate day) {
    return rows.stream().filter(row -> Scenarios.day(row.time()).equals(day)).toList();
  }

  private static Instant at(LocalDate day, int hour, SplittableRandom random) {
    return day.atTime(hour, random.nextInt(60), random.nextInt(60)).toInstant(ZoneOffset.UTC);
  }

  private void text(String name, String header, List<Planting.Row> rows) throws IOException {
    Path path = plan.tree().resolve(DayWriter.EXCHANGE + "/Logging/" + name);
    Files.createDirectories(path.getParent());
    StringBuilder text = new StringBuilder(header);
    rows.sort(Comparator.comparing(Planting.Row::time));
    rows.forEach(row -> text.append(row.line()).append("\r\n"));
    Files.writeString(path, text);
  }
}
