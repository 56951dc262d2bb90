package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.log.Timestamps;
import org.wachtpost.inspect.model.Source;

/**
 * I02: what the Exchange Emergency Mitigation service did. Its events 1005 and 1006 say success,
 * 1008 an error; its own log says both.
 */
final class Mitigations {
  private static final String SERVICE = "Emergency Mitigation service";
  private static final Pattern NAME =
      Pattern.compile("\\b(M\\d{1,3}(?:\\.\\d{1,3}){0,2}|PING1)\\b");
  private static final Pattern APPLIED =
      Pattern.compile("\\b(?:applied|apply|applymitigation)\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern FAULT =
      Pattern.compile("LogLevel=(?:Warning|Error)|exception|failed", Pattern.CASE_INSENSITIVE);
  private static final int TIME_CHARACTERS = 40;

  private Mitigations() {}

  /** Takes an event of the Application log; true if it is the service's. */
  static boolean event(EvtxRecord event, Source source, ServerFacts facts) {
    if (!event.provider().equals("MSExchange Mitigation Service")) {
      return false;
    }
    StringBuilder text = new StringBuilder();
    event.data().forEach(datum -> text.append(datum.value()).append(' '));
    switch (event.eventId()) {
      case 1005, 1006 -> applied(text.toString(), source, facts);
      case 1008 -> facts.fact("mitigation", SERVICE + " reported errors", source);
      default -> {}
    }
    return true;
  }

  /** Reads the service's log: comma-separated or not, each line says what it did. */
  static void log(EvidenceFile file, SourceTracker tracker, FindingSink sink, ServerFacts facts)
      throws IOException {
    long[] rows = {0, 0};
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            if (line.startsWith("#") || line.isBlank()) {
              return;
            }
            rows[0]++;
            Instant time = time(line);
            if (time != null) {
              tracker.seen(time);
            }
            if (cut) {
              rows[1]++;
              sink.damage(file.path(), "line " + number, "line longer than the limit cut");
            }
            Source source = Source.line(file.path(), number);
            if (FAULT.matcher(line).find()) {
              facts.fact("mitigation", SERVICE + " reported errors", Source.file(file.path()));
            } else if (APPLIED.matcher(line).find()) {
              applied(line, source, facts);
            }
          });
    } finally {
      tracker.rows(rows[0], rows[1]);
    }
  }

  private static void applied(String text, Source source, ServerFacts facts) {
    Matcher name = NAME.matcher(text);
    // PING1 only shows that the service can be reached.
    while (name.find()) {
      if (!name.group(1).toUpperCase(Locale.ROOT).equals("PING1")) {
        facts.fact("mitigation", SERVICE + " applied " + name.group(1), source);
      }
    }
  }

  private static @Nullable Instant time(String line) {
    int comma = line.indexOf(',');
    return comma > 0 && comma < TIME_CHARACTERS
        ? Timestamps.parse(line.substring(0, comma).replace("\"", ""))
        : null;
  }
}
