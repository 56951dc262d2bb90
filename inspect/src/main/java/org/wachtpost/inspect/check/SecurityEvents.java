package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import org.wachtpost.inspect.evtx.EventDatum;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I16 and I17: what Windows itself logged about the web server's processes and about changes. */
final class SecurityEvents {
  /** The events of the Security log that {@link #security} looks into. */
  static final Set<Integer> SECURITY =
      Set.of(
          4624, 4688, 4663, 4697, 4698, 4699, 4702, 4720, 4722, 4724, 4725, 4726, 4728, 4732, 4738,
          4756);

  /** The events of the System log that {@link #system} looks into. */
  static final Set<Integer> SYSTEM = Set.of(7045);

  private SecurityEvents() {}

  static void security(
      EvtxRecord event, Source source, Examination shared, WebProcesses processes) {
    FindingSink sink = shared.sink();
    switch (event.eventId()) {
      case 4624 -> {
        shared.newAccounts().logon(event, source);
        Connections.logon(event, source, sink, shared.rules());
      }
      case 4688 -> ProcessEvents.started(event, source, shared, processes.parent(event));
      case 4663 -> ProcessEvents.accessed(event, source, sink);
      case 4698, 4699, 4702 -> task(event, source, sink);
      case 4697 ->
          service(
              event, source, sink, event.datum("ServiceFileName"), event.datum("SubjectUserName"));
      case 4720, 4722, 4724, 4725, 4726, 4728, 4732, 4738, 4756 ->
          AccountEvents.review(event, source, shared);
      default -> {}
    }
  }

  private static void task(EvtxRecord event, Source source, FindingSink sink) {
    boolean removed = event.eventId() == 4699;
    boolean odd =
        TaskRules.known(event.datum("TaskName"))
            || (!removed
                && (event.datum("TaskContent") + event.datum("TaskContentNew"))
                    .toLowerCase(Locale.ROOT)
                    .contains("powershell"));
    change(
        event,
        source,
        sink,
        removed ? "scheduled task removed" : "scheduled task made or changed",
        odd ? Confidence.MEDIUM : Confidence.LOW,
        event.datum("TaskName"),
        event.datum("SubjectUserName"));
  }

  /** The scanner that servers before 2016 have writes to the System log. */
  static boolean antimalware(EvtxRecord event) {
    return event.provider().equals("Microsoft Antimalware");
  }

  static void system(EvtxRecord event, Source source, FindingSink sink) {
    if (antimalware(event)) {
      defender(event, source, sink);
    } else if (event.eventId() == 7045) {
      service(event, source, sink, event.datum("ImagePath"), event.datum("AccountName"));
    }
  }

  /** A service, from the System log (7045) or, where it is audited, the Security log (4697). */
  private static void service(
      EvtxRecord event, Source source, FindingSink sink, String image, String user) {
    String lower = image.toLowerCase(Locale.ROOT);
    boolean odd =
        lower.contains("\\users\\public\\")
            || lower.contains("\\temp\\")
            || lower.contains("powershell")
            || lower.contains("cmd.exe")
            || lower.contains("%comspec%")
            || lower.contains("\\admin$\\")
            || lower.matches("[^\\\\]{0,99}\\bcmd /.*")
            || lower.contains("\\programdata\\") && !lower.contains("\\programdata\\microsoft\\");
    change(
        event,
        source,
        sink,
        "service installed",
        odd ? Confidence.MEDIUM : Confidence.LOW,
        event.datum("ServiceName") + ": " + image,
        user);
  }

  static void other(EvtxRecord event, Source source, FindingSink sink, Rules rules) {
    String channel = event.channel().toLowerCase(Locale.ROOT);
    if (channel.contains("sysmon")) {
      ProcessEvents.sysmon(event, source, sink, rules);
    } else if (channel.contains("windows defender")) {
      defender(event, source, sink);
    } else if (channel.contains("iis-configuration")) {
      configuration(event, source, sink);
    } else if (channel.contains("powershell")) {
      powerShell(event, source, sink);
    }
  }

  /** A block of a script (4104), or the command line of a host that started (400). */
  private static void powerShell(EvtxRecord event, Source source, FindingSink sink) {
    if (event.eventId() == 400) {
      ProcessEvents.deeds(event, source, sink, text(event), "");
    } else if (event.eventId() == 4104) {
      String number = event.datum("MessageNumber");
      String script = event.datum("ScriptBlockText");
      Scripts.Judgement judged = Scripts.judge(script, number.isEmpty() || number.equals("1"));
      if (judged == null) {
        ProcessEvents.script(event, source, sink, Scripts.code(script));
      } else {
        sink.report(
            new Sighting(CheckId.I16, Stage.AFTER, "attack tool in PowerShell", source)
                .at(event.time())
                .because(judged.confidence(), judged.reason())
                .see(Published.ATTACK + "T1059/001/")
                .detail("script", text(event))
                .sameAs("ps " + judged.confidence()));
      }
    }
  }

  private static void defender(EvtxRecord event, Source source, FindingSink sink) {
    String text = text(event);
    switch (event.eventId()) {
      case 1006, 1007, 1008, 1015, 1116, 1117, 1118, 1119 -> {
        String file = event.datum("Path").isEmpty() ? text : event.datum("Path");
        sink.report(
            Malware.sighting(
                CheckId.I16,
                "Defender",
                event.datum("Threat Name"),
                file.replace("file:_", ""),
                event.time(),
                source));
      }
      case 5001 ->
          sink.report(
              new Sighting(CheckId.I16, Stage.AFTER, "Defender switched off", source)
                  .at(event.time())
                  .because(Confidence.LOW, "administrators do this too")
                  .see(Published.ATTACK + "T1562/001/")
                  .sameAs("5001"));
      case 5007 -> {
        String value = event.datum("New Value").toLowerCase(Locale.ROOT);
        boolean weaker = value.matches(".*\\\\disable\\w+\\s*=\\s*0x1\\b.*");
        if (weaker || value.contains("exclusions")) {
          sink.report(
              new Sighting(
                      CheckId.I16,
                      Stage.AFTER,
                      weaker ? "part of Defender switched off" : "Defender exclusion added",
                      source)
                  .at(event.time())
                  .because(
                      Confidence.LOW,
                      weaker
                          ? "administrators do this too"
                          : "Exchange needs some; check that it is one of those")
                  .see(Published.ATTACK + "T1562/001/")
                  .detail("value", event.datum("New Value"))
                  .sameAs(event.datum("New Value")));
        }
      }
      default -> {}
    }
  }

  private static void configuration(EvtxRecord event, Source source, FindingSink sink) {
    String lower = text(event).toLowerCase(Locale.ROOT);
    boolean module = lower.contains("globalmodules") && !lower.contains("inetsrv");
    boolean off = lower.contains("dontlog") && lower.contains("true");
    if ((event.eventId() == 29 || event.eventId() == 50) && (module || off)) {
      change(
          event,
          source,
          sink,
          off ? "web server's logging switched off" : "IIS module added",
          Confidence.MEDIUM,
          text(event),
          event.datum("UserName"));
    }
  }

  private static void change(
      EvtxRecord event,
      Source source,
      FindingSink sink,
      String title,
      Confidence confidence,
      String what,
      String user) {
    sink.report(
        sighting(event, source, title, confidence, technique(title), user)
            .detail("what", what)
            .sameAs(what));
  }

  /** Something that administrators do and intruders too. */
  static Sighting sighting(
      EvtxRecord event,
      Source source,
      String title,
      Confidence confidence,
      String technique,
      String user) {
    return new Sighting(CheckId.I17, Stage.AFTER, title, source)
        .at(event.time())
        .because(
            confidence,
            confidence == Confidence.LOW
                ? "ordinary in an administrator's hands"
                : "done by the server itself, or in the form that intruders used")
        .see(Published.ATTACK + technique)
        .detail("user", user);
  }

  private static String technique(String title) {
    return title.startsWith("scheduled task")
        ? "T1053/005/"
        : title.startsWith("service")
            ? "T1543/003/"
            : title.startsWith("IIS module") ? "T1505/004/" : "T1562/002/";
  }

  /** The file's name in a path, in lower case. */
  static String name(String path) {
    String lower = path.toLowerCase(Locale.ROOT).replace('/', '\\');
    return lower.substring(lower.lastIndexOf('\\') + 1);
  }

  private static String text(EvtxRecord event) {
    StringBuilder text = new StringBuilder();
    for (EventDatum datum : event.data()) {
      text.append(datum.value()).append(' ');
    }
    return text.toString().strip();
  }
}
