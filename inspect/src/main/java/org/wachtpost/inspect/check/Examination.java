package org.wachtpost.inspect.check;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
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
  private final Gateways gateways = new Gateways();
  private final PolicyRuns policyRuns = new PolicyRuns();
  private final SourceBook book = new SourceBook();
  private final SingleFiles singles;
  private SiteFolders sites = SiteFolders.of(List.of());
  private final Queue<FileReader> readers = new ConcurrentLinkedQueue<>();
  private final LongAdder progress = new LongAdder();

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
   * Reads all files that were sorted and not read then.
   *
   * @throws InterruptedException if the calling thread is interrupted; reading stops
   */
  public void run(Evidence evidence, Sorting sorting, int threads, Progress listener)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    List<Classifier.Claimed> claimed = sorting.claimed();
    long totalBytes = sorting.bytes();
    List<Damage> listed = evidence.damage();
    damaged(listed);
    sites = SiteFolders.of(singles.sites(claimed));
    Agenda agenda = new Agenda(claimed);
    AtomicBoolean events = new AtomicBoolean();
    Workers.each(
        threads,
        claimed.size(),
        () -> {
          FileReader reader = takeReader();
          boolean forEvents = !events.getAndSet(true);
          return _ -> reader.read(agenda.next(forEvents));
        },
        () -> listener.bytes(progress.sum(), totalBytes));
    listener.bytes(totalBytes, totalBytes);
    // Files of archives turn out to be damaged when they are read.
    List<Damage> all = evidence.damage();
    damaged(all.subList(listed.size(), all.size()));
    sink.moreDamage(evidence.damageTotal() - all.size());
    pageUses.report(sink, rules);
    newAccounts.report(sink);
    policyRuns.report(sink);
    singles.finish();
    BuildCheck.report(facts, rules.builds(), sink);
  }

  private void damaged(List<Damage> places) {
    for (Damage damage : places) {
      sink.damage(damage.path(), damage.place(), damage.what());
    }
  }

  /**
   * Sorts files by what they are, on several threads, before {@link #run}; the caller closes it.
   */
  public Sorting sorting(int threads) {
    return new Sorting(this, threads);
  }

  /** Exchange keeps a folder of page resources per update: its name is a build. */
  boolean versionFolder(EvidenceFile file) {
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

  /** Notes which checks a file serves. */
  void looked(Classifier.Claimed claimed) {
    String source = claimed.source();
    switch (claimed.kind()) {
      // The head of Exchange's logs names the cumulative update.
      case HTTP_PROXY_LOG ->
          book.looked(source, CheckId.I01, CheckId.I03, CheckId.I04, CheckId.I15, CheckId.I19);
      case IIS_LOG -> book.looked(source, CheckId.I04, CheckId.I14, CheckId.I15, CheckId.I19);
      case HTTP_ERROR_LOG -> book.looked(source, CheckId.I04, CheckId.I15, CheckId.I19);
      case ECP_SERVER_LOG -> book.looked(source, CheckId.I05, CheckId.I19);
      case CMDLET_LOG -> book.looked(source, CheckId.I08, CheckId.I20, CheckId.I19);
      case PLAIN_LOG -> {
        book.looked(source, CheckId.I15, CheckId.I19);
        if (source.contains(PlainLogCheck.POWERSHELL)) {
          book.looked(source, CheckId.I08);
        }
      }
      case OAB_GENERATOR_LOG -> book.looked(source, CheckId.I06, CheckId.I19);
      case FOREIGN_LOG, EVENT_LOG, UNCLAIMED -> {}
      case PAGE -> book.looked(source, CheckId.I10, CheckId.I12, CheckId.I15);
      case COMPILED_PAGE, COMPILED_ASSEMBLY -> book.looked(source, CheckId.I13);
      case EXSETUP, UPDATE_LIST -> book.looked(source, CheckId.I01);
      case APPLICATION_HOST -> book.looked(source, CheckId.I17);
      case WEB_CONFIG -> book.looked(source, CheckId.I02, CheckId.I17);
      case SCHEDULED_TASK -> book.looked(source, CheckId.I17);
      case DEFENDER_LOG -> book.looked(source, CheckId.I16, CheckId.I19);
      case SAFETY_SCANNER_LOG, TOOL_RESULT, MITIGATION_SUMMARY, MITIGATION_LOG ->
          book.looked(source, CheckId.I02);
      case CRASH_REPORT -> book.looked(source, CheckId.I07);
      case VIRTUAL_DIRECTORY_DUMP -> book.looked(source, CheckId.I09);
      case ARCHIVE, MEMORY_DUMP -> book.looked(source, CheckId.I15, CheckId.I18);
      case FOLDER_LISTING -> book.looked(source, CheckId.I15, CheckId.I18);
      case LOOSE_FILE -> book.looked(source, CheckId.I15);
    }
  }

  /** One of the threads' readers, to be given back. */
  FileReader takeReader() {
    FileReader idle = readers.poll();
    return idle != null ? idle : new FileReader(this, progress);
  }

  void giveBack(FileReader reader) {
    readers.add(reader);
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

  PolicyRuns policyRuns() {
    return policyRuns;
  }

  Gateways gateways() {
    return gateways;
  }

  SourceBook book() {
    return book;
  }

  /** What was found, in no particular order. */
  public List<Finding> findings() {
    return sink.findings().stream().map(gateways::told).toList();
  }

  /** What could not be read, in order, at most {@link FindingSink#MAX_DAMAGE} places. */
  public List<Damage> damage() {
    return sink.damage();
  }

  /** How many places could not be read. */
  public long damageTotal() {
    return sink.damageTotal();
  }

  /** Notes about findings that were left out, and about what was not opened. */
  public List<String> notes(Sorting sorting) {
    List<String> notes = new ArrayList<>(rules.older());
    notes.addAll(sink.notes());
    if (newAccounts.full()) {
      notes.add(
          "log-ins of more than "
              + NewAccounts.MAX_REMEMBERED
              + " accounts and addresses: the rest was not compared with new accounts");
    }
    notes.addAll(sorting.copies());
    notes.addAll(sorting.notes());
    boolean iis = sources().stream().anyMatch(source -> source.source().startsWith("IIS"));
    if (!iis) {
      for (String folder : singles.logFolders()) {
        notes.add("the web server logs to " + folder + "; the evidence has none of those logs");
      }
    }
    return notes;
  }

  /** What nobody may overlook, in sentences that stand beside the verdict. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (!sink.earlier().isEmpty()) {
      remarks.add(sink.earlier());
    }
    List<String> computers = facts.computers();
    if (computers.size() > 1) {
      remarks.add(
          "The logs are of several computers ("
              + String.join(", ", computers)
              + "): inspect each by itself to tell what happened where.");
    }
    return remarks;
  }

  /** Coverage per source. */
  public List<SourceCoverage> sources() {
    return book.sources();
  }

  /** Coverage per check. */
  public List<CheckCoverage> checks() {
    return book.checks();
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
