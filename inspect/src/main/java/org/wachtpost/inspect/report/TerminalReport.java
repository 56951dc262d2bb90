package org.wachtpost.inspect.report;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Verdict;

/**
 * The report on a terminal: verdict, story, findings and coverage on one screen, each step and
 * finding in one line; what has no room is counted. Into a file or another program nothing is left
 * out but what a page of lines cannot tell.
 */
public final class TerminalReport {
  /** Where nothing is cut: lines of one kind before the rest is counted. */
  private static final int MAX_LINES = 200;

  /** A gap that a screen has room for. */
  private static final Duration LONG_GAP = Duration.ofHours(24);

  private final InspectReport report;
  private final Screen screen;
  private final Steps steps;

  private TerminalReport(InspectReport report, Screen screen) {
    this.report = report;
    this.screen = screen;
    this.steps = new Steps(report, screen);
  }

  /**
   * Prints the report.
   *
   * @param folder where the whole report is written, or null
   */
  public static void print(
      InspectReport report, PrintStream out, Screen screen, @Nullable Path folder) {
    TerminalReport printer = new TerminalReport(report, screen);
    List<String> lines = screen.endless() ? printer.page(folder) : printer.fitted(folder);
    lines.forEach(line -> out.println(screen.shown(line)));
  }

  /** On a screen: the coverage has its room first, the story half of the rest and more. */
  private List<String> fitted(@Nullable Path folder) {
    List<String> head = head();
    List<String> coverage = coverage();
    List<String> foot = foot(folder);
    // One row is the prompt's.
    int room = screen.rows() - 1 - head.size() - coverage.size() - foot.size();
    boolean airy = room > 18;
    int gaps = airy ? 3 : 0;
    int findings = steps.findingsLines();
    int least = Math.min(findings, Math.max(3, (room - gaps) / 3));
    List<String> story = steps.story(room - gaps - least);
    List<String> all = new ArrayList<>(head);
    part(all, story, airy);
    part(all, steps.findings(room - gaps - story.size()), airy);
    part(all, coverage, airy);
    all.addAll(foot);
    return all;
  }

  private List<String> page(@Nullable Path folder) {
    List<String> all = new ArrayList<>(head());
    part(all, steps.story(MAX_LINES), true);
    part(all, steps.findings(MAX_LINES), true);
    part(all, coverage(), true);
    part(all, foot(folder), true);
    return all;
  }

  private static void part(List<String> all, Collection<String> lines, boolean airy) {
    if (airy && !lines.isEmpty()) {
      all.add("");
    }
    all.addAll(lines);
  }

  private List<String> head() {
    String word = report.verdict().word().toUpperCase(Locale.ROOT);
    List<String> lines = new ArrayList<>(screen.wrap(word + ": " + safe(report.reason()), 2));
    if (screen.endless()) {
      report
          .server()
          .forEach((name, value) -> lines.addAll(screen.wrap(safe("  " + name + ": " + value), 4)));
      return lines;
    }
    String facts = facts();
    if (!facts.isEmpty() && tight()) {
      lines.add(Screen.head(safe("Server: " + facts), screen.columns()));
    } else if (!facts.isEmpty()) {
      lines.addAll(screen.wrap(safe("Server: " + facts), 2));
    }
    return lines;
  }

  /** What is known of the server, in a sentence: product and build, updated when, what was open. */
  private String facts() {
    List<String> facts = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> closed = new ArrayList<>();
    report
        .server()
        .forEach((name, value) -> {
          switch (name) {
            case "product" -> facts.addFirst(value);
            case "build" -> facts.add(value);
            case "order", "first hit", "updates named" -> {} // the verdict's line says it
            default -> {
              if (value.startsWith("open")) {
                open.add(name);
              } else if (value.startsWith("closed")) {
                closed.add(name);
              } else {
                facts.add(name + " " + value);
              }
            }
          }
        });
    if (!open.isEmpty()) {
      facts.add(Math.min(1, facts.size()), "open to " + String.join(", ", open));
    }
    if (!closed.isEmpty()) {
      facts.add("closed: " + String.join(", ", closed));
    }
    return String.join("; ", facts);
  }

  private boolean tight() {
    return screen.rows() < 30;
  }

  private List<String> coverage() {
    Coverage coverage = report.coverage();
    String since = "Looked from " + coverage.since().toString().substring(0, 10) + " on ";
    List<String> lines =
        new ArrayList<>(
            screen.wrap(
                since
                    + safe(screen.endless() ? coverage.sentence() : coverage.briefSentence())
                    + ".",
                2));
    if (screen.endless()) {
      sources(lines);
    } else {
      missing(lines);
    }
    unseen(lines);
    List<Damage> damage = coverage.damage();
    if (!damage.isEmpty()) {
      lines.add("Damaged places: " + coverage.damageTotal());
      for (Damage place :
          damage.subList(0, Math.min(damage.size(), screen.endless() ? 50 : tight() ? 1 : 2))) {
        line(lines, "  " + place.path() + " " + place.place() + ": " + place.what());
      }
    }
    List<String> notes = coverage.notes();
    if (screen.endless()) {
      notes.forEach(note -> line(lines, note));
    } else {
      // Where logs begin and end stands in the sentence above.
      List<String> other = notes.stream().filter(one -> !one.contains(": nothing in ")).toList();
      int most = Math.min(other.size(), tight() ? 1 : 5);
      int from = other.size() - most;
      String more = from > 0 ? " (and " + from + " more notes)" : "";
      for (String note : other.subList(from, other.size())) {
        line(lines, note + (note.equals(other.getLast()) ? more : ""));
      }
    }
    return lines;
  }

  /** What sources lack, in short: days without records, and what was noted of them. */
  private void missing(List<String> lines) {
    List<String> gaps = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (SourceCoverage source : report.coverage().sources()) {
      for (SourceCoverage.Gap gap : source.gaps()) {
        if (Duration.between(gap.from(), gap.to()).compareTo(LONG_GAP) >= 0) {
          gaps.add(source.source() + " " + minute(gap.from()) + " to " + minute(gap.to()));
        }
      }
      source.notes().forEach(note -> notes.add(source.source() + ": " + note));
    }
    if (!gaps.isEmpty()) {
      line(lines, "Gaps: " + String.join("; ", gaps));
    }
    int most = tight() ? 1 : 3;
    for (String note : notes.subList(0, Math.min(most, notes.size()))) {
      line(lines, note);
    }
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, 16).replace('T', ' ');
  }

  private void sources(List<String> lines) {
    for (SourceCoverage source : report.coverage().sources()) {
      if (source.oldest() == null || source.newest() == null) {
        continue;
      }
      line(
          lines,
          String.format(
              Locale.ROOT,
              "  %s to %s  %s: %,d rows%s%s%s",
              source.oldest().toString().substring(0, 10),
              source.newest().toString().substring(0, 10),
              source.source(),
              source.rows(),
              source.unparsable() > 0 ? ", " + source.unparsable() + " not readable" : "",
              gaps(source),
              source.notes().isEmpty() ? "" : ", " + String.join("; ", source.notes())));
    }
  }

  private static String gaps(SourceCoverage source) {
    if (source.gaps().isEmpty()) {
      return "";
    }
    SourceCoverage.Gap longest = source.gaps().getFirst();
    return ", "
        + source.gaps().size()
        + (source.gaps().size() == 1 ? " gap: " : " gaps, the longest ")
        + minute(longest.from())
        + " to "
        + minute(longest.to());
  }

  /** What could not be looked at, and why. */
  private void unseen(List<String> lines) {
    List<CheckCoverage> blind =
        report.coverage().checks().stream().filter(check -> !check.looked()).toList();
    if (blind.isEmpty()) {
      return;
    }
    if (blind.size() == report.coverage().checks().size()) {
      lines.addAll(
          screen.wrap(
              "Could not look: no check found anything that it reads. Give the root of a copied"
                  + " drive, or a folder with logs, pages or event logs of the server"
                  + " (docs/inspect.md says how to collect them).",
              2));
      return;
    }
    if (screen.endless()) {
      lines.add("Could not look:");
      blind.forEach(check ->
          line(
              lines,
              "  "
                  + check.check()
                  + " "
                  + check.title()
                  + ": "
                  + check.reason().replaceFirst("^could not look: ", "")));
      return;
    }
    StringBuilder text = new StringBuilder("Could not look:");
    String separator = " ";
    for (CheckCoverage check : blind) {
      text.append(separator).append(check.check()).append(' ').append(check.title());
      separator = "; ";
    }
    List<String> wrapped = screen.wrap(safe(text.toString()), 2);
    int most = tight() ? 2 : 6;
    if (wrapped.size() <= most) {
      lines.addAll(wrapped);
    } else {
      List<String> names = blind.stream().map(CheckCoverage::check).toList();
      lines.addAll(screen.wrap("Could not look: " + String.join(", ", names), 2));
    }
  }

  /** A line; where nothing may be cut, as many as it takes. */
  private void line(List<String> lines, String text) {
    if (screen.endless()) {
      lines.addAll(screen.wrap(safe(text), 4));
    } else {
      lines.add(Screen.head(safe(text), screen.columns()));
    }
  }

  private List<String> foot(@Nullable Path folder) {
    boolean in =
        report.verdict() == Verdict.COMPROMISED || report.verdict() == Verdict.LIKELY_COMPROMISED;
    String now = in ? "Now: take the server off the Internet. " : "";
    String rest =
        "All else, and what to do: " + (folder == null ? "--report DIR" : folder + "/report.html");
    return screen.wrap(safe(now + rest), 2);
  }

  private String safe(String text) {
    return screen.safe(text);
  }
}
