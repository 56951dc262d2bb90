package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Optional;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I15, I16 and I17: who logged in from where, and what called out, as Windows logged it. */
final class Connections {
  private static final String REMOTE_DESKTOP = "10";

  private Connections() {}

  /** A log-in that worked (Security 4624). */
  static void logon(EvtxRecord event, Source source, FindingSink sink, Rules rules) {
    String address = Urls.client(event.datum("IpAddress"));
    String type = event.datum("LogonType");
    boolean desktop = type.equals(REMOTE_DESKTOP);
    if (!desktop && !type.equals("3") && !type.equals("8")) {
      return;
    }
    Optional<String> published = rules.address(address);
    if (published.isEmpty() && !(desktop && Urls.outside(address))) {
      return;
    }
    String user = event.datum("TargetDomainName") + "\\" + event.datum("TargetUserName");
    sink.report(
        new Sighting(
                published.isPresent() ? CheckId.I15 : CheckId.I17,
                published.isPresent() ? Stage.SESSION_GRANTED : Stage.AFTER,
                published.isPresent()
                    ? "log-in from an address published as an attacker's"
                    : "remote desktop log-in from outside",
                source)
            .at(event.time())
            .because(
                Confidence.LOW,
                published.isPresent()
                    ? "weak alone: addresses change hands; ask the account's owner"
                    : "administrators may do this; ask the account's owner")
            .see(published.orElse(Published.ATTACK + "T1021/001/"))
            .detail("client", address)
            .detail("user", user)
            .detail("logonType", type)
            .sameAs(address + " " + user));
  }

  /** A connection that a program made (Sysmon 3). */
  static void outgoing(EvtxRecord event, Source source, FindingSink sink, Rules rules) {
    String program = SecurityEvents.name(event.datum("Image"));
    String address = event.datum("DestinationIp");
    boolean web = ProcessEvents.WEB_PROCESSES.contains(program);
    boolean tool = ProcessEvents.SHELL_PROGRAMS.contains(program);
    boolean published = rules.address(address).isPresent();
    if ("false".equals(event.datum("Initiated").toLowerCase(Locale.ROOT))
        || !(published || ((web || tool) && Urls.outside(address)))) {
      return;
    }
    // PowerShell and the web server have business outside: Exchange Online, free/busy, updates.
    boolean usual = web || program.startsWith("powershell") || program.equals("pwsh.exe");
    sink.report(
        new Sighting(CheckId.I16, Stage.AFTER, "program called out", source)
            .at(event.time())
            .because(
                published || !usual ? Confidence.MEDIUM : Confidence.LOW,
                published
                    ? "to an address published as an attacker's"
                    : usual ? "it may have business there" : program + " seldom calls outside")
            .see(Published.ATTACK + "T1071/")
            .detail("program", event.datum("Image"))
            .detail("address", address)
            .detail("port", event.datum("DestinationPort"))
            .detail("user", event.datum("User"))
            .sameAs(program + " " + address));
  }
}
