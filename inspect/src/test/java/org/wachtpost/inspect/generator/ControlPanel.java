package org.wachtpost.inspect.generator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.SplittableRandom;

/** What administrators and people do in the control panel on an ordinary day. */
final class ControlPanel {
  private final Plan plan;
  private final Site site;
  private final Planting planting;

  ControlPanel(Plan plan, Site site, Planting planting) {
    this.plan = plan;
    this.site = site;
    this.planting = planting;
  }

  void plant() {
    for (LocalDate day = plan.firstExchangeLog();
        !day.isAfter(plan.last());
        day = day.plusDays(1)) {
      SplittableRandom random = new SplittableRandom(plan.seed() * 13 + day.toEpochDay());
      for (int i = 0; i < 4 + random.nextInt(5); i++) {
        Instant time =
            day.atTime(7 + random.nextInt(10), random.nextInt(60), random.nextInt(60))
                .toInstant(ZoneOffset.UTC);
        row(time, command(random), random);
      }
    }
    addressBookMoved();
  }

  /** Once, an administrator gives the address book its right address: no trace of an attack. */
  private void addressBookMoved() {
    Instant time = plan.dayAt(0.3).atTime(13, 20, 5).toInstant(ZoneOffset.UTC);
    String address = "https://mail." + site.domain + "/OAB";
    row(
        time,
        "Set-OabVirtualDirectory.ExternalUrl='"
            + address
            + "'.InternalUrl='"
            + address
            + "'.Identity='"
            + site.oabIdentity
            + "'",
        new SplittableRandom(plan.seed()));
    planting.event(
        time,
        EventLogs.MANAGEMENT,
        EventLogs.cmdletEvent(
            site,
            time,
            1,
            "Set-OabVirtualDirectory",
            "-ExternalUrl \""
                + address
                + "\" -InternalUrl \""
                + address
                + "\" -Identity \""
                + site.oabIdentity
                + "\"",
            site.domain + "/Users/Administrator",
            "Exchange Control Panel",
            "MSExchangeECPAppPool"));
  }

  private String command(SplittableRandom random) {
    String smtp = site.people.get(random.nextInt(site.people.size())).smtp();
    String[] commands = {
      "Get-Mailbox.Identity='" + smtp + "'",
      "Pipeline.1|Get-MailboxRegionalConfiguration;",
      "Set-Mailbox.Identity='" + smtp + "'.DisplayName='O''Brien, \"Mac\" (sales)'",
      "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null;",
      "Get-EcpVirtualDirectory.ADPropertiesOnly=$true;",
      "Set-MailboxMessageConfiguration.Identity='"
          + smtp
          + "'.SignatureHtml='<div><a href=\"https://www."
          + site.domain
          + "\">us</a></div>'"
    };
    return commands[random.nextInt(commands.length)];
  }

  private void row(Instant time, String command, SplittableRandom random) {
    boolean quoted = command.contains("'") || command.contains("\"");
    String cmd = quoted ? "'S:CMD=" + command.replace("'", "''") + "'" : "S:CMD=" + command;
    String data =
        "S:TIME="
            + random.nextInt(20, 900)
            + ";S:SID="
            + site.domainSid
            + "-500;"
            + cmd
            + ";S:REQID=;S:URL=/ecp/DDI/DDIService.svc/SetObject?schema=MailboxService;S:EX=;"
            + "S:ACTID="
            + new java.util.UUID(random.nextLong(), random.nextLong())
            + ";";
    planting.row(
        Stream.ECP_SERVER,
        time,
        ProxyRow.TIME.format(time) + "," + site.server + ",ECP.Cmdlet," + ProxyRow.quoted(data));
  }
}
