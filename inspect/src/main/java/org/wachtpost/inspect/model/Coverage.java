package org.wachtpost.inspect.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the inspection could and could not see.
 *
 * @param since the first moment asked about (UTC)
 * @param until the last moment asked about, null for no end
 * @param sources coverage per kind of evidence
 * @param checks coverage per check, I01 to I20
 * @param damage places that could not be read, at most a named number
 * @param damageTotal how many there were
 * @param files files seen
 * @param bytes bytes seen
 * @param unclaimed files that no check reads, by ending
 * @param notes limits that were hit and what else to know
 */
public record Coverage(
    Instant since,
    @Nullable Instant until,
    List<SourceCoverage> sources,
    List<CheckCoverage> checks,
    List<Damage> damage,
    long damageTotal,
    long files,
    long bytes,
    Map<String, Long> unclaimed,
    List<String> notes) {
  private static final List<String> FAMILIES = List.of("HttpProxy ", "IIS ", "Event log ");

  public Coverage {
    sources = List.copyOf(sources);
    checks = List.copyOf(checks);
    damage = List.copyOf(damage);
    unclaimed = Map.copyOf(unclaimed);
    notes = List.copyOf(notes);
  }

  /** The sentence that stands beside every verdict. */
  public String sentence() {
    return sentence(false);
  }

  /** The same with logs of one family counted instead of named, for small screens. */
  public String briefSentence() {
    return sentence(true);
  }

  private String sentence(boolean brief) {
    long looked = checks.stream().filter(CheckCoverage::looked).count();
    StringBuilder text = new StringBuilder("in what was covered: ");
    Map<String, Map<String, List<String>>> spans = new LinkedHashMap<>();
    StringBuilder files = new StringBuilder();
    int kinds = 0;
    for (SourceCoverage source : sources) {
      if (source.oldest() != null && source.newest() != null) {
        String span = day(source.oldest()) + " to " + day(source.newest());
        name(spans.computeIfAbsent(span, _ -> new LinkedHashMap<>()), source.source());
      } else {
        files
            .append(files.isEmpty() ? "" : ", ")
            .append(source.source())
            .append(" (")
            .append(source.files())
            .append(source.files() == 1 ? " file)" : " files)");
        kinds++;
      }
    }
    String separator = "";
    for (Map.Entry<String, Map<String, List<String>>> span : spans.entrySet()) {
      List<String> names = new ArrayList<>();
      span.getValue().forEach((family, members) -> names.add(named(family, members, brief)));
      text.append(separator).append(String.join(", ", names)).append(' ').append(span.getKey());
      separator = "; ";
    }
    if (kinds > 1 && brief) {
      text.append(separator).append(kinds).append(" kinds of files without times");
    } else if (kinds > 0) {
      text.append(separator).append(files);
    }
    if (sources.isEmpty()) {
      text.append("no known evidence");
    }
    return text.append("; ")
        .append(looked)
        .append(" of ")
        .append(checks.size())
        .append(" checks could look")
        .toString();
  }

  /** Logs of one family that cover the same days share the family's name. */
  private static void name(Map<String, List<String>> names, String source) {
    for (String family : FAMILIES) {
      if (source.startsWith(family)) {
        names
            .computeIfAbsent(family, _ -> new ArrayList<>())
            .add(source.substring(family.length()));
        return;
      }
    }
    names.put(source, List.of());
  }

  private static String named(String family, List<String> members, boolean brief) {
    if (brief && members.size() > 2) {
      return family.strip() + " (" + members.size() + " logs)";
    }
    return family + String.join(" + ", members);
  }

  private static String day(Instant time) {
    return time.toString().substring(0, 10);
  }
}
