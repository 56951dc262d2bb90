package org.wachtpost.inspect.report;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Stage;

/** The report's drawings as inline SVG: when what happened, and which source covers which time. */
final class Pictures {
  private static final int WIDTH = 1000;
  private static final int LEFT = 190;
  private static final int ROW = 22;
  private static final int MAX_DOTS = 500;
  private static final int TICKS = 4;

  private final Instant from;
  private final Instant to;

  private Pictures(Instant from, Instant to) {
    this.from = from;
    this.to = to;
  }

  /** A dot per finding, by stage; an empty text without timed findings. */
  static String timeline(InspectReport report) {
    Pictures scale = scale(report.findings());
    if (scale == null) {
      return "";
    }
    List<Stage> stages = List.of(Stage.values());
    StringBuilder svg = open(stages.size(), "Findings by stage over time");
    for (int i = 0; i < stages.size(); i++) {
      label(svg, i, stages.get(i).word());
    }
    // Low confidence first, so that it hides nothing.
    List<Finding> findings =
        report.findings().stream().sorted(Comparator.comparing(Finding::confidence)).toList();
    for (Finding finding :
        findings.subList(Math.max(0, findings.size() - MAX_DOTS), findings.size())) {
      Instant time = finding.time();
      if (time == null) {
        continue;
      }
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" fill=\"%s\"><title>%s</title></circle>",
              scale.x(time),
              stages.indexOf(finding.stage()) * ROW + 14,
              finding.confidence() == Confidence.LOW ? "#9aa4af" : "#b3261e",
              SafeText.html(time + " " + finding.title())));
    }
    return close(svg, scale, stages.size());
  }

  /** A bar per source from oldest to newest record, with its gaps left white. */
  static String coverage(InspectReport report) {
    List<SourceCoverage> timed =
        report.coverage().sources().stream()
            .filter(one -> one.oldest() != null && one.newest() != null)
            .toList();
    Pictures scale = scaleOfSources(timed);
    if (scale == null) {
      return "";
    }
    int rows = timed.size();
    StringBuilder svg = open(rows, "Time covered by each source");
    int row = 0;
    for (SourceCoverage source : timed) {
      label(svg, row, source.source());
      if (source.oldest() != null && source.newest() != null) {
        bar(svg, scale, row, source.oldest(), source.newest(), "#2f6f9f");
        for (SourceCoverage.Gap gap : source.gaps()) {
          bar(svg, scale, row, gap.from(), gap.to(), "#ffffff");
        }
      }
      row++;
    }
    return close(svg, scale, rows);
  }

  private static @Nullable Pictures scale(List<Finding> findings) {
    Instant from = null;
    Instant to = null;
    for (Finding finding : findings) {
      from = earlier(from, finding.time());
      to = later(to, finding.time());
    }
    return from == null || to == null ? null : new Pictures(from, to);
  }

  private static @Nullable Pictures scaleOfSources(List<SourceCoverage> sources) {
    Instant from = null;
    Instant to = null;
    for (SourceCoverage source : sources) {
      from = earlier(from, source.oldest());
      to = later(to, source.newest());
    }
    return from == null || to == null ? null : new Pictures(from, to);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  private double x(Instant time) {
    double span = Math.max(1, to.getEpochSecond() - from.getEpochSecond());
    return LEFT + (WIDTH - LEFT - 10) * (time.getEpochSecond() - from.getEpochSecond()) / span;
  }

  private static StringBuilder open(int rows, String title) {
    return new StringBuilder()
        .append(
            String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">"
                    + "<title>%s</title>",
                WIDTH,
                rows * ROW + 24,
                title));
  }

  private static void label(StringBuilder svg, int row, String text) {
    String shown = text.length() > 28 ? text.substring(0, 27) + "\u2026" : text;
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"0\" y=\"%d\">%s</text>"
                + "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#d0d7de\"/>",
            row * ROW + 18,
            SafeText.html(shown),
            LEFT,
            WIDTH,
            row * ROW + 14,
            row * ROW + 14));
  }

  private static void bar(
      StringBuilder svg, Pictures scale, int row, Instant from, Instant to, String colour) {
    double start = scale.x(from);
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"12\" fill=\"%s\" stroke=\"#2f6f9f\""
                + " stroke-width=\"0.5\"/>",
            start,
            row * ROW + 8,
            Math.max(1, scale.x(to) - start),
            colour));
  }

  /** Closes the picture with five times below it. */
  private static String close(StringBuilder svg, Pictures scale, int rows) {
    int y = rows * ROW + 18;
    long seconds = scale.to.getEpochSecond() - scale.from.getEpochSecond();
    int characters = seconds < 3 * 86_400 ? 16 : 10;
    for (int i = 0; i <= TICKS; i++) {
      String anchor = i == 0 ? "start" : i == TICKS ? "end" : "middle";
      Instant time = scale.from.plusSeconds(seconds * i / TICKS);
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.0f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
              LEFT + (WIDTH - LEFT - 10.0) * i / TICKS,
              y,
              anchor,
              time.toString().substring(0, characters).replace('T', ' ')));
    }
    return svg.append("</svg>").toString();
  }
}
