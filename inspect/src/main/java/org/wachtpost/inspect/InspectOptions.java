package org.wachtpost.inspect;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceLimits;

/**
 * What to inspect and how.
 *
 * @param paths drive roots, folders, archives, files
 * @param since findings before this moment are left out
 * @param until findings after this moment are left out; null for none
 * @param baselines CSV files of hashes of this build's files
 * @param networks names for client networks: CIDR to label
 * @param iisZone the zone IIS wrote its times in; UTC unless somebody changed it
 * @param rules a folder of replacement rules, or null
 * @param threads how many threads read
 * @param limits what is taken from archives
 * @param started the moment the report is dated with
 */
public record InspectOptions(
    List<Path> paths,
    Instant since,
    @Nullable Instant until,
    List<Path> baselines,
    Map<String, String> networks,
    ZoneId iisZone,
    @Nullable Path rules,
    int threads,
    EvidenceLimits limits,
    Instant started) {

  /** The day from which the NCSC advised to look: the holes may have been used since then. */
  public static final Instant SINCE = Instant.parse("2020-09-01T00:00:00Z");

  /** Threads that may be asked for. */
  public static final int MAX_THREADS = 64;

  public InspectOptions {
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("no evidence given");
    }
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads must be 1 to " + MAX_THREADS);
    }
    paths = List.copyOf(paths);
    baselines = List.copyOf(baselines);
    networks = Map.copyOf(networks);
  }

  /** The usual way to inspect these paths, dated {@code started}. */
  public static InspectOptions of(List<Path> paths, Instant started) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    return new InspectOptions(
        paths,
        SINCE,
        null,
        List.of(),
        Map.of(),
        ZoneOffset.UTC,
        null,
        threads,
        EvidenceLimits.STANDARD,
        started);
  }
}
