package org.wachtpost.inspect.check;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evtx.EventDatum;
import org.wachtpost.inspect.evtx.EvtxConsumer;
import org.wachtpost.inspect.evtx.EvtxReader;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I07, I08, I16, I17, I19 and I20 over one event log. One thread. */
final class EventCheck implements EvtxConsumer {
  private static final Pattern KB =
      Pattern.compile(
          "(?:Security|Cumulative) Update[^(]{0,80}Exchange[^(]{0,80}\\((KB\\d{6,8})\\)");

  private final Examination shared;
  private final CmdletRules cmdlets;
  private final String path;
  private final Map<String, SourceTracker> trackers = new HashMap<>();
  private final Map<String, Long> hours = new HashMap<>();
  private final WebProcesses processes = new WebProcesses();
  private Instant newest = Instant.MIN;
  private String computer = "";
  private boolean started;
  private boolean written;

  private EventCheck(Examination shared, String path) {
    this.shared = shared;
    this.path = path;
    this.cmdlets = new CmdletRules(shared.rules(), shared.sink());
  }

  /** Reads an event log. */
  static void read(EvidenceFile file, Examination shared) throws IOException {
    EventCheck check = new EventCheck(shared, file.path());
    try (SeekableByteChannel channel = file.channel()) {
      EvtxReader.read(channel, check);
    } finally {
      check.finish(file);
    }
  }

  private void finish(EvidenceFile file) {
    if (trackers.isEmpty()) {
      SourceTracker empty = SourceBook.tracker("Event log (no records)");
      empty.file(file.size());
      shared.book().add(empty);
      return;
    }
    // The newest record's: a server is often renamed when it is set up.
    if (!file.windowsPath().name().startsWith("forwardedevents")) {
      shared.facts().computer(computer);
    }
    boolean first = true;
    for (Map.Entry<String, SourceTracker> entry : trackers.entrySet()) {
      SourceTracker tracker = entry.getValue();
      if (first) {
        tracker.file(file.size());
        first = false;
      }
      if (entry.getKey().equals("Security") && !started) {
        tracker.note("no process (4688) was audited: what the web server started is not in it");
      }
      shared.book().add(tracker);
      looked(entry.getKey(), tracker.source());
    }
  }

  private void looked(String channel, String source) {
    SourceBook book = shared.book();
    book.looked(source, CheckId.I19);
    switch (channel) {
      case "Application" -> book.looked(source, CheckId.I07);
      case "MSExchange Management" -> book.looked(source, CheckId.I08, CheckId.I20);
      case "Security" -> {
        book.looked(source, CheckId.I15, CheckId.I17);
        if (started || written) {
          book.looked(source, CheckId.I16);
        }
      }
      case "System" -> book.looked(source, CheckId.I17);
      case "Microsoft-Windows-IIS-Configuration/Operational" -> book.looked(source, CheckId.I17);
      default -> {
        if (channel.contains("Sysmon")
            || channel.contains("Defender")
            || channel.endsWith("PowerShell/Operational")
            || channel.equals("PowerShellCore/Operational")
            || channel.equals("Windows PowerShell")) {
          book.looked(source, CheckId.I16);
        }
      }
    }
  }

  @Override
  public boolean chooses() {
    return true;
  }

  @Override
  public boolean trees() {
    return false;
  }

  /** Most events of the big logs are of kinds that no check looks into. */
  @Override
  public boolean wants(EvtxRecord head) {
    return switch (head.channel()) {
      case "MSExchange Management" -> isCmdlet(head);
      case "Security" -> SecurityEvents.SECURITY.contains(head.eventId()) || isCleared(head);
      case "System" ->
          SecurityEvents.SYSTEM.contains(head.eventId())
              || SecurityEvents.antimalware(head)
              || isCleared(head);
      default -> true;
    };
  }

  @Override
  public void damage(long offset, String what) {
    shared.sink().damage(path, "offset " + offset, what);
  }

  @Override
  public void record(EvtxRecord event) {
    String channel = covered(event.channel());
    SourceTracker tracker = trackers.computeIfAbsent(channel, this::tracker);
    tracker.rows(1, 0);
    long hour = Math.floorDiv(event.time().getEpochSecond(), 3600);
    if (!Long.valueOf(hour).equals(hours.put(channel, hour))) {
      tracker.seen(event.time());
    } else {
      tracker.moved(event.time());
    }
    if (event.time().isAfter(newest)) {
      newest = event.time();
      computer = event.computer();
    }
    switch (event.channel()) {
      case "MSExchange Management" -> cmdlet(event);
      case "Application" -> {
        application(event);
        if (Mitigations.event(event, source(event), shared.facts())) {
          shared.book().looked(tracker.source(), CheckId.I02);
        }
      }
      case "Security" -> {
        started |= event.eventId() == 4688;
        written |= event.eventId() == 4663;
        SecurityEvents.security(event, source(event), shared, processes);
      }
      case "System" -> SecurityEvents.system(event, source(event), shared.sink());
      case "Microsoft-Windows-GroupPolicy/Operational" -> shared.policyRuns().event(event);
      default -> SecurityEvents.other(event, source(event), shared.sink(), shared.rules());
    }
    if (isCleared(event)) {
      cleared(event, tracker);
    }
  }

  private static boolean isCleared(EvtxRecord event) {
    return event.eventId() == 1102
        || (event.eventId() == 104 && event.provider().contains("Eventlog"));
  }

  private static boolean isCmdlet(EvtxRecord event) {
    return event.eventId() == 1 || event.eventId() == 6 || event.eventId() == 8;
  }

  /** What a channel is called in the coverage: hostile logs have any number, with any names. */
  private String covered(String channel) {
    String said = channel.isEmpty() ? "(unnamed)" : channel;
    String name = said.length() > 80 ? said.substring(0, 80) : said;
    boolean room = trackers.size() < SourceBook.MAX_SOURCES || trackers.containsKey(name);
    return room ? name : "(further channels)";
  }

  private SourceTracker tracker(String channel) {
    return SourceBook.tracker("Event log " + channel);
  }

  private Source source(EvtxRecord event) {
    return Source.record(path, event.recordId());
  }

  private void cleared(EvtxRecord event, SourceTracker tracker) {
    tracker.note("log cleared at " + event.time());
    shared
        .sink()
        .report(
            new Sighting(CheckId.I19, Stage.AFTER, "event log cleared", source(event))
                .at(event.time())
                .because(Confidence.LOW, "administrators clear logs too; what was in it is gone")
                .see(Published.ATTACK + "T1070/001/")
                .detail(
                    "channel",
                    event.datum("Channel").isEmpty() ? event.channel() : event.datum("Channel"))
                .detail("user", event.datum("SubjectUserName"))
                .sameAs(event.channel() + event.time()));
  }

  private void cmdlet(EvtxRecord event) {
    if (!isCmdlet(event)) {
      return;
    }
    boolean ran = event.eventId() == 1;
    cmdlets.review(
        new CmdletRules.Run(
            event.datum(0),
            event.datum(1),
            event.datum(2),
            event.datum(5) + " " + event.datum(6),
            ran,
            event.time(),
            source(event),
            ""));
  }

  private void application(EvtxRecord event) {
    String text = text(event);
    String provider = event.provider();
    if (provider.equals("MSExchange Unified Messaging")
        && event.level() == 2
        && text.contains("System.InvalidCastException")) {
      sighting(event, Stage.ATTEMPTED, "Unified Messaging failed on a forged object")
          .because(Confidence.MEDIUM, "CVE-2021-26857 leaves this error; it may have run code")
          .see(Published.HAFNIUM)
          .detail("text", text)
          .report(shared.sink());
    } else if (provider.equals("Windows Error Reporting")
        && text.contains("MSExchangeECPAppPool")) {
      sighting(event, Stage.ATTEMPTED, "the control panel's process crashed")
          .because(Confidence.LOW, "failed exploitation does this, other faults too")
          .see(Published.PROXYLOGON_LOGS)
          .detail("text", text)
          .report(shared.sink());
    } else if (provider.equals("MSExchange Control Panel") && event.eventId() == 4) {
      sighting(event, Stage.ATTEMPTED, "the control panel failed on a request")
          .because(Confidence.LOW, "exploitation leaves it beside other faults")
          .see(Published.PROXYLOGON_LOGS)
          .detail("text", text)
          .report(shared.sink());
    } else if ((provider.startsWith("MSExchange Common") || text.contains("Watson"))
        && text.contains("TextFormattingRunProperties")) {
      sighting(event, Stage.ATTEMPTED, "a forged object was taken apart")
          .because(Confidence.HIGH, "TextFormattingRunProperties is a known gadget")
          .see(Published.PROXYNOTSHELL)
          .detail("text", text)
          .report(shared.sink());
    } else if (provider.equals("MsiInstaller")) {
      Matcher update = KB.matcher(text);
      if (update.find()) {
        shared.facts().fact("update", update.group(1), source(event));
        shared.facts().updated(event.time(), update.group(1), "MsiInstaller event");
      }
    }
  }

  private Sighting sighting(EvtxRecord event, Stage stage, String title) {
    return new Sighting(CheckId.I07, stage, title, source(event))
        .at(event.time())
        .detail("provider", event.provider())
        .sameAs(title);
  }

  private static String text(EvtxRecord event) {
    StringBuilder text = new StringBuilder();
    for (EventDatum datum : event.data()) {
      text.append(datum.value()).append(' ');
    }
    return text.toString().strip();
  }
}
