package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/**
 * I02: what Microsoft's script Test-ProxyLogon wrote down, by the names that it gives its files.
 * Often it was run in March 2021 and is all that is left: the logs that it looked at live 30 days.
 * Its table of forged requests is read as the log whose rows it holds.
 */
final class ToolResults {
  private static final Pattern NAME =
      Pattern.compile(
          ".+-(cve-2021-2685[78]|cve-2021-26858-downloadpaths|cve-2021-27065|other)"
              + "\\.(?:csv|log)");

  private ToolResults() {}

  /** Which of the script's results a file of this lower-case name and beginning is. */
  static Optional<String> kind(String name, String lower) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String kind = matcher.group(1);
    boolean table = lower.contains("\"path\"") && lower.contains("\"type\"");
    return kind.equals("other") && !table ? Optional.empty() : Optional.of(kind);
  }

  static void read(EvidenceFile file, FindingSink sink) throws IOException {
    String kind = kind(file.windowsPath().name(), "\"path\",\"type\"").orElse("other");
    List<String> header = new ArrayList<>();
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            boolean log = file.windowsPath().ending().equals(".log");
            if (line.isBlank() || line.startsWith("#")) {
              return;
            }
            if (!log && header.isEmpty()) {
              Csv.cells(line).forEach(cell -> header.add(cell.toLowerCase(Locale.ROOT)));
              return;
            }
            Source source = Source.line(file.path(), number);
            sink.report(
                kind.equals("other") ? other(header, line, source) : hit(kind, line, source));
          });
    }
  }

  private static Sighting hit(String kind, String line, Source source) {
    boolean event = kind.endsWith("26857");
    boolean place = kind.endsWith("downloadpaths");
    return new Sighting(
            CheckId.I02,
            event ? Stage.ATTEMPTED : Stage.WRITTEN,
            "Microsoft's script found traces of "
                + kind.substring(0, "cve-2021-".length() + 5).toUpperCase(Locale.ROOT),
            source)
        .because(
            event || place ? Confidence.MEDIUM : Confidence.LOW,
            event
                ? "it names the event; the hole leaves such errors"
                : place
                    ? "it names a place outside of the address books' own folder"
                    : "it names the log, which says more; its first versions named every log in"
                        + " which a virtual directory was set or a download failed")
        .see(Published.PROXYLOGON_LOGS)
        .detail("chain", "ProxyLogon")
        .detail("what", line.strip())
        .sameAs(source.path());
  }

  private static Sighting other(List<String> header, String line, Source source) {
    List<String> cells = Csv.cells(line);
    int column = header.indexOf("path");
    String path = column >= 0 && column < cells.size() ? cells.get(column) : line;
    boolean passwords = path.toLowerCase(Locale.ROOT).contains("lsass");
    return new Sighting(
            CheckId.I02,
            Stage.AFTER,
            passwords
                ? "Microsoft's script found memory of lsass"
                : "Microsoft's script found an archive",
            source)
        .because(
            passwords ? Confidence.HIGH : Confidence.LOW,
            passwords
                ? "it holds passwords; nothing ordinary writes it"
                : "programs leave archives here too")
        .see(Published.PROXYLOGON_LOGS)
        .detail("file", path)
        .sameAs(path);
  }
}
