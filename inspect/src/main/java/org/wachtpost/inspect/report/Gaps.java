package org.wachtpost.inspect.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.InspectReport;

/** What the evidence lacks, and how to fetch it from the server: commands of its PowerShell. */
final class Gaps {
  private static final String EXCHANGE = "E:\\C\\Program Files\\Microsoft\\Exchange Server\\V15\\";
  private static final String ALL = " /E /COPY:DAT /DCOPY:T /R:1 /W:1";

  private Gaps() {}

  /** The step for a case in which nothing shows that somebody got in. */
  static Checklist.Step step(InspectReport report) {
    List<CheckCoverage> blind =
        report.coverage().checks().stream().filter(check -> !check.looked()).toList();
    Set<String> commands = new LinkedHashSet<>();
    for (CheckCoverage check : blind) {
      commands.addAll(commands(check.check()));
    }
    commands.add("vssadmin list shadows");
    List<String> names = blind.stream().map(check -> check.check() + " " + check.title()).toList();
    return new Checklist.Step(
        "Fill the gaps in the evidence.",
        (names.isEmpty() ? "" : "What was not covered: " + String.join("; ", names) + ". ")
            + "Logs from before the oldest record may be in shadow copies and backups."
            + " In these commands E: is an empty disk at the server.",
        List.copyOf(commands));
  }

  private static List<String> commands(String check) {
    return switch (check) {
      case "I01" -> List.of(exchange("Bin", " ExSetup.exe /COPY:DAT /R:1 /W:1"));
      case "I02" ->
          List.of(
              exchange("Logging", ALL),
              folder("inetpub", ALL),
              folder("Windows\\debug", " msert.log mrt.log /COPY:DAT /R:1 /W:1"));
      case "I03", "I05", "I06" -> List.of(exchange("Logging", ALL));
      case "I08", "I20" ->
          List.of(exchange("Logging", ALL), folder("Windows\\System32\\winevt\\Logs", ALL));
      case "I04", "I14" -> List.of(folder("inetpub", ALL));
      case "I07", "I16" -> List.of(folder("Windows\\System32\\winevt\\Logs", ALL));
      case "I09" ->
          List.of(
              "Get-OabVirtualDirectory | Format-List > E:\\oab.txt",
              "Get-OwaVirtualDirectory | Format-List > E:\\owa.txt",
              "Get-EcpVirtualDirectory | Format-List > E:\\ecp.txt",
              "Get-WebServicesVirtualDirectory | Format-List > E:\\ews.txt");
      case "I10", "I12" ->
          List.of(exchange("FrontEnd", ALL), exchange("ClientAccess", ALL), folder("inetpub", ALL));
      case "I11" ->
          List.of(
              "# give the list of hashes that Microsoft published for this build:"
                  + " wachtpost inspect PATH --baseline FILE.csv");
      case "I13" ->
          List.of(folder("Windows\\Microsoft.NET", " *.compiled App_Web_*.dll /S /COPY:DAT"));
      case "I17" ->
          List.of(
              folder("Windows\\System32\\Tasks", ALL),
              folder("Windows\\System32\\inetsrv\\config", ALL),
              folder("Windows\\System32\\winevt\\Logs", ALL));
      case "I18" ->
          List.of(
              "cmd /c \"dir C:\\Windows\\Temp C:\\ProgramData C:\\Users\\Public C:\\root /S /T:C\""
                  + " > E:\\folders.txt");
      default -> List.of(); // what all logs and files serve
    };
  }

  private static String exchange(String folder, String how) {
    return "robocopy \"${env:ExchangeInstallPath}"
        + folder
        + "\" \""
        + EXCHANGE
        + folder
        + "\""
        + how;
  }

  private static String folder(String folder, String how) {
    return "robocopy C:\\" + folder + " E:\\C\\" + folder + how;
  }
}
