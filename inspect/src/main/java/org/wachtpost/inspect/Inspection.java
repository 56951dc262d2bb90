package org.wachtpost.inspect;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.check.Examination;
import org.wachtpost.inspect.check.ServerFacts;
import org.wachtpost.inspect.check.ShellKnowledge;
import org.wachtpost.inspect.check.Sorting;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.Reason;
import org.wachtpost.inspect.evidence.Workers;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;
import org.wachtpost.inspect.rules.Rules;
import org.wachtpost.inspect.rules.RulesException;

/** The library entry: reads evidence and says what happened. */
public final class Inspection {
  /** Sources named in one note; all of them stand in the coverage. */
  private static final int MAX_NAMED = 4;

  /** Files listed from one time to the next that the listener hears of it. */
  private static final int LISTED_STEP = 1024;

  private Inspection() {}

  /**
   * Inspects.
   *
   * @throws IOException if a path given does not exist or temporary space fails
   * @throws RulesException if replacement rules are not in their format
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static InspectReport run(InspectOptions options, ProgressListener listener)
      throws IOException, RulesException, InterruptedException {
    Rules rules = Rules.load(options.rules());
    ShellKnowledge shells = ShellKnowledge.load(options.rules(), options.baselines());
    Examination examination =
        new Examination(rules, shells, options.since(), options.until(), options.iisZone());
    long[] listed = new long[1];
    try (Sorting sorting = examination.sorting(options.threads())) {
      Evidence.Sorter sorter =
          files -> {
            long before = listed[0];
            listed[0] += files.size();
            if (files.isEmpty() || listed[0] / LISTED_STEP > before / LISTED_STEP) {
              listener.listed(listed[0]);
            }
            return sorting.keep(files);
          };
      try (Evidence evidence = Evidence.open(options.paths(), options.limits(), sorter)) {
        examination.run(evidence, sorting, options.threads(), listener::progress);
        return report(options, rules, evidence, examination, sorting, shells.baselines().skipped());
      }
    }
  }

  private static InspectReport report(
      InspectOptions options,
      Rules rules,
      Evidence evidence,
      Examination examination,
      Sorting sorting,
      List<String> skipped)
      throws InterruptedException {
    List<Finding> found = new ArrayList<>(examination.findings());
    found.sort(Inspection::byTime);
    List<Damage> damage = new ArrayList<>(examination.damage());
    Map<String, String> hashes = hashes(evidence, found, damage, options.threads());
    Collections.sort(damage);
    List<Finding> findings = new ArrayList<>(found.size());
    Networks networks = Networks.of(options.networks());
    for (Finding finding : found) {
      Finding hashed = finding.hashed(hashes.get(finding.source().path()));
      String client = finding.detail("client");
      String network = client == null ? "" : networks.label(client);
      findings.add(network.isEmpty() ? hashed : hashed.in(network));
    }
    List<Incident> incidents = Incidents.join(findings);
    Coverage coverage = coverage(options, evidence, examination, sorting, damage, skipped);
    Verdict verdict = Verdicts.of(findings, coverage);
    Map<String, String> server = new LinkedHashMap<>(examination.server());
    patched(examination, findings, server);
    String reason = Verdicts.reason(verdict, findings, coverage, server, examination.remarks());
    return new InspectReport(
        verdict,
        reason,
        Verdicts.summary(verdict, reason, coverage),
        server,
        incidents,
        findings,
        coverage,
        hashes,
        options.paths().stream().map(Object::toString).toList(),
        options.started(),
        rules.version());
  }

  /**
   * In the order of a report. Written out, here and elsewhere, where each inspection comes by: what
   * {@link Comparator#comparing} gives may be serialised, and of such Java makes classes at every
   * start, which its start-up cache then does not have.
   */
  private static int byTime(Finding one, Finding other) {
    int order = Finding.BY_TIME.compare(one.time(), other.time());
    if (order == 0) {
      order = other.stage().compareTo(one.stage());
    }
    if (order == 0) {
      order = one.check().compareTo(other.check());
    }
    if (order == 0) {
      order = one.source().path().compareTo(other.source().path());
    }
    if (order == 0) {
      order = one.title().compareTo(other.title());
    }
    return order != 0 ? order : one.details().toString().compareTo(other.details().toString());
  }

  private static Coverage coverage(
      InspectOptions options,
      Evidence evidence,
      Examination examination,
      Sorting sorting,
      List<Damage> damage,
      List<String> skipped) {
    List<String> notes = new ArrayList<>();
    Map<String, List<String>> begin = new TreeMap<>();
    Map<String, List<String>> end = new TreeMap<>();
    Instant until = options.until();
    for (SourceCoverage source : examination.sources()) {
      Instant oldest = source.oldest();
      if (oldest != null && oldest.isAfter(options.since())) {
        begin.computeIfAbsent(day(oldest), _ -> new ArrayList<>()).add(source.source());
      }
      Instant newest = source.newest();
      if (until != null && newest != null && newest.isBefore(until.minus(LogWindow.SLACK))) {
        end.computeIfAbsent(day(newest), _ -> new ArrayList<>()).add(source.source());
      }
    }
    begin.forEach((day, sources) ->
        notes.add(
            named(sources, "begin", day)
                + ": nothing in "
                + (sources.size() == 1 ? "it" : "them")
                + " about the time from "
                + day(options.since())
                + " until then"));
    end.forEach((day, sources) ->
        notes.add(
            named(sources, "end", day)
                + ": nothing in "
                + (sources.size() == 1 ? "it" : "them")
                + " about the time from then until "
                + day(Objects.requireNonNull(until))));
    // What concerns all sources comes last: a terminal shows the last notes first.
    if (!skipped.isEmpty()) {
      notes.add(
          "baseline rows that are not SHA256,version,path: "
              + skipped.size()
              + ", the first at "
              + skipped.getFirst());
    }
    notes.addAll(evidence.notes());
    notes.addAll(examination.notes(sorting));
    if (sorting.unclaimedFiles() > 0) {
      notes.add(sorting.unclaimedFiles() + " files are of no kind that a check reads");
    }
    return new Coverage(
        options.since(),
        options.until(),
        examination.sources(),
        examination.checks(),
        damage,
        examination.damageTotal(),
        evidence.count(),
        evidence.bytes(),
        sorting.unclaimed(),
        notes);
  }

  /** "A begins on DAY", or "A, B, C and 5 more begin on DAY". */
  private static String named(List<String> sources, String verb, String day) {
    int shown = Math.min(sources.size(), MAX_NAMED);
    String more = sources.size() > shown ? " and " + (sources.size() - shown) + " more" : "";
    return String.join(", ", sources.subList(0, shown))
        + more
        + " "
        + verb
        + (sources.size() == 1 ? "s" : "")
        + " on "
        + day;
  }

  private static Map<String, String> hashes(
      Evidence evidence, List<Finding> findings, List<Damage> damage, int threads)
      throws InterruptedException {
    Set<String> paths = new TreeSet<>();
    findings.forEach(finding -> paths.add(finding.source().path()));
    List<EvidenceFile> files =
        evidence.files().stream().filter(file -> paths.contains(file.path())).toList();
    @Nullable String[] sums = new String[files.size()];
    @Nullable IOException[] failures = new IOException[files.size()];
    Workers.each(
        threads,
        sums.length,
        () ->
            index -> {
              try {
                sums[index] = files.get(index).sha256();
              } catch (IOException failed) {
                failures[index] = failed;
              }
            },
        () -> {});
    Map<String, String> hashes = new TreeMap<>();
    for (int i = 0; i < sums.length; i++) {
      String path = files.get(i).path();
      String sum = sums[i];
      IOException failed = failures[i];
      if (sum != null) {
        hashes.putIfAbsent(path, sum);
      } else if (failed != null) {
        damage.add(new Damage(path, "whole file", "hash not taken: " + Reason.of(failed)));
      }
    }
    return hashes;
  }

  /** "Patched on D; first hit on H": whether the hole was open when it was used. */
  private static void patched(
      Examination examination, List<Finding> findings, Map<String, String> server) {
    Optional<ServerFacts.Installed> update = examination.updated();
    @Nullable Instant patch = update.map(ServerFacts.Installed::time).orElse(null);
    @Nullable Instant hit = firstHit(findings, false);
    hit = hit == null ? firstHit(findings, true) : hit;
    if (hit != null) {
      server.put("first hit", hit.toString());
    }
    if (patch != null) {
      server.put(
          "updated",
          patch
              + (update.get().update().isEmpty() ? "" : " " + update.get().update())
              + " ("
              + update.get().evidence()
              + ")");
      if (hit != null) {
        String chain = chain(findings);
        boolean open = server.getOrDefault(chain, "").startsWith("open");
        server.put(
            "order",
            (open ? "updated on " : "patched on ")
                + day(patch)
                + "; first hit on "
                + day(hit)
                + ": "
                + order(hit.isBefore(patch), chain, open));
      }
    }
  }

  /** An update that does not close the hole that was used is no comfort. */
  private static String order(boolean before, String chain, boolean open) {
    if (before) {
      return "the hole was open when it was used"
          + (open ? ", and the update did not close it" : "");
    }
    return "after the update" + (open ? ", which did not close " + chain : "");
  }

  /** The chain that was used first, as findings name it; empty if none does. */
  private static String chain(List<Finding> findings) {
    return findings.stream()
        .filter(one -> one.stage().reaches(Stage.ATTEMPTED))
        .filter(one -> one.confidence() != Confidence.LOW && one.time() != null)
        .map(one -> one.details().getOrDefault("chain", ""))
        .filter(chain -> !chain.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** What came after the break-in counts only if nothing shows the break-in itself. */
  private static @Nullable Instant firstHit(List<Finding> findings, boolean after) {
    @Nullable Instant hit = null;
    for (Finding finding : findings) {
      Instant time = finding.time();
      if (time != null
          && finding.stage().reaches(Stage.ATTEMPTED)
          && (after || finding.stage() != Stage.AFTER)
          && finding.confidence() != Confidence.LOW
          && (hit == null || time.isBefore(hit))) {
        hit = time;
      }
    }
    return hit;
  }

  private static String day(Instant time) {
    return time.toString().substring(0, 10);
  }
}
