package org.wachtpost.inspect.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;

/**
 * The story and the findings in as many lines as there are: one line each, and where there are too
 * few, those that tell most.
 */
final class Steps {
  private static final Pattern PATH = Pattern.compile("(?:[A-Za-z]:)?[\\\\/][^\"<>|*?]*");

  /** Columns without which a part of a path tells nothing. */
  private static final int LEAST_PATH = 12;

  private static final String NO_TIME = "(no time)       ";

  /** Weightier first: sure before unsure, later in the chain before earlier, then by time. */
  private static final Comparator<Finding> BY_WEIGHT =
      Comparator.comparing(Finding::confidence)
          .thenComparing(Finding::decisive)
          .thenComparing(Finding::stage)
          .reversed()
          .thenComparing(Finding::time, Comparator.nullsLast(Comparator.<Instant>naturalOrder()));

  private final InspectReport report;
  private final Screen screen;

  Steps(InspectReport report, Screen screen) {
    this.report = report;
    this.screen = screen;
  }

  /** At most so many lines: for each incident its head, and its steps in order of time. */
  List<String> story(int lines) {
    if (lines < 2) {
      return List.of();
    }
    List<Incident> shown =
        report.incidents().stream()
            .sorted(Comparator.comparing(Incident::stage).reversed())
            .limit(Math.max(1, lines / 4))
            .sorted(Comparator.comparingInt(Incident::number))
            .toList();
    int hidden = report.incidents().size() - shown.size();
    int left = lines - shown.size() - (hidden > 0 ? 1 : 0);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      Incident incident = shown.get(i);
      all.add(head(incident));
      List<String> steps = steps(incident, Math.max(1, left / (shown.size() - i)));
      all.addAll(steps);
      left -= steps.size();
    }
    if (hidden > 0) {
      all.add("and " + hidden + " more incident" + (hidden == 1 ? "" : "s"));
    }
    return all;
  }

  private String head(Incident incident) {
    StringBuilder text = new StringBuilder("INCIDENT ").append(incident.number());
    text.append(": ").append(incident.stage().furthest());
    if (!incident.clients().isEmpty()) {
      text.append(", from ").append(String.join(", ", incident.clients()));
    }
    return fit(text.toString());
  }

  /** In order of time; without room for all, first of each stage, then second, and so on. */
  private List<String> steps(Incident incident, int lines) {
    List<Integer> steps = incident.findings();
    boolean all = steps.size() <= lines;
    Set<Integer> chosen = all ? new TreeSet<>(steps) : choose(steps, lines - 1);
    List<String> text = new ArrayList<>();
    @Nullable Finding before = null;
    StringBuilder also = new StringBuilder();
    for (int index : chosen) {
      Finding finding = report.findings().get(index);
      if (before != null && finding.isSameEvent(before)) {
        also.append("; ").append(finding.title());
        continue;
      }
      if (before != null) {
        text.add(step(before, also.toString()));
      }
      before = finding;
      also.setLength(0);
    }
    if (before != null) {
      text.add(step(before, also.toString()));
    }
    if (!all) {
      int more = steps.size() - chosen.size();
      text.add("  and " + more + " more step" + (more == 1 ? "" : "s"));
    }
    return text;
  }

  private Set<Integer> choose(List<Integer> steps, int count) {
    Map<Stage, List<Integer>> stages = new EnumMap<>(Stage.class);
    Set<String> titles = new HashSet<>();
    List<Integer> timeless = new ArrayList<>();
    List<Integer> repeats = new ArrayList<>();
    for (int index : steps) {
      Finding finding = report.findings().get(index);
      boolean telling =
          finding.confidence() != Confidence.LOW && titles.add(finding.stage() + finding.title());
      List<Integer> row =
          !telling
              ? repeats
              : finding.time() == null
                  ? timeless
                  : stages.computeIfAbsent(finding.stage(), _ -> new ArrayList<>());
      row.add(index);
    }
    List<List<Integer>> rows = new ArrayList<>(new ArrayList<>(stages.values()).reversed());
    rows.add(timeless);
    Set<Integer> chosen = new TreeSet<>();
    for (int round = 0; round < steps.size() && chosen.size() < count; round++) {
      for (List<Integer> row : rows) {
        if (round < row.size() && chosen.size() < count) {
          chosen.add(row.get(round));
        }
      }
    }
    for (int i = 0; i < repeats.size() && chosen.size() < count; i++) {
      chosen.add(repeats.get(i));
    }
    return chosen;
  }

  /** What a finding says, and what else of the same event was found. */
  private String step(Finding finding, String also) {
    StringBuilder text = new StringBuilder("  ").append(time(finding, 19)).append(' ');
    String client = finding.client();
    if (client != null) {
      text.append(client).append(": ");
    }
    text.append(finding.title())
        .append(also)
        .append(screen.endless() ? finding.times() : finding.briefTimes());
    String what = finding.object();
    String end = " [" + finding.check() + "]";
    if (screen.endless()) {
      String whole = text + (what == null ? "" : ": " + what) + end;
      return String.join("\n", screen.wrap(screen.safe(whole), 24));
    }
    int room = screen.columns() - end.length();
    if (what == null) {
      return Screen.head(screen.safe(text.toString()), room) + end;
    }
    String said = screen.safe(text + ": ");
    String object = screen.safe(what);
    if (PATH.matcher(what).matches()
        && Screen.width(said) + Screen.width(object) > room
        && Screen.width(said) + LEAST_PATH <= room) {
      // Of a path the end tells most.
      return said + Screen.tail(object, room - Screen.width(said)) + end;
    }
    return Screen.head(said + object, room) + end;
  }

  private static String time(Finding finding, int characters) {
    Instant time = finding.time();
    return time == null
        ? (NO_TIME + "   ").substring(0, characters)
        : time.toString().substring(0, characters).replace('T', ' ');
  }

  /** How many lines {@link #findings} would take if it had them. */
  int findingsLines() {
    return report.findings().isEmpty() ? 0 : groups().size() + 1;
  }

  /** At most so many lines, the weightiest first; equal ones in different places are one line. */
  List<String> findings(int lines) {
    List<String> all = new ArrayList<>();
    if (report.findings().isEmpty() || lines < 2) {
      return all;
    }
    long low = report.findings().stream().filter(one -> one.confidence() == Confidence.LOW).count();
    List<List<Finding>> groups = new ArrayList<>(groups());
    int shown = groups.size() <= lines - 1 ? groups.size() : lines - 2;
    all.add(
        "FINDINGS: "
            + report.findings().size()
            + (low > 0 ? ", " + low + " of low confidence" : "")
            + (shown < groups.size() ? "; the weightiest:" : ""));
    for (List<Finding> group : groups.subList(0, shown)) {
      all.add(finding(group));
    }
    if (shown < groups.size()) {
      int more = groups.subList(shown, groups.size()).stream().mapToInt(List::size).sum();
      all.add("  and " + more + " more");
    }
    return all;
  }

  private List<List<Finding>> groups() {
    Map<String, List<Finding>> groups = new LinkedHashMap<>();
    report.findings().stream()
        .sorted(BY_WEIGHT)
        .forEach(one -> {
          String key =
              screen.endless()
                  ? Integer.toString(groups.size())
                  : one.check() + one.confidence() + one.title();
          groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(one);
        });
    return List.copyOf(groups.values());
  }

  private String finding(List<Finding> group) {
    Finding one = group.getFirst();
    String start =
        "  "
            + one.check()
            + " "
            + time(one, 16)
            + " "
            + one.confidence().word()
            + " "
            + one.title();
    start += group.size() > 1 ? " (" + group.size() + ")" : "";
    String place =
        one.source().path()
            + (one.source().line() != null ? ":" + one.source().line() : "")
            + (one.source().record() != null ? " record " + one.source().record() : "");
    if (screen.endless()) {
      // A path is not broken: somebody will want to copy it.
      return String.join("\n", screen.wrap(screen.safe(start), 23))
          + "\n      "
          + screen.safe(place);
    }
    // The place has at least a third of the line, and of it the end.
    String what = Screen.head(screen.safe(start), Math.max(40, screen.columns() * 2 / 3));
    int room = screen.columns() - Screen.width(what) - 2;
    return what + ": " + Screen.tail(screen.safe(place), room);
  }

  private String fit(String text) {
    String safe = screen.safe(text);
    return screen.endless()
        ? String.join("\n", screen.wrap(safe, 2))
        : Screen.head(safe, screen.columns());
  }
}
