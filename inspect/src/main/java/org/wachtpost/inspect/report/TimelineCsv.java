package org.wachtpost.inspect.report;

import java.io.IOException;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;

/** {@code timeline.csv}: findings in order of time, one row each (RFC 4180 §2). */
final class TimelineCsv {
  private TimelineCsv() {}

  static void write(InspectReport report, Appendable out) throws IOException {
    out.append(
        "time,last_time,count,check,stage,confidence,client,title,details,path,line,record,"
            + "sha256,reference\r\n");
    for (Finding finding : report.findings()) {
      String client = finding.detail("client");
      row(
          out,
          finding.time() == null ? "" : finding.time().toString(),
          finding.lastTime() == null ? "" : finding.lastTime().toString(),
          Long.toString(finding.count()),
          finding.check(),
          finding.stage().word(),
          finding.confidence().word(),
          client == null ? "" : client,
          finding.title(),
          finding.details().toString(),
          finding.source().path(),
          finding.source().line() == null ? "" : finding.source().line().toString(),
          finding.source().record() == null ? "" : finding.source().record().toString(),
          finding.source().sha256() == null ? "" : finding.source().sha256(),
          finding.reference());
    }
  }

  private static void row(Appendable out, String... cells) throws IOException {
    String separator = "";
    for (String cell : cells) {
      out.append(separator).append(SafeText.csv(cell));
      separator = ",";
    }
    out.append("\r\n");
  }
}
