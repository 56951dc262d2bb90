package org.wachtpost.inspect.check;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.wachtpost.inspect.evtx.EvtxRecord;

/**
 * Which processes of the web server ran, by number, in the order of one Security log: before
 * Windows 10 and Server 2016 the event of a process (4688) gives its parent's number and not its
 * name. One thread.
 */
final class WebProcesses {
  /** The web server starts a process now and then; hostile logs as often as they like. */
  static final int MAX_REMEMBERED = 10_000;

  /** Numbers and paths of programs are shorter; a record's text is as long as it likes. */
  private static final int MAX_CHARACTERS = 1_000;

  private final Map<String, String> running = new HashMap<>();

  /** The program that started the process of a 4688; empty if the log does not say. */
  String parent(EvtxRecord event) {
    String named = event.datum("ParentProcessName");
    String parent =
        named.isEmpty() || named.equals("-")
            ? running.getOrDefault(number(event.datum("ProcessId")), "")
            : named;
    String program = event.datum("NewProcessName");
    String number = number(event.datum("NewProcessId"));
    running.remove(number); // the one of that number has ended
    if (ProcessEvents.WEB_PROCESSES.contains(SecurityEvents.name(program))
        && running.size() < MAX_REMEMBERED
        && number.length() + program.length() <= MAX_CHARACTERS) {
      running.put(number, program);
    }
    return parent;
  }

  private static String number(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
