package org.wachtpost.inspect.report;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
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
      overflow-wrap:anywhere}
      code,pre{font:12.5px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
      .no{color:#b3261e}svg{width:100%;height:auto}
      @media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}\
      tr,.verdict,svg{break-inside:avoid}a{color:inherit;text-decoration:none}}
      """;

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
    out.append("<table>");
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
    out.append("<h2>What happened</h2>");
    out.append(Pictures.timeline(report));
    if (report.incidents().isEmpty()) {
      out.append("<p>No incident ")
          .append(SafeText.html(report.coverage().sentence()))
          .append(".</p>");
    }
    for (Incident incident : report.incidents()) {
      out.append("<h3>Incident " + incident.number() + ": ")
          .append(SafeText.html(incident.stage().word()))
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
    out.append("<h2>Findings</h2><table><tr><th>Check</th><th>Time (UTC)</th><th>Stage</th>")
        .append("<th>Sure</th><th>What and why</th><th>Where</th></tr>");
    for (Finding finding : report.findings()) {
      out.append("<tr><td>")
          .append(SafeText.html(finding.check()))
          .append("</td><td>")
          .append(finding.time() == null ? "-" : SafeText.html(finding.time().toString()))
          .append(finding.count() > 1 ? " (" + finding.count() + " times)" : "")
          .append("</td><td>")
          .append(SafeText.html(finding.stage().word()))
          .append("</td><td>")
          .append(SafeText.html(finding.confidence().word()))
          .append("</td><td><strong>")
          .append(SafeText.html(finding.title()))
          .append("</strong>. ")
          .append(SafeText.html(finding.reason()))
          .append("<br><code>");
      for (Map.Entry<String, String> detail : finding.details().entrySet()) {
        out.append(SafeText.html(detail.getKey() + ": " + detail.getValue())).append("<br>");
      }
      out.append("</code>See ")
          .append(SafeText.html(finding.reference()))
          .append("</td><td><code>")
          .append(SafeText.html(finding.source().path()))
          .append(finding.source().line() != null ? "<br>line " + finding.source().line() : "")
          .append(
              finding.source().record() != null ? "<br>record " + finding.source().record() : "")
          .append("</code></td></tr>");
    }
    out.append("</table>");
  }

  private void coverage() throws IOException {
    out.append("<h2>What was covered, and what not</h2><p>")
        .append(SafeText.html(report.coverage().sentence()))
        .append(".</p>");
    out.append(Pictures.coverage(report));
    out.append("<table><tr><th>Source</th><th>Files</th><th>Rows</th><th>Unparsable</th>")
        .append("<th>Oldest</th><th>Newest</th><th>Gaps and notes</th></tr>");
    for (SourceCoverage source : report.coverage().sources()) {
      StringBuilder gaps = new StringBuilder();
      for (SourceCoverage.Gap gap : source.gaps()) {
        gaps.append(gap.from()).append(" to ").append(gap.to()).append("; ");
      }
      source.notes().forEach(note -> gaps.append(note).append("; "));
      out.append("<tr><td>")
          .append(SafeText.html(source.source()))
          .append("</td><td>")
          .append(Integer.toString(source.files()))
          .append("</td><td>")
          .append(Long.toString(source.rows()))
          .append("</td><td>")
          .append(Long.toString(source.unparsable()))
          .append("</td><td>")
          .append(source.oldest() == null ? "-" : source.oldest().toString())
          .append("</td><td>")
          .append(source.newest() == null ? "-" : source.newest().toString())
          .append("</td><td>")
          .append(SafeText.html(gaps.toString()))
          .append("</td></tr>");
    }
    out.append("</table><h3>Checks</h3><table>");
    for (CheckCoverage check : report.coverage().checks()) {
      out.append("<tr><td>")
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
      out.append("<h3>Damaged places (" + report.coverage().damageTotal() + ")</h3><table>");
      for (Damage damage : report.coverage().damage()) {
        pair(damage.path() + " " + damage.place(), damage.what());
      }
      out.append("</table>");
    }
    out.append("<ul>");
    for (String note : report.coverage().notes()) {
      out.append("<li>").append(SafeText.html(note)).append("</li>");
    }
    out.append("</ul>");
  }

  private void checklist() throws IOException {
    out.append("<h2>What to do now</h2><ol>");
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
