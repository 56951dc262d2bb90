package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I16 and I18: what was started, written and read on the server, as Windows and Sysmon log it. */
final class ProcessEvents {
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
          "icacls.exe",
          "at.exe",
          "dsget.exe",
          "esentutl.exe",
          "find.exe",
          "findstr.exe",
          "fsutil.exe",
          "nbtstat.exe",
          "netdom.exe",
          "netsh.exe",
          "nslookup.exe",
          "pathping.exe",
          "qprocess.exe",
          "query.exe",
          "qwinsta.exe",
          "robocopy.exe",
          "taskkill.exe",
          "tracert.exe",
          "wevtutil.exe",
          "wusa.exe",
          "xcopy.exe");
  private static final Set<String> USUAL_CHILDREN =
      Set.of(
          "csc.exe",
          "cvtres.exe",
          "vbc.exe",
          "werfault.exe",
          "wermgr.exe",
          "w3wp.exe",
          "conhost.exe");

  /** What Unified Messaging's service is there to start. */
  private static final String MESSAGING_WORKER = "umworkerprocess.exe";

  /** What writes down why a program crashed, lsass too. */
  private static final Pattern CRASH_WRITER =
      Pattern.compile(
          "[a-z]:\\\\windows\\\\(?:system32|syswow64)\\\\(?:werfault|werfaultsecure|wermgr)\\.exe",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern RUN = Pattern.compile(".*\\.(aspx|ashx|asmx|asp|cer|soap|svc|asax)");

  private static final Pattern OPEN_FOLDER =
      Pattern.compile(
          "\\\\(?:temp|users\\\\public|perflogs|inetpub|programdata(?!\\\\microsoft))\\\\",
          Pattern.CASE_INSENSITIVE);

  /** FILE_WRITE_DATA and FILE_APPEND_DATA ([MS-DTYP] §2.4.3). */
  private static final long WRITE_ACCESS = 0x6;

  private static final String TECHNIQUE = Published.ATTACK + "T1505/003/";

  /** What writes for Exchange what it is asked to: exports of mailboxes, address books. */
  private static final Set<String> WRITERS =
      Set.of("msexchangemailboxreplication.exe", "msexchangemailboxassistants.exe");

  private static final Pattern DUMP = Pattern.compile("lsass.*\\.(?:dmp|dump|mdmp)");

  /** What writes the memory of a process for another: its name is on the way of the call. */
  private static final Pattern DUMPS =
      Pattern.compile("comsvcs\\.dll|dbgcore\\.dll|dbghelp\\.dll", Pattern.CASE_INSENSITIVE);

  private ProcessEvents() {}

  /** A process (Security 4688). */
  static void started(EvtxRecord event, Source source, Examination shared, String parent) {
    process(
        event,
        source,
        shared.sink(),
        shared.rules(),
        new Start(parent, event.datum("NewProcessName"), event.datum("CommandLine")));
  }

  /** A file that was opened (Security 4663). */
  static void accessed(EvtxRecord event, Source source, FindingSink sink) {
    if (writes(event)) {
      write(event, source, sink, event.datum("ProcessName"), event.datum("ObjectName"));
    }
  }

  /** An event of Sysmon's. */
  static void sysmon(EvtxRecord event, Source source, FindingSink sink, Rules rules) {
    switch (event.eventId()) {
      case 1 ->
          process(
              event,
              source,
              sink,
              rules,
              new Start(
                  event.datum("ParentImage"), event.datum("Image"), event.datum("CommandLine")));
      case 3 -> Connections.outgoing(event, source, sink, rules);
      case 10 -> opened(event, source, sink);
      case 11 -> write(event, source, sink, event.datum("Image"), event.datum("TargetFilename"));
      default -> {}
    }
  }

  /** What a command line does, whatever started it. */
  static void deeds(
      EvtxRecord event, Source source, FindingSink sink, String command, String program) {
    Commands.deeds(command, program).forEach(deed -> done(event, source, sink, command, deed));
  }

  /** What a script does; of what administrators do too scripts are full. */
  static void script(EvtxRecord event, Source source, FindingSink sink, String code) {
    for (Commands.Deed deed : Commands.deeds(code, "")) {
      if (deed.confidence() != Confidence.LOW) {
        done(event, source, sink, event.datum("ScriptBlockText"), deed);
      }
    }
  }

  private static void done(
      EvtxRecord event, Source source, FindingSink sink, String command, Commands.Deed deed) {
    sink.report(
        new Sighting(CheckId.I16, Stage.AFTER, deed.title(), source)
            .at(event.time())
            .because(deed.confidence(), deed.reason())
            .see(deed.technique())
            .detail("command", command)
            .sameAs(command));
  }

  private record Start(String parent, String program, String command) {}

  private static void process(
      EvtxRecord event, Source source, FindingSink sink, Rules rules, Start start) {
    String child = SecurityEvents.name(start.program());
    deeds(event, source, sink, start.command(), start.program());
    rules
        .fileName(start.program().toLowerCase(Locale.ROOT))
        .ifPresent(reference ->
            sink.report(
                new Sighting(
                        CheckId.I15, Stage.AFTER, "program with a published name started", source)
                    .at(event.time())
                    .because(
                        Confidence.MEDIUM, "intruders' file of this name and place is published")
                    .see(reference)
                    .detail("program", start.program())
                    .detail("command", start.command())
                    .sameAs(start.program())));
    String parent = SecurityEvents.name(start.parent());
    boolean usual =
        USUAL_CHILDREN.contains(child)
            || parent.equals("umservice.exe") && child.equals(MESSAGING_WORKER);
    if (!WEB_PROCESSES.contains(parent) || usual) {
      return;
    }
    boolean open = OPEN_FOLDER.matcher(start.program()).find();
    boolean messaging = parent.startsWith("um");
    boolean shell = SHELL_PROGRAMS.contains(child);
    sink.report(
        new Sighting(
                CheckId.I16, Stage.SHELL_USED, "the web server's process started a program", source)
            .at(event.time())
            .because(
                shell || open || messaging ? Confidence.HIGH : Confidence.LOW,
                shell
                    ? "a web server does not start " + child + " by itself"
                    : open
                        ? "a web server starts nothing from a folder that anybody may write to"
                        : messaging
                            ? "Unified Messaging starts no programs; CVE-2021-26857 makes it do so"
                            : "not a program that the web server usually starts")
            .see(TECHNIQUE)
            .detail("parent", start.parent())
            .detail("program", start.program())
            .detail("command", start.command())
            .sameAs(parent + " " + child + " " + start.command()));
  }

  /** Whoever opened the memory that holds passwords (Sysmon 10); scanners do so too. */
  private static void opened(EvtxRecord event, Source source, FindingSink sink) {
    if (!SecurityEvents.name(event.datum("TargetImage")).equals("lsass.exe")) {
      return;
    }
    String program = event.datum("SourceImage");
    boolean web = WEB_PROCESSES.contains(SecurityEvents.name(program));
    boolean dumps = DUMPS.matcher(event.datum("CallTrace")).find();
    if (web || dumps) {
      boolean crash = CRASH_WRITER.matcher(program).matches();
      sink.report(
          new Sighting(
                  CheckId.I16,
                  Stage.AFTER,
                  web ? "web server opened lsass" : "memory of lsass read to be written",
                  source)
              .at(event.time())
              .because(
                  crash ? Confidence.LOW : Confidence.HIGH,
                  web
                      ? "no web server reads the memory that holds passwords"
                      : crash
                          ? "Windows does so when lsass crashes; intruders make it crash too"
                          : "what writes the memory of processes to files called for it")
              .see(Published.ATTACK + "T1003/001/")
              .detail("program", program)
              .sameAs("lsass " + program));
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

  private static void write(
      EvtxRecord event, Source source, FindingSink sink, String process, String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    String writer = SecurityEvents.name(process);
    boolean web = WEB_PROCESSES.contains(writer);
    if (DUMP.matcher(SecurityEvents.name(file)).matches()) {
      sink.report(
          new Sighting(CheckId.I18, Stage.AFTER, "memory of lsass written to a file", source)
              .at(event.time())
              .because(Confidence.HIGH, "it holds passwords; nothing ordinary writes it")
              .see(Published.ATTACK + "T1003/001/")
              .detail("file", file)
              .detail("program", process)
              .sameAs(lower));
    }
    if ((web || WRITERS.contains(writer))
        && RUN.matcher(lower).matches()
        && !lower.contains("temporary asp.net files")) {
      sink.report(
          new Sighting(
                  CheckId.I16,
                  Stage.WRITTEN,
                  web
                      ? "the web server's process wrote a page"
                      : "Exchange was made to write a page",
                  source)
              .at(event.time())
              .because(
                  Confidence.HIGH,
                  web
                      ? "pages are put there by setup, not by the web server"
                      : "mail and address books are no pages")
              .see(web ? Published.FIREEYE : Published.PROXYSHELL)
              .detail("file", file)
              .detail("parent", process)
              .sameAs(lower));
    }
  }
}
