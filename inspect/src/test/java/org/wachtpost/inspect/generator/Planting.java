package org.wachtpost.inspect.generator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a scenario puts between the ordinary traffic: rows, events, files, and what it takes away.
 */
final class Planting {
  /** A row of a log at a time; without its line end. */
  record Row(Instant time, String line) {}

  /** An event of a log. */
  record Event(Instant time, String log, EventForm form) {}

  /** Writes the event with the identifier that its log gives it. */
  interface EventForm {
    EvtxValue.Fragment fragment(Site site, long recordId);
  }

  private final Map<LocalDate, Map<Stream, List<Row>>> rows = new HashMap<>();
  final List<Event> events = new ArrayList<>();
  final List<Row> oabGenerator = new ArrayList<>();
  final List<Row> cmdlets = new ArrayList<>();
  final Map<String, byte[]> files = new LinkedHashMap<>();
  final String build;
  LocalDate patched = null;
  String patchedBuild = "";
  LocalDate exchangeLogsFrom = null;
  LocalDate iisGapFrom = null;
  LocalDate iisGapTo = null;
  Instant eventLogsClearedAt = null;

  Planting(Scenario scenario) {
    build = scenario.build();
  }

  void row(Stream stream, Instant time, String line) {
    rows.computeIfAbsent(
            time.atZone(ZoneOffset.UTC).toLocalDate(), d -> new EnumMap<>(Stream.class))
        .computeIfAbsent(stream, s -> new ArrayList<>())
        .add(new Row(time, line));
  }

  void event(Instant time, String log, EventForm form) {
    events.add(new Event(time, log, form));
  }

  /** The rows of a day, in order of time. */
  List<Row> rows(LocalDate day, Stream stream) {
    List<Row> found =
        new ArrayList<>(rows.getOrDefault(day, Map.of()).getOrDefault(stream, List.of()));
    found.sort(Comparator.comparing(Row::time));
    return found;
  }
}
