package org.wachtpost.inspect.report;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;

/** The report on a terminal: verdict, story and coverage on one screen. */
public final class TerminalReport {
  private static final int WIDTH = 100;
  private static final int STORY_LINES = 14;
  private static final int DAMAGE_LINES = 5;
  private static final int NOTES = 8;

  private TerminalReport() {}

  /** Prints the report. */
  public static void print(InspectReport report, PrintStream out) {
    out.println("VERDICT  " + report.verdict().word().toUpperCase(Locale.ROOT));
    wrap(out, "         ", report.summary());
    for (Map.Entry<String, String> fact : report.server().entrySet()) {
      out.println(cut("         " + fact.getKey() + ": " + SafeText.terminal(fact.getValue())));
    }
    story(report, out);
    findings(report, out);
    coverage(report, out);
  }

  private static void story(InspectReport report, PrintStream out) {
    int lines = 0;
    for (Incident incident : report.incidents()) {
      out.println();
      out.println(
          cut(
              "INCIDENT "
                  + incident.number()
                  + "  "
                  + incident.stage().word()
                  + "  from "
                  + SafeText.terminal(String.join(", ", incident.clients()))));
      for (String sentence : incident.story()) {
        if (lines++ >= STORY_LINES) {
          out.println("         ... see --report or --json for the rest");
          return;
        }
        out.println(cut("  " + SafeText.terminal(sentence)));
      }
    }
  }

  private static void findings(InspectReport report, PrintStream out) {
    if (report.findings().isEmpty()) {
      return;
    }
    long low =
        report.findings().stream()
            .filter(finding -> finding.confidence().word().equals("low"))
            .count();
    out.println();
    out.println("FINDINGS " + report.findings().size() + " (" + low + " of low confidence)");
    int lines = 0;
    for (Finding finding :
        report.findings().stream()
            .sorted(
                Comparator.comparing(Finding::confidence).thenComparing(Finding::stage).reversed())
            .toList()) {
      if (lines++ == STORY_LINES) {
        out.println("         ...");
        break;
      }
      String place =
          finding.source().path()
              + (finding.source().line() != null ? ":" + finding.source().line() : "")
              + (finding.source().record() != null ? " record " + finding.source().record() : "");
      out.println(
          cut(
              String.format(
                  Locale.ROOT,
                  "  %s %-17s %-6s %s",
                  finding.check(),
                  finding.stage().word(),
                  finding.confidence().word(),
                  SafeText.terminal(finding.title()))));
      out.println(cut("      " + SafeText.terminal(place)));
    }
  }

  private static void coverage(InspectReport report, PrintStream out) {
    out.println();
    out.println("COVERAGE since " + report.coverage().since().toString().substring(0, 10));
    for (SourceCoverage source : report.coverage().sources()) {
      String span =
          source.oldest() == null || source.newest() == null
              ? "no times"
              : source.oldest().toString().substring(0, 10)
                  + " to "
                  + source.newest().toString().substring(0, 10);
      out.println(
          cut(
              String.format(
                  Locale.ROOT,
                  "  %-26s %-24s %,d rows%s%s",
                  SafeText.terminal(source.source()),
                  span,
                  source.rows(),
                  source.unparsable() > 0 ? ", " + source.unparsable() + " unparsable" : "",
                  source.gaps().isEmpty() ? "" : ", " + source.gaps().size() + " gaps")));
      for (String note : source.notes()) {
        out.println(cut("      " + SafeText.terminal(note)));
      }
    }
    StringBuilder blind = new StringBuilder();
    for (CheckCoverage check : report.coverage().checks()) {
      if (!check.looked()) {
        blind.append(' ').append(check.check());
      }
    }
    if (!blind.isEmpty()) {
      wrap(out, "  ", "Could not look:" + blind + " (reasons: --json or --report)");
    }
    int lines = 0;
    for (Damage damage : report.coverage().damage()) {
      if (lines++ == DAMAGE_LINES) {
        out.println("  ... " + report.coverage().damageTotal() + " damaged places in all");
        break;
      }
      out.println(
          cut(
              "  damaged: "
                  + SafeText.terminal(
                      damage.path() + " " + damage.place() + ": " + damage.what())));
    }
    for (String note : report.coverage().notes().reversed().stream().limit(NOTES).toList()) {
      out.println(cut("  " + SafeText.terminal(note)));
    }
  }

  private static String cut(String line) {
    return line.length() <= WIDTH * 2 ? line : line.substring(0, WIDTH * 2 - 3) + "...";
  }

  private static void wrap(PrintStream out, String indent, String text) {
    StringBuilder line = new StringBuilder(indent);
    for (String word : SafeText.terminal(text).split(" ")) {
      if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
        out.println(line.toString().stripTrailing());
        line.setLength(0);
        line.append(indent);
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
  }
}
