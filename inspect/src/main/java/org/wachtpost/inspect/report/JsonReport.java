package org.wachtpost.inspect.report;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.SourceCoverage;

/** {@code findings.json}; its schema is in {@code docs/inspect.md}. */
public final class JsonReport {
  /** Changes with every change that a reader could notice. */
  public static final String SCHEMA = "wachtpost-inspect/1";

  private JsonReport() {}

  /** Writes the report as one JSON document. */
  public static void write(InspectReport report, Appendable out) throws IOException {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("schema", SCHEMA);
    json.put("verdict", report.verdict().word());
    json.put("exitStatus", report.verdict().exitStatus());
    json.put("reason", report.reason());
    json.put("summary", report.summary());
    json.put("started", report.started().toString());
    json.put("paths", report.paths());
    json.put("rules", report.rulesVersion());
    json.put("server", report.server());
    json.put("incidents", report.incidents().stream().map(JsonReport::incident).toList());
    json.put("findings", report.findings().stream().map(JsonReport::finding).toList());
    json.put("coverage", coverage(report.coverage()));
    json.put("evidence", report.evidence());
    Json.write(json, out);
  }

  private static Map<String, @Nullable Object> incident(Incident incident) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("number", incident.number());
    json.put("stage", incident.stage().word());
    json.put("first", time(incident.first()));
    json.put("last", time(incident.last()));
    json.put("clients", incident.clients());
    json.put("story", incident.story());
    json.put("findings", incident.findings());
    return json;
  }

  private static Map<String, @Nullable Object> finding(Finding finding) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("check", finding.check());
    json.put("stage", finding.stage().word());
    json.put("confidence", finding.confidence().word());
    json.put("decisive", finding.decisive());
    json.put("title", finding.title());
    json.put("reason", finding.reason());
    json.put("time", time(finding.time()));
    json.put("lastTime", time(finding.lastTime()));
    json.put("count", finding.count());
    json.put("source", source(finding.source()));
    json.put("reference", finding.reference());
    json.put("details", finding.details());
    return json;
  }

  private static Map<String, @Nullable Object> source(Source source) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("path", source.path());
    if (source.line() != null) {
      json.put("line", source.line());
    }
    if (source.record() != null) {
      json.put("record", source.record());
    }
    json.put("sha256", source.sha256());
    return json;
  }

  private static Map<String, @Nullable Object> coverage(Coverage coverage) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("sentence", coverage.sentence());
    json.put("since", time(coverage.since()));
    json.put("until", time(coverage.until()));
    json.put("files", coverage.files());
    json.put("bytes", coverage.bytes());
    List<Object> sources = new ArrayList<>();
    for (SourceCoverage source : coverage.sources()) {
      sources.add(sourceCoverage(source));
    }
    json.put("sources", sources);
    List<Object> checks = new ArrayList<>();
    coverage
        .checks()
        .forEach(check -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("check", check.check());
          one.put("title", check.title());
          one.put("looked", check.looked());
          one.put("reason", check.reason());
          checks.add(one);
        });
    json.put("checks", checks);
    List<Object> damage = new ArrayList<>();
    for (Damage place : coverage.damage()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("path", place.path());
      one.put("place", place.place());
      one.put("what", place.what());
      damage.add(one);
    }
    json.put("damage", damage);
    json.put("damageTotal", coverage.damageTotal());
    json.put("unclaimed", new java.util.TreeMap<>(coverage.unclaimed()));
    json.put("notes", coverage.notes());
    return json;
  }

  private static Map<String, @Nullable Object> sourceCoverage(SourceCoverage source) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("source", source.source());
    json.put("files", source.files());
    json.put("bytes", source.bytes());
    json.put("rows", source.rows());
    json.put("unparsable", source.unparsable());
    json.put("oldest", time(source.oldest()));
    json.put("newest", time(source.newest()));
    List<Object> gaps = new ArrayList<>();
    for (SourceCoverage.Gap gap : source.gaps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("from", gap.from().toString());
      one.put("to", gap.to().toString());
      gaps.add(one);
    }
    json.put("gaps", gaps);
    json.put("notes", source.notes());
    return json;
  }

  private static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
