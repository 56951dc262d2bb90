package org.wachtpost.inspect.model;

import java.time.Instant;
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
  public Coverage {
    sources = List.copyOf(sources);
    checks = List.copyOf(checks);
    damage = List.copyOf(damage);
    unclaimed = Map.copyOf(unclaimed);
    notes = List.copyOf(notes);
  }

  /** The sentence that stands beside every verdict. */
  public String sentence() {
    long looked = checks.stream().filter(CheckCoverage::looked).count();
    StringBuilder text = new StringBuilder("in what was covered: ");
    String separator = "";
    for (SourceCoverage source : sources) {
      text.append(separator).append(source.source());
      if (source.oldest() != null && source.newest() != null) {
        text.append(' ').append(day(source.oldest())).append(" to ").append(day(source.newest()));
      } else {
        text.append(" (").append(source.files()).append(" files)");
      }
      separator = ", ";
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

  private static String day(Instant time) {
    return time.toString().substring(0, 10);
  }
}
