package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.inspect.evtx.EventDatum;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I16 and I17: what Windows itself logged about the web server's processes and about changes. */
final class SecurityEvents {
  static final Set<String> WEB_PROCESSES =
      Set.of("w3wp.exe", "umworkerprocess.exe", "umservice.exe");
  static final Set<String> SHELL_PROGRAMS =
      Set.of(
          "cmd.exe",
          "powershell.exe",
          "pwsh.exe",
          "net.exe",
          "net1.exe",
          "whoami.exe",
          "ipconfig.exe",
          "netstat.exe",
          "nltest.exe",
          "tasklist.exe",
          "systeminfo.exe",
          "rundll32.exe",
          "regsvr32.exe",
          "certutil.exe",
          "bitsadmin.exe",
          "mshta.exe",
          "cscript.exe",
          "wscript.exe",
          "wmic.exe",
          "reg.exe",
          "schtasks.exe",
          "sc.exe",
          "attrib.exe",
          "ping.exe",
          "quser.exe",
          "hostname.exe",
          "arp.exe",
          "dsquery.exe",
          "procdump.exe",
          "procdump64.exe",
          "makecab.exe",
          "rar.exe",
          "7z.exe",
          "curl.exe",
          "vssadmin.exe",
          "ntdsutil.exe",
          "msiexec.exe",
          "psexec.exe",
          "icacls.exe");
  private static final Set<String> USUAL_CHILDREN =
      Set.of("csc.exe", "cvtres.exe", "vbc.exe", "werfault.exe", "w3wp.exe", "conhost.exe");
  private static final Pattern RUN = Pattern.compile(".*\\.(aspx|ashx|asmx|asp|cer|soap|svc|asax)");

  /** FILE_WRITE_DATA and FILE_APPEND_DATA ([MS-DTYP] §2.4.3). */
  private static final long WRITE_ACCESS = 0x6;

  private static final Pattern COMMON_NAME = Pattern.compile("^CN=([^,]+)");
  private static final String ACCOUNT_MADE = "account made";
  private static final String MEMBER_ADDED = "member added to a group";
  private static final String TECHNIQUE = Published.ATTACK + "T1505/003/";

  /** The events of the Security log that {@link #security} looks into. */
  static final Set<Integer> SECURITY =
      Set.of(4624, 4688, 4663, 4697, 4698, 4699, 4702, 4720, 4728, 4732, 4756);

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
      case 4688 ->
          process(
              event,
              source,
              sink,
              processes.parent(event),
              event.datum("NewProcessName"),
              event.datum("CommandLine"));
      case 4663 -> {
        if (writes(event)) {
          write(event, source, sink, event.datum("ProcessName"), event.datum("ObjectName"));
        }
      }
      case 4698, 4699, 4702 -> task(event, source, sink);
      case 4697 ->
          service(
              event, source, sink, event.datum("ServiceFileName"), event.datum("SubjectUserName"));
      case 4720 -> {
        shared.newAccounts().made(event);
        change(
            event,
            source,
            sink,
            ACCOUNT_MADE,
            machine(event),
            event.datum("TargetUserName"),
            event.datum("SubjectUserName"));
      }
      case 4728, 4732, 4756 -> {
        String group = event.datum("TargetUserName").toLowerCase(Locale.ROOT);
        boolean high =
            group.contains("exchange")
                || group.contains("organization management")
                || group.contains("admin");
        change(
            event,
            source,
            sink,
            MEMBER_ADDED,
            high ? machine(event) : Confidence.LOW,
            event.datum("TargetUserName") + ": " + event.datum("MemberName"),
            event.datum("SubjectUserName"));
      }
      default -> {}
    }
  }

  /** Whether a file was opened to be written: where reading is audited too, pages are read. */
  private static boolean writes(EvtxRecord event) {
    String mask = event.datum("AccessMask").strip();
    if (mask.matches("0[xX][0-9a-fA-F]{1,8}")) {
      return (Long.parseLong(mask, 2, mask.length(), 16) & WRITE_ACCESS) != 0;
    }
    String list = event.datum("AccessList");
    return list.isEmpty() || list.contains("%%4417") || list.contains("%%4418");
  }

  private static void task(EvtxRecord event, Source source, FindingSink sink) {
    boolean removed = event.eventId() == 4699;
    boolean odd =
        TaskRules.known(event.datum("TaskName"))
            || (!removed
                && event.datum("TaskContent").toLowerCase(Locale.ROOT).contains("powershell"));
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
            || lower.contains("\\programdata\\");
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
      sysmon(event, source, sink, rules);
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
      deeds(event, source, sink, text(event));
    } else if (event.eventId() == 4104) {
      String number = event.datum("MessageNumber");
      Scripts.Judgement judged =
          Scripts.judge(event.datum("ScriptBlockText"), number.isEmpty() || number.equals("1"));
      if (judged != null) {
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

  private static void deeds(EvtxRecord event, Source source, FindingSink sink, String command) {
    for (Commands.Deed deed : Commands.deeds(command)) {
      sink.report(
          new Sighting(CheckId.I16, Stage.AFTER, deed.title(), source)
              .at(event.time())
              .because(deed.confidence(), deed.reason())
              .see(deed.technique())
              .detail("command", command)
              .sameAs(command));
    }
  }

  private static void sysmon(EvtxRecord event, Source source, FindingSink sink, Rules rules) {
    switch (event.eventId()) {
      case 1 ->
          process(
              event,
              source,
              sink,
              event.datum("ParentImage"),
              event.datum("Image"),
              event.datum("CommandLine"));
      case 3 -> Connections.outgoing(event, source, sink, rules);
      case 11 -> write(event, source, sink, event.datum("Image"), event.datum("TargetFilename"));
      case 10 -> {
        if (name(event.datum("TargetImage")).equals("lsass.exe")
            && WEB_PROCESSES.contains(name(event.datum("SourceImage")))) {
          sink.report(
              new Sighting(CheckId.I16, Stage.AFTER, "web server opened lsass", source)
                  .at(event.time())
                  .because(Confidence.HIGH, "no web server reads the memory that holds passwords")
                  .see(Published.ATTACK + "T1003/001/")
                  .sameAs("lsass"));
        }
      }
      default -> {}
    }
  }

  private static void process(
      EvtxRecord event,
      Source source,
      FindingSink sink,
      String parent,
      String child,
      String command) {
    String childName = name(child);
    deeds(event, source, sink, command);
    if (!WEB_PROCESSES.contains(name(parent))) {
      return;
    }
    if (USUAL_CHILDREN.contains(childName)) {
      return;
    }
    boolean shell = SHELL_PROGRAMS.contains(childName);
    sink.report(
        new Sighting(
                CheckId.I16, Stage.SHELL_USED, "the web server's process started a program", source)
            .at(event.time())
            .because(
                shell ? Confidence.HIGH : Confidence.LOW,
                shell
                    ? "a web server does not start " + childName + " by itself"
                    : "not a program that the web server usually starts")
            .see(TECHNIQUE)
            .detail("parent", parent)
            .detail("program", child)
            .detail("command", command)
            .sameAs(childName + " " + command));
  }

  private static void write(
      EvtxRecord event, Source source, FindingSink sink, String process, String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    if (WEB_PROCESSES.contains(name(process))
        && RUN.matcher(lower).matches()
        && !lower.contains("temporary asp.net files")) {
      sink.report(
          new Sighting(CheckId.I16, Stage.WRITTEN, "the web server's process wrote a page", source)
              .at(event.time())
              .because(Confidence.HIGH, "pages are put there by setup, not by the web server")
              .see(Published.FIREEYE)
              .detail("file", file)
              .detail("parent", process)
              .sameAs(lower));
    }
  }

  private static void defender(EvtxRecord event, Source source, FindingSink sink) {
    String text = text(event);
    switch (event.eventId()) {
      case 1006, 1007, 1116, 1117 -> {
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
        if (event.datum("New Value").toLowerCase(Locale.ROOT).contains("exclusions")) {
          sink.report(
              new Sighting(CheckId.I16, Stage.AFTER, "Defender exclusion added", source)
                  .at(event.time())
                  .because(Confidence.LOW, "Exchange needs some; check that it is one of those")
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
        new Sighting(CheckId.I17, Stage.AFTER, title, source)
            .at(event.time())
            .detail("account", account(title, event))
            .because(
                confidence,
                confidence == Confidence.LOW
                    ? "ordinary in an administrator's hands"
                    : "done by the server itself, or in the form that intruders used")
            .see(Published.ATTACK + technique(title))
            .detail("what", what)
            .detail("user", user)
            .sameAs(what));
  }

  /** The account that was made or became a member; what it does later joins the story by it. */
  private static String account(String title, EvtxRecord event) {
    if (title.equals(ACCOUNT_MADE)) {
      return event.datum("TargetUserName");
    }
    String member = title.equals(MEMBER_ADDED) ? event.datum("MemberName") : "";
    Matcher name = COMMON_NAME.matcher(member);
    return name.find() ? name.group(1) : "";
  }

  private static String technique(String title) {
    if (title.equals(ACCOUNT_MADE)) {
      return "T1136/";
    }
    if (title.equals(MEMBER_ADDED)) {
      return "T1098/";
    }
    return title.startsWith("scheduled task")
        ? "T1053/005/"
        : title.startsWith("service")
            ? "T1543/003/"
            : title.startsWith("IIS module") ? "T1505/004/" : "T1562/002/";
  }

  /** Changes that the computer's own account makes come from a service, not from a person. */
  private static Confidence machine(EvtxRecord event) {
    return event.datum("SubjectUserName").endsWith("$") ? Confidence.MEDIUM : Confidence.LOW;
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
