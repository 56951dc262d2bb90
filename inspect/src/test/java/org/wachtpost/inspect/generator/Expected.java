package org.wachtpost.inspect.generator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an inspection of a made-up server has to say.
 *
 * @param verdicts the verdict words allowed, the right one first
 * @param exits the exit statuses that belong to them
 * @param checks checks that must have a finding
 * @param story facts that the incidents must tell, by name
 */
public record Expected(
    List<String> verdicts, List<Integer> exits, List<String> checks, Map<String, String> story) {
  static final String NOTHING = "nothing found in what was covered";

  static Expected clean(Map<String, String> story) {
    return new Expected(List.of(NOTHING, "probed"), List.of(0, 10), List.of(), story);
  }

  static Expected of(String verdict, int exit, List<String> checks, Map<String, String> story) {
    return new Expected(List.of(verdict), List.of(exit), checks, story);
  }

  String json(Plan plan) {
    Map<String, String> head = new LinkedHashMap<>();
    head.put("scenario", plan.scenario().word());
    head.put("seed", Long.toString(plan.seed()));
    head.put("first", plan.first().toString());
    head.put("last", plan.last().toString());
    StringBuilder json = new StringBuilder("{\n  \"synthetic\": true,\n");
    head.forEach((name, value) -> json.append("  ").append(pair(name, value)).append(",\n"));
    json.append("  \"verdicts\": ").append(list(verdicts)).append(",\n");
    json.append("  \"exits\": ").append(exits).append(",\n");
    json.append("  \"checks\": ").append(list(checks)).append(",\n  \"story\": {\n");
    json.append(
        story.entrySet().stream()
            .map(entry -> "    " + pair(entry.getKey(), entry.getValue()))
            .collect(java.util.stream.Collectors.joining(",\n")));
    return json.append("\n  }\n}\n").toString();
  }

  private static String pair(String name, String value) {
    return quote(name) + ": " + quote(value);
  }

  private static String list(List<String> values) {
    return values.stream()
        .map(Expected::quote)
        .collect(java.util.stream.Collectors.joining(", ", "[", "]"));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
