package org.wachtpost.inspect.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.wachtpost.inspect.model.Addresses;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/**
 * The NCSC's advice as steps for this case, with commands filled in. The commands are for an
 * administrator to read and run; values from evidence that could do harm in a shell are left out.
 */
final class Checklist {
  /** One step. */
  record Step(String what, String why, List<String> commands) {}

  private static final int MAX_VALUES = 20;
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]{3,45}");

  private Checklist() {}

  static List<Step> steps(InspectReport report) {
    List<Step> steps = new ArrayList<>();
    boolean in =
        report.verdict() == Verdict.COMPROMISED || report.verdict() == Verdict.LIKELY_COMPROMISED;
    if (in) {
      isolate(report, steps);
    }
    steps.add(
        new Step(
            "Bring the server to a supported, patched build.",
            "Updates close the holes; they do not remove an intruder. The build found: "
                + report.server().getOrDefault("build", "not known")
                + ".",
            List.of("Get-Command ExSetup.exe | ForEach-Object { $_.FileVersionInfo }")));
    if (in) {
      steps.add(
          new Step(
              "Reset passwords and keys.",
              "Whoever ran as the Exchange server could read every mailbox and much of the directory:"
                  + " administrators first, then service accounts, then all users; krbtgt twice; the"
                  + " certificates' private keys on the server.",
              List.of(
                  "Set-ADAccountPassword -Identity <account> -Reset",
                  "Get-ExchangeCertificate | Format-List Thumbprint,Subject,NotAfter")));
      steps.add(
          new Step(
              "Check the backups before restoring from one.",
              "A backup taken after "
                  + report.server().getOrDefault("first hit", "the first hit")
                  + " may hold the intruder's files.",
              List.of()));
      steps.add(
          new Step(
              "Review forwarding, rules, permissions and exports.",
              "They outlive the patch.",
              List.of(
                  "Get-Mailbox -ResultSize Unlimited | Where-Object { $_.ForwardingSmtpAddress }",
                  "Get-MailboxExportRequest",
                  "Get-TransportRule",
                  "Get-TransportAgent",
                  "Get-ManagementRoleAssignment -Role 'Mailbox Import Export'")));
      steps.add(
          new Step(
              "Report it.",
              "Personal data may have been read: in the Netherlands the data protection authority"
                  + " expects a report within 72 hours; tell the NCSC or your own CSIRT.",
              List.of()));
    } else {
      steps.add(Gaps.step(report));
    }
    steps.add(keep());
    return steps;
  }

  private static Step keep() {
    return new Step(
        "Keep this evidence.",
        "Hashes of the files that findings rest on are in evidence/SHA256SUMS of the report, under"
            + " the names that they had for the inspection: compare them in the folder where it was"
            + " started. Files within archives are passed over.",
        List.of("sha256sum --ignore-missing -c <report>/evidence/SHA256SUMS"));
  }

  private static void isolate(InspectReport report, List<Step> steps) {
    List<String> block = block(report);
    steps.add(
        new Step(
            "Take the server off the Internet now; do not switch it off.",
            "Memory holds traces. Make a copy of memory and disks before anything is changed.",
            block));
    Set<String> files = new LinkedHashSet<>();
    Set<String> named = new HashSet<>();
    for (Finding finding : report.findings()) {
      String file = finding.detail("file");
      if (file != null
          && finding.stage().reaches(Stage.WRITTEN)
          && file.matches("[A-Za-z0-9 _.:\\\\()-]{1,300}")
          && files.size() < MAX_VALUES
          // Windows' names know no letter case: one file is named once.
          && named.add(file.toLowerCase(Locale.ROOT))) {
        files.add("Get-FileHash '" + file + "'");
      }
    }
    if (!files.isEmpty()) {
      steps.add(
          new Step(
              "Secure these files as evidence before removing them.", "", new ArrayList<>(files)));
    }
    left(report, steps);
  }

  /** What else the stories say was left behind, each with where to look for it. */
  private static void left(InspectReport report, List<Step> steps) {
    Set<String> commands = new LinkedHashSet<>();
    Set<Integer> told = new LinkedHashSet<>();
    report.incidents().forEach(incident -> told.addAll(incident.findings()));
    for (int index : told) {
      look(report.findings().get(index), commands);
    }
    boolean key =
        report.findings().stream().anyMatch(one -> one.title().equals("fixed machine key"));
    if (key) {
      commands.add(
          "# replace <machineKey> in web.config: who has read it can run code without a page");
    }
    if (!commands.isEmpty()) {
      steps.add(
          new Step(
              "Look for what else was left behind, and undo it once it is secured.",
              "An update removes none of it.",
              new ArrayList<>(commands)));
    }
  }

  private static void look(Finding finding, Set<String> commands) {
    String title = finding.title();
    if (finding.stage() == Stage.WRITTEN && finding.detail("address") != null) {
      commands.add("Get-OabVirtualDirectory | Format-List Identity,InternalUrl,ExternalUrl");
      commands.add("Get-EcpVirtualDirectory | Format-List Identity,InternalUrl,ExternalUrl");
    } else if (title.startsWith("scheduled task")) {
      commands.add("Get-ScheduledTask | Format-Table TaskPath,TaskName,Author,State");
    } else if (title.startsWith("service installed")) {
      commands.add("Get-CimInstance Win32_Service | Format-Table Name,PathName,StartName");
    } else if (title.startsWith("IIS module") || title.startsWith("module of .NET")) {
      commands.add("& $env:windir\\System32\\inetsrv\\appcmd.exe list modules");
    } else if (finding.check().equals("I17") && finding.detail("account") != null) {
      commands.add(
          "Get-ADUser -Filter * -Properties whenCreated,whenChanged | Sort-Object whenChanged");
      commands.add("Get-LocalUser; Get-LocalGroupMember Administrators");
    }
  }

  /**
   * Who is to be kept out: who really asked, not whom he named, which may be anybody; and nobody
   * who asks for many, nor anybody inside, where the organisation's own proxies are.
   */
  private static List<String> block(InspectReport report) {
    Set<String> clients = new LinkedHashSet<>();
    Set<String> proxies = new LinkedHashSet<>();
    for (Incident incident : report.incidents()) {
      if (incident.stage().reaches(Stage.SESSION_GRANTED)) {
        for (int index : incident.findings()) {
          asked(report.findings().get(index).details(), clients, proxies);
        }
      }
    }
    List<String> commands = new ArrayList<>();
    if (!clients.isEmpty()) {
      commands.add(
          "New-NetFirewallRule -DisplayName 'incident' -Direction Inbound -Action Block"
              + " -RemoteAddress "
              + String.join(",", clients));
    }
    if (!proxies.isEmpty()) {
      commands.add(
          "# not to be blocked, for many come through it: "
              + String.join(", ", proxies)
              + "; block there whom it names, and look for who asked in its own logs");
    }
    return commands;
  }

  private static void asked(Map<String, String> details, Set<String> clients, Set<String> proxies) {
    List<String> through = List.of(details.getOrDefault("proxy", "").split(" "));
    through.stream()
        .filter(one -> ADDRESS.matcher(one).matches() && proxies.size() < MAX_VALUES)
        .forEach(proxies::add);
    String asked =
        details.containsKey("peer")
            ? details.getOrDefault("peers", details.get("peer"))
            : details.getOrDefault("clients", details.getOrDefault("client", ""));
    for (String client : asked.split(" ")) {
      if (ADDRESS.matcher(client).matches()
          && Addresses.outside(client)
          && !through.contains(client)
          && clients.size() < MAX_VALUES) {
        clients.add(Addresses.unmapped(client));
      }
    }
  }
}
