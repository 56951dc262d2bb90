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
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.log.Timestamps;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I02 and I16 over what Microsoft's scanners write down: msert.log, EOMT, Defender's MPLog. */
final class ScannerLogs {
  private static final String SAFETY_SCANNER = "Microsoft's scanner";

  /** Characters of a line in which it may begin to say what was found. */
  private static final int BEGINNING = 220;

  private static final Pattern THREAT =
      Pattern.compile("threat detected:?", Pattern.CASE_INSENSITIVE);
  private static final Pattern REMOVED =
      Pattern.compile(
          "\\sand (?:partially )?removed!?\\z|, (?:partially )?removed", Pattern.CASE_INSENSITIVE);
  private static final Pattern INSIDE = Pattern.compile("->");
  private static final Pattern FOUND_IN =
      Pattern.compile("(?:container)?file:(?://)?", Pattern.CASE_INSENSITIVE);

  /**
   * A line of MPLog: what was found, and in which file, or a command line that was seen. Nothing in
   * it is read twice: such a line has room for 65,536 blanks.
   */
  private static final Pattern DETECTION =
      Pattern.compile(
          "^(\\S{19,30}Z) .{0,200}?\\bDETECTION(?:EVENT|_ADD(?:#\\d{1,4})?)?\\s++"
              + "(?:MPSOURCE_\\w++\\s++)?+(\\S++)\\s++(.*)",
          Pattern.DOTALL);

  private static final Pattern RESOURCE = Pattern.compile("(?:^|[;\\s])(?:container|web)?file:_?");
  private static final Pattern RESOURCE_END = Pattern.compile(";|->|\\sPropBag");
  private static final Pattern COMMAND =
      Pattern.compile(
          "^(\\S{19,30}Z) .{0,200}?command line reported as \\w+: (.+)", Pattern.DOTALL);

  private ScannerLogs() {}

  /** The log of the Safety Scanner or of the tool that ran it; true if it says that it is clean. */
  static boolean safetyScanner(EvidenceFile file, FindingSink sink) throws IOException {
    SafetyScan scan = new SafetyScan(file.path(), sink);
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(stream, (line, number, cut) -> scan.line(line, number));
    }
    scan.end();
    return scan.clean;
  }

  /** A threat, and the files that the lines after it name. One thread. */
  private static final class SafetyScan {
    private final String path;
    private final FindingSink sink;
    private String threat = "";
    private long threatLine;
    private boolean named = true;
    boolean clean;

    SafetyScan(String path, FindingSink sink) {
      this.path = path;
      this.sink = sink;
    }

    void line(String line, long number) {
      String text = line.strip();
      Matcher found = THREAT.matcher(text).region(0, Math.min(text.length(), BEGINNING));
      Matcher where = FOUND_IN.matcher(text);
      if (found.find()) {
        end();
        threat = before(REMOVED, text.substring(found.end()).strip());
        threatLine = number;
        named = false;
      } else if (!threat.isEmpty() && where.lookingAt() && where.end() < text.length()) {
        report(before(INSIDE, text.substring(where.end())), number);
        named = true;
      } else if (line.isBlank() || line.toLowerCase(Locale.ROOT).startsWith("results summary")) {
        end();
      }
      clean |= line.toLowerCase(Locale.ROOT).contains("no infection found");
    }

    void end() {
      if (!named) {
        report("", threatLine);
      }
      named = true;
      threat = "";
    }

    private void report(String file, long number) {
      sink.report(
          Malware.sighting(
              CheckId.I02, SAFETY_SCANNER, threat, file, null, Source.line(path, number)));
    }
  }

  /** Defender's own diary: what it found, and the command lines that it thought odd. */
  static void defender(EvidenceFile file, SourceTracker tracker, FindingSink sink)
      throws IOException {
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            tracker.rows(1, cut ? 1 : 0);
            Instant time = line.length() > 23 ? Timestamps.parse(line.substring(0, 23)) : null;
            if (time != null) {
              tracker.seen(time);
            }
            defender(line, Source.line(file.path(), number), time, sink);
          });
    }
  }

  private static void defender(
      String line, Source source, @Nullable Instant time, FindingSink sink) {
    Matcher found = DETECTION.matcher(line);
    if (found.matches()) {
      Matcher resource = RESOURCE.matcher(found.group(3));
      String where =
          resource.find()
              ? before(RESOURCE_END, found.group(3).substring(resource.end()).strip())
              : "";
      sink.report(Malware.sighting(CheckId.I16, "Defender", found.group(2), where, time, source));
      return;
    }
    Matcher command = COMMAND.matcher(line);
    if (command.matches()) {
      for (Commands.Deed deed : Commands.deeds(command.group(2), "")) {
        sink.report(
            new Sighting(CheckId.I16, Stage.AFTER, deed.title(), source)
                .at(time)
                .because(deed.confidence(), deed.reason())
                .see(deed.technique())
                .detail("command", command.group(2))
                .sameAs(command.group(2)));
      }
    }
  }

  /** What stands before the first place that has the pattern; all of it if none has. */
  private static String before(Pattern end, String text) {
    Matcher found = end.matcher(text);
    return (found.find() ? text.substring(0, found.start()) : text).strip();
  }
}
