package org.wachtpost.inspect.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The result of an inspection.
 *
 * @param verdict what may be said
 * @param reason why the verdict, in a sentence or two that say nothing of the coverage
 * @param summary the verdict in a sentence, always with its coverage
 * @param server facts about the server: build, update, mitigation, patch date
 * @param incidents joined findings, by first time
 * @param findings every finding, by time, furthest stage first where times are equal
 * @param coverage what could and could not be seen
 * @param evidence hash (SHA-256, hexadecimal) of every file that a finding rests on
 * @param paths the evidence as it was given
 * @param started when the inspection began (UTC)
 * @param rulesVersion version of the rules data used
 */
public record InspectReport(
    Verdict verdict,
    String reason,
    String summary,
    Map<String, String> server,
    List<Incident> incidents,
    List<Finding> findings,
    Coverage coverage,
    Map<String, String> evidence,
    List<String> paths,
    Instant started,
    String rulesVersion) {
  public InspectReport {
    server = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(server));
    incidents = List.copyOf(incidents);
    findings = List.copyOf(findings);
    evidence = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(evidence));
    paths = List.copyOf(paths);
  }
}
