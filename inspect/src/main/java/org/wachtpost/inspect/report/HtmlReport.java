package org.wachtpost.inspect.report;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;

/** {@code report.html}: one file, no scripts, nothing loaded from anywhere, fit for printing. */
final class HtmlReport {
  private static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;\
      color:#1b1f23;background:#fff}
      h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d0d7de}
      .verdict{padding:1rem;border-left:.5rem solid #57606a;background:#f6f8fa}
      .v13,.v12{border-color:#b3261e}.v11{border-color:#b35c00}.v10{border-color:#8a6d00}
      .v0{border-color:#1a7f37}
      table{border-collapse:collapse;width:100%;font-size:.86rem}
      th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #d0d7de;\
      overflow-wrap:break-word}.facts td,.facts th{overflow-wrap:anywhere;min-width:8rem}
      code,pre{font:12.5px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
      .f{border-left:.25rem solid #b3261e;margin:.8rem 0;padding:.1rem .7rem;font-size:.9rem}
      .f.medium{border-color:#b35c00}.f.low{border-color:#9aa4af}
      .f p{margin:.2rem 0;overflow-wrap:anywhere}.f i{color:#57606a;font-style:normal}
      .n{white-space:nowrap}.no{color:#b3261e}svg{width:100%;height:auto}
      @media print{body{margin:0;max-width:none;font-size:10px}h2,h3{break-after:avoid}\
      code,pre{font-size:8.5px}table,.f{font-size:9.5px}\
      th,td{padding:.12rem .4rem}nav{display:none}.verdict{print-color-adjust:exact}\
      tr,.verdict,svg,.f,li{break-inside:avoid}}
      """;

  private static final int MAX_GAPS = 3;

  private final InspectReport report;
  private final Appendable out;

  private HtmlReport(InspectReport report, Appendable out) {
    this.report = report;
    this.out = out;
  }

  static void write(InspectReport report, Appendable out) throws IOException {
    HtmlReport html = new HtmlReport(report, out);
    html.head();
    html.incidents();
    html.findings();
    html.coverage();
    html.checklist();
    out.append("</body></html>\n");
  }

  private void head() throws IOException {
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .append("style-src 'unsafe-inline'\"><title>Wachtpost inspection</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Was this Exchange server broken into?</h1>")
        .append("<div class=\"verdict v" + report.verdict().exitStatus() + "\"><strong>")
        .append(SafeText.html(report.verdict().word().toUpperCase(Locale.ROOT)))
        .append("</strong><p>")
        .append(SafeText.html(report.summary()))
        .append("</p></div>");
    out.append(
            "<nav><a href=\"#story\">What happened</a> &middot; <a href=\"#findings\">Findings</a>")
        .append(" &middot; <a href=\"#coverage\">What was covered</a>")
        .append(" &middot; <a href=\"#steps\">What to do now</a></nav>");
    out.append("<table class=\"facts\">");
    pair("Evidence", String.join(", ", report.paths()));
    pair("Inspected", report.started().toString());
    pair("Rules", report.rulesVersion());
    for (Map.Entry<String, String> fact : report.server().entrySet()) {
      pair(fact.getKey(), fact.getValue());
    }
    out.append("</table>");
  }

  private void pair(String name, String value) throws IOException {
    out.append("<tr><th>")
        .append(SafeText.html(name))
        .append("</th><td>")
        .append(SafeText.html(value))
        .append("</td></tr>");
  }

  private void incidents() throws IOException {
    out.append("<h2 id=\"story\">What happened</h2>");
    out.append(Pictures.timeline(report));
    if (report.incidents().isEmpty()) {
      out.append("<p>No incident ")
          .append(SafeText.html(report.coverage().sentence()))
          .append(".</p>");
    }
    for (Incident incident : report.incidents()) {
      out.append("<h3>Incident " + incident.number() + ": ")
          .append(SafeText.html(incident.stage().furthest()))
          .append("</h3><p>Clients: ")
          .append(SafeText.html(String.join(", ", incident.clients())))
          .append("</p><ol>");
      for (String sentence : incident.story()) {
        out.append("<li>").append(SafeText.html(sentence)).append("</li>");
      }
      out.append("</ol>");
    }
  }

  private void findings() throws IOException {
    out.append("<h2 id=\"findings\">Findings</h2>");
    if (report.findings().isEmpty()) {
      out.append("<p>None ").append(SafeText.html(report.coverage().sentence())).append(".</p>");
    }
    for (Finding finding : report.findings()) {
      finding(finding);
    }
  }

  private void finding(Finding finding) throws IOException {
    out.append("<div class=\"f ")
        .append(finding.confidence().word())
        .append("\"><p><b>")
        .append(SafeText.html(finding.check()))
        .append("</b> ")
        .append(finding.time() == null ? "(no time)" : SafeText.html(finding.time().toString()))
        .append(" &middot; ")
        .append(SafeText.html(finding.stage().word()))
        .append(" &middot; ")
        .append(SafeText.html(finding.confidence().word()))
        .append(" confidence")
        .append(finding.count() > 1 ? " &middot; " + finding.count() + " times" : "");
    if (finding.count() > 1 && finding.lastTime() != null) {
      out.append(", last ").append(SafeText.html(finding.lastTime().toString()));
    }
    out.append("<br><strong>")
        .append(SafeText.html(finding.title()))
        .append("</strong>. ")
        .append(SafeText.html(finding.reason()))
        .append("</p><p><code>");
    String separator = "";
    for (Map.Entry<String, String> detail : finding.details().entrySet()) {
      out.append(separator)
          .append("<i>")
          .append(SafeText.html(detail.getKey()))
          .append("</i> ")
          .append(SafeText.html(detail.getValue()));
      separator = " &middot; ";
    }
    out.append("</code></p><p>In <code>")
        .append(SafeText.html(finding.source().path()))
        .append(finding.source().line() != null ? ", line " + finding.source().line() : "")
        .append(finding.source().record() != null ? ", record " + finding.source().record() : "")
        .append("</code>. See ")
        .append(SafeText.html(finding.reference()))
        .append("</p></div>");
  }

  private void coverage() throws IOException {
    out.append("<h2 id=\"coverage\">What was covered, and what not</h2><p>")
        .append(SafeText.html(report.coverage().sentence()))
        .append(".</p>");
    out.append(Pictures.coverage(report));
    out.append("<table><tr><th>Source</th><th>Files</th><th>Rows</th><th>Unparsable</th>")
        .append("<th>Oldest</th><th>Newest</th><th>Gaps and notes</th></tr>");
    for (SourceCoverage source : report.coverage().sources()) {
      String gaps = gaps(source);
      out.append("<tr><td>")
          .append(SafeText.html(source.source()))
          .append("</td><td>")
          .append(Integer.toString(source.files()))
          .append("</td><td>")
          .append(Long.toString(source.rows()))
          .append("</td><td>")
          .append(Long.toString(source.unparsable()))
          .append("</td><td class=\"n\">")
          .append(source.oldest() == null ? "-" : minute(source.oldest()))
          .append("</td><td class=\"n\">")
          .append(source.newest() == null ? "-" : minute(source.newest()))
          .append("</td><td>")
          .append(SafeText.html(gaps))
          .append("</td></tr>");
    }
    out.append("</table><h3>Checks</h3><table>");
    for (CheckCoverage check : report.coverage().checks()) {
      out.append("<tr><td class=\"n\">")
          .append(check.check())
          .append("</td><td>")
          .append(SafeText.html(check.title()))
          .append("</td><td")
          .append(check.looked() ? ">" : " class=\"no\">")
          .append(SafeText.html(check.reason()))
          .append("</td></tr>");
    }
    out.append("</table>");
    if (report.coverage().damageTotal() > 0) {
      out.append(
          "<h3>Damaged places ("
              + report.coverage().damageTotal()
              + ")</h3><table class=\"facts\">");
      for (Damage damage : report.coverage().damage()) {
        pair(damage.path() + " " + damage.place(), damage.what());
      }
      out.append("</table>");
    }
    out.append("<ul>");
    for (String note : report.coverage().notes()) {
      out.append("<li>").append(SafeText.html(note)).append("</li>");
    }
    if (!report.coverage().unclaimed().isEmpty()) {
      List<String> endings = new ArrayList<>();
      new TreeMap<>(report.coverage().unclaimed())
          .forEach((ending, count) -> endings.add(count + " " + ending));
      out.append("<li>Files that no check reads, by ending: ")
          .append(SafeText.html(String.join(", ", endings)))
          .append("</li>");
    }
    out.append("</ul>");
  }

  /** The longest gaps; all of them are in findings.json. */
  private static String gaps(SourceCoverage source) {
    List<String> texts = new ArrayList<>(source.notes());
    List<SourceCoverage.Gap> gaps = source.gaps();
    for (SourceCoverage.Gap gap : gaps.subList(0, Math.min(MAX_GAPS, gaps.size()))) {
      texts.add(minute(gap.from()) + " to " + minute(gap.to()));
    }
    if (gaps.size() > MAX_GAPS) {
      texts.add(gaps.size() - MAX_GAPS + " shorter ones");
    }
    return String.join("; ", texts);
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, 16).replace('T', ' ');
  }

  private void checklist() throws IOException {
    out.append("<h2 id=\"steps\">What to do now</h2><ol>");
    for (Checklist.Step step : Checklist.steps(report)) {
      out.append("<li><strong>")
          .append(SafeText.html(step.what()))
          .append("</strong> ")
          .append(SafeText.html(step.why()));
      if (!step.commands().isEmpty()) {
        out.append("<pre>");
        for (String command : step.commands()) {
          out.append(SafeText.html(command)).append("\n");
        }
        out.append("</pre>");
      }
      out.append("</li>");
    }
    out.append("</ol>");
  }
}
