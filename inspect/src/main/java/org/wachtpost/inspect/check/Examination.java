package org.wachtpost.inspect.check;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.Reason;
import org.wachtpost.inspect.evidence.Workers;
import org.wachtpost.inspect.model.CheckCoverage;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.rules.BuildTable.Build;
import org.wachtpost.inspect.rules.Rules;

/**
 * One examination of a body of evidence: hands every file to the checks that want it, on several
 * threads, and holds what they found.
 */
public final class Examination {
  private static final Pattern VERSION_FOLDER =
      Pattern.compile("\\\\owa\\\\(?:auth\\\\)?(15\\.\\d+\\.\\d+\\.\\d+)\\\\");

  private final Rules rules;
  private final ZoneId iisZone;
  private final FindingSink sink;
  private final ServerFacts facts = new ServerFacts();
  private final PageUses pageUses = new PageUses();
  private final NewAccounts newAccounts = new NewAccounts();
  private final SourceBook book = new SourceBook();
  private final SingleFiles singles;
  private SiteFolders sites = SiteFolders.of(List.of());
  private final List<Classifier.Claimed> claimed = new ArrayList<>();
  private final Map<String, Long> unclaimed = new HashMap<>();
  private final Map<String, Container.Met> containers = new TreeMap<>();
  private final LongAdder progress = new LongAdder();
  private long unclaimedFiles;
  private long totalBytes;

  /** An examination for a time window, of logs that IIS wrote in {@code iisZone}. */
  public Examination(
      Rules rules, ShellKnowledge shells, Instant since, @Nullable Instant until, ZoneId iisZone) {
    this.rules = rules;
    this.iisZone = iisZone;
    this.sink = new FindingSink(since, until);
    this.singles = new SingleFiles(this, new PageCheck(this, shells));
  }

  /** How far it is, for a progress display: called from the examining thread now and then. */
  public interface Progress {
    /** So many of so many bytes are read. */
    void bytes(long done, long total);
  }

  /**
   * Reads all files that were sorted.
   *
   * @throws InterruptedException if the calling thread is interrupted; reading stops
   */
  public void run(Evidence evidence, int threads, Progress listener) throws InterruptedException {
    List<Damage> listed = evidence.damage();
    damaged(listed);
    sites = SiteFolders.of(singles.sites(claimed));
    // The largest first, so that no thread is left alone with one at the end.
    claimed.sort(
        Comparator.comparingLong((Classifier.Claimed one) -> one.file().size()).reversed());
    Workers.each(
        threads,
        claimed.size(),
        () -> {
          FileReader reader = new FileReader(this, totalBytes, progress);
          return index -> reader.read(claimed.get(index));
        },
        () -> listener.bytes(progress.sum(), totalBytes));
    listener.bytes(totalBytes, totalBytes);
    // Files of archives turn out to be damaged when they are read.
    List<Damage> all = evidence.damage();
    damaged(all.subList(listed.size(), all.size()));
    sink.moreDamage(evidence.damageTotal() - all.size());
    pageUses.report(sink, rules);
    newAccounts.report(sink);
    singles.finish();
    BuildCheck.report(facts, rules.builds(), sink);
  }

  private void damaged(List<Damage> places) {
    for (Damage damage : places) {
      sink.damage(damage.path(), damage.place(), damage.what());
    }
  }

  /**
   * Sorts files by what they are, before {@link #run}.
   *
   * @return those that a check reads, or that a finding may name
   */
  public List<EvidenceFile> sort(List<EvidenceFile> files, int threads) {
    try {
      return classify(files, threads);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // run() ends before it has begun
      return List.of();
    }
  }

  private List<EvidenceFile> classify(List<EvidenceFile> files, int threads)
      throws InterruptedException {
    Classifier.@Nullable Claimed[] kinds = new Classifier.Claimed[files.size()];
    @Nullable IOException[] failures = new IOException[files.size()];
    Workers.each(
        threads,
        files.size(),
        () ->
            index -> {
              try {
                kinds[index] = Classifier.classify(files.get(index));
              } catch (IOException failed) {
                failures[index] = failed;
              }
            },
        () -> {});
    List<EvidenceFile> kept = new ArrayList<>();
    String folder = ""; // what is asked of a folder is asked once for all files that follow
    boolean named = false;
    for (int i = 0; i < kinds.length; i++) {
      EvidenceFile file = files.get(i);
      Classifier.Claimed one = kinds[i];
      IOException failed = failures[i];
      if (failed != null) {
        sink.damage(file.path(), "whole file", "cannot be read: " + Reason.of(failed));
      }
      if (one == null) {
        continue;
      }
      String place = file.windowsPath().folder();
      if (!place.equals(folder)) {
        folder = place;
        named = versionFolder(file);
        if (Classifier.hot(file.windowsPath())) {
          book.looked("temp, ProgramData, public and web folders", CheckId.I18);
        }
      }
      if (one.kind() == Kind.UNCLAIMED && !one.source().isEmpty()) {
        containers.computeIfAbsent(one.source(), _ -> new Container.Met()).add(file.path());
      }
      if (one.kind() == Kind.UNCLAIMED && LooseFiles.wanted(file, rules)) {
        totalBytes += file.size();
        claimed.add(new Classifier.Claimed(file, Kind.LOOSE_FILE, "files that are not pages"));
      } else if (one.kind() == Kind.UNCLAIMED) {
        unclaimed(file);
        if (!named) {
          continue;
        }
      } else {
        totalBytes += file.size();
        claimed.add(one);
      }
      kept.add(file);
    }
    return kept;
  }

  /** Exchange keeps a folder of page resources per update: its name is a build. */
  private boolean versionFolder(EvidenceFile file) {
    String path = file.windowsPath().text();
    if (!path.contains("\\owa\\")) {
      return false;
    }
    Matcher folder = VERSION_FOLDER.matcher(path);
    boolean found = folder.find();
    if (found) {
      Build.parse(folder.group(1))
          .ifPresent(build ->
              facts.build(build, "folder under owa\\auth", true, Source.file(file.path())));
    }
    return found;
  }

  private void unclaimed(EvidenceFile file) {
    unclaimedFiles++;
    String ending = file.windowsPath().ending();
    String name = ending.isEmpty() || ending.length() > 16 ? "(other)" : ending;
    unclaimed.merge(unclaimed.size() < 200 ? name : "(other)", 1L, Long::sum);
  }

  /** Notes which checks a file serves. */
  void looked(Classifier.Claimed claimed) {
    String source = claimed.source();
    switch (claimed.kind()) {
      // The head of Exchange's logs names the cumulative update.
      case HTTP_PROXY_LOG ->
          book.looked(source, CheckId.I01, CheckId.I03, CheckId.I04, CheckId.I15, CheckId.I19);
      case IIS_LOG -> book.looked(source, CheckId.I04, CheckId.I14, CheckId.I15, CheckId.I19);
      case ECP_SERVER_LOG -> book.looked(source, CheckId.I05, CheckId.I19);
      case CMDLET_LOG -> book.looked(source, CheckId.I08, CheckId.I20, CheckId.I19);
      case PLAIN_LOG -> book.looked(source, CheckId.I15, CheckId.I19);
      case OAB_GENERATOR_LOG -> book.looked(source, CheckId.I06, CheckId.I19);
      case FOREIGN_IIS_LOG, EVENT_LOG, UNCLAIMED -> {}
      case PAGE -> book.looked(source, CheckId.I10, CheckId.I12, CheckId.I15);
      case COMPILED_PAGE, COMPILED_ASSEMBLY -> book.looked(source, CheckId.I13);
      case EXSETUP, UPDATE_LIST -> book.looked(source, CheckId.I01);
      case APPLICATION_HOST -> book.looked(source, CheckId.I17);
      case WEB_CONFIG -> book.looked(source, CheckId.I02, CheckId.I17);
      case SCHEDULED_TASK -> book.looked(source, CheckId.I17);
      case SAFETY_SCANNER_LOG, MITIGATION_SUMMARY, MITIGATION_LOG ->
          book.looked(source, CheckId.I02);
      case CRASH_REPORT -> book.looked(source, CheckId.I07);
      case VIRTUAL_DIRECTORY_DUMP -> book.looked(source, CheckId.I09);
      case ARCHIVE, MEMORY_DUMP -> book.looked(source, CheckId.I15, CheckId.I18);
      case FOLDER_LISTING -> book.looked(source, CheckId.I15, CheckId.I18);
      case LOOSE_FILE -> book.looked(source, CheckId.I15);
    }
  }

  /** A file that is read as a whole. */
  void single(Classifier.Claimed claimed) throws IOException {
    singles.read(claimed);
  }

  /** What the web server serves; known before the first page is read. */
  SiteFolders sites() {
    return sites;
  }

  ZoneId iisZone() {
    return iisZone;
  }

  Rules rules() {
    return rules;
  }

  FindingSink sink() {
    return sink;
  }

  ServerFacts facts() {
    return facts;
  }

  PageUses pageUses() {
    return pageUses;
  }

  NewAccounts newAccounts() {
    return newAccounts;
  }

  SourceBook book() {
    return book;
  }

  /** What was found, in no particular order. */
  public List<Finding> findings() {
    return sink.findings();
  }

  /** What could not be read, at most {@link FindingSink#MAX_DAMAGE} places. */
  public List<Damage> damage() {
    return sink.damage();
  }

  /** How many places could not be read. */
  public long damageTotal() {
    return sink.damageTotal();
  }

  /** Notes about findings that were left out. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(sink.notes());
    if (newAccounts.full()) {
      notes.add(
          "log-ins of more than "
              + NewAccounts.MAX_REMEMBERED
              + " accounts and addresses: the rest was not compared with new accounts");
    }
    containers.forEach((words, met) -> notes.add(met.note(words)));
    boolean iis = sources().stream().anyMatch(source -> source.source().startsWith("IIS"));
    if (!iis) {
      for (String folder : singles.logFolders()) {
        notes.add("the web server logs to " + folder + "; the evidence has none of those logs");
      }
    }
    return notes;
  }

  /** Coverage per source. */
  public List<SourceCoverage> sources() {
    return book.sources();
  }

  /** Coverage per check. */
  public List<CheckCoverage> checks() {
    return book.checks();
  }

  /** Files that no check reads, by ending. */
  public Map<String, Long> unclaimed() {
    return new TreeMap<>(unclaimed);
  }

  /** How many files no check reads. */
  public long unclaimedFiles() {
    return unclaimedFiles;
  }

  /** Facts about the server for the report's head, in order. */
  public Map<String, String> server() {
    return BuildCheck.server(facts, rules.builds(), Locale.ROOT);
  }

  /** When the server was updated, and how that is known; empty if it is not. */
  public Optional<ServerFacts.Installed> updated() {
    Optional<ServerFacts.Installed> installed = facts.installed();
    Instant written = singles.patchTime();
    return installed.isPresent() || written == null
        ? installed
        : Optional.of(new ServerFacts.Installed(written, "", "time of ExSetup.exe in this copy"));
  }
}
