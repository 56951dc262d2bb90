package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.EcpCommand;
import org.wachtpost.inspect.artefact.PeVersion;
import org.wachtpost.inspect.artefact.ScheduledTask;
import org.wachtpost.inspect.artefact.SiteConfiguration;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.BuildTable;
import org.wachtpost.inspect.webshell.CompiledCode;
import org.wachtpost.inspect.webshell.CompiledPage;
import org.wachtpost.inspect.webshell.ShellVerdict;

/** The checks over files that are read as a whole. Any thread. */
final class SingleFiles {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "^\\s*\"?(InternalUrl|ExternalUrl)\"?\\s*[:=,]\\s*(.*)$", Pattern.CASE_INSENSITIVE);

  /** Where Export-Csv names the columns: the address is one of several there. */
  private static final Pattern HEADER =
      Pattern.compile(
          ",\\s*\"?(?:InternalUrl|ExternalUrl)\"?\\s*(?:,|$)", Pattern.CASE_INSENSITIVE);

  private static final Pattern CRASH_TIME =
      Pattern.compile("^EventTime=(\\d{17,18})\\s*$", Pattern.MULTILINE);
  private static final Pattern KB = Pattern.compile("\\bKB\\d{6,8}\\b", Pattern.CASE_INSENSITIVE);
  private static final int MAX_NOTED = 20;

  private static final Set<String> HARMLESS_ENDINGS =
      Set.of(
          ".gif", ".jpg", ".jpeg", ".png", ".ico", ".bmp", ".svg", ".css", ".js", ".htm", ".html",
          ".txt");

  private final Examination shared;
  private final PageCheck pages;
  private final ConfigurationCheck configurations;
  private final Set<String> logFolders = new TreeSet<>();
  private volatile @Nullable Instant patchTime;

  SingleFiles(Examination shared, PageCheck pages) {
    this.shared = shared;
    this.pages = pages;
    this.configurations = new ConfigurationCheck(shared);
  }

  void read(Classifier.Claimed claimed) throws IOException {
    EvidenceFile file = claimed.file();
    if (claimed.kind() == Kind.EVENT_LOG) {
      EventCheck.read(file, shared);
      return;
    }
    SourceTracker tracker = SourceBook.tracker(claimed.source());
    tracker.file(file.size());
    if (claimed.kind() == Kind.MITIGATION_LOG) {
      Mitigations.log(file, tracker, shared.sink(), shared.facts());
    }
    if (claimed.kind() == Kind.DEFENDER_LOG) {
      ScannerLogs.defender(file, tracker, shared.sink());
    }
    shared.book().add(tracker);
    switch (claimed.kind()) {
      case EXSETUP -> setup(file);
      case PAGE -> page(file);
      case WEB_CONFIG -> {
        byte[] content = file.whole();
        damaged(file, configurations.web(file, content));
        pages.judge(file, content);
      }
      case APPLICATION_HOST -> damaged(file, configurations.host(file, file.whole()));
      case SCHEDULED_TASK -> task(file);
      case COMPILED_PAGE -> compiled(file);
      case COMPILED_ASSEMBLY -> assembly(file);
      case SAFETY_SCANNER_LOG, MITIGATION_SUMMARY -> scannerLog(file, claimed.kind());
      case TOOL_RESULT -> ToolResults.read(file, shared.sink());
      case VIRTUAL_DIRECTORY_DUMP -> directoryDump(file);
      case UPDATE_LIST -> updates(file);
      case ARCHIVE -> {
        archive(file);
        LooseFiles.read(file, shared.rules(), shared.sink());
      }
      case MEMORY_DUMP -> {
        dump(file);
        LooseFiles.read(file, shared.rules(), shared.sink());
      }
      case FOLDER_LISTING -> FolderListing.read(file, shared.rules(), shared.sink());
      case LOOSE_FILE -> LooseFiles.read(file, shared.rules(), shared.sink());
      case CRASH_REPORT -> crash(file);
      case FOREIGN_LOG -> foreign(claimed);
      case HTTP_PROXY_LOG,
          ECP_SERVER_LOG,
          CMDLET_LOG,
          IIS_LOG,
          HTTP_ERROR_LOG,
          PLAIN_LOG,
          OAB_GENERATOR_LOG,
          EVENT_LOG,
          MITIGATION_LOG,
          DEFENDER_LOG,
          UNCLAIMED -> {}
    }
  }

  private void foreign(Classifier.Claimed claimed) {
    shared
        .sink()
        .damage(
            claimed.file().path(),
            "line 1",
            claimed.source().startsWith("IIS")
                ? "IIS log without W3C columns (another format, or cut off): not read"
                : "log without the names of its columns (cut off): not read");
  }

  /** All files were read. */
  void finish() {
    pages.finish(patchTime);
  }

  /** What the configurations among the files say is served, before any page is judged. */
  List<SiteConfiguration.Folder> sites(List<Classifier.Claimed> claimed) {
    List<SiteConfiguration.Folder> folders = new ArrayList<>();
    for (Classifier.Claimed one : claimed) {
      if (one.kind() != Kind.APPLICATION_HOST) {
        continue;
      }
      try {
        SiteConfiguration configuration = SiteConfiguration.parse(one.file().whole());
        folders.addAll(configuration.folders());
        configuration.logFolders().stream().limit(MAX_NOTED).forEach(logFolders::add);
      } catch (IOException failed) {
        damaged(one.file(), "cannot be read: " + failed.getMessage());
      }
    }
    return folders;
  }

  /** Where the configurations say that the web server logs to. */
  Set<String> logFolders() {
    return logFolders;
  }

  @Nullable Instant patchTime() {
    return patchTime;
  }

  private void page(EvidenceFile file) throws IOException {
    byte[] content = file.whole();
    Kind disguised = Classifier.disguised(file, content);
    if (disguised == Kind.ARCHIVE) {
      archive(file);
    } else if (disguised == Kind.MEMORY_DUMP) {
      dump(file);
    }
    pages.judge(file, content);
  }

  private void damaged(EvidenceFile file, @Nullable String what) {
    if (what != null) {
      shared.sink().damage(file.path(), "whole file", what);
    }
  }

  private void setup(EvidenceFile file) throws IOException {
    String version = PeVersion.fileVersion(file.whole());
    if (version == null) {
      damaged(file, "no version resource");
      return;
    }
    BuildTable.Build.parse(version)
        .ifPresent(build -> {
          shared.facts().build(build, "ExSetup.exe", true, Source.file(file.path()));
          patchTime = file.modified();
        });
  }

  private void task(EvidenceFile file) throws IOException {
    ScheduledTask task = ScheduledTask.parse(file.whole());
    damaged(file, task.damage());
    TaskRules.review(file, task, shared.sink());
  }

  /** I13: the page that was compiled may be long gone. */
  private void compiled(EvidenceFile file) throws IOException {
    Optional<CompiledPage> compiled = CompiledPage.parse(file.head(CompiledPage.MAX_BYTES));
    if (compiled.isEmpty()) {
      damaged(file, "not the description of a compiled page");
      return;
    }
    String page = Urls.plain(compiled.get().virtualPath());
    if ((Stems.judge(page) & Stems.STRANGE_PAGE) != 0) {
      shared
          .sink()
          .report(
              new Sighting(
                      CheckId.I13,
                      Stage.SHELL_USED,
                      "compiled page that Exchange does not have",
                      Source.file(file.path()))
                  .because(
                      Confidence.MEDIUM,
                      "a page is compiled when it is asked for; this stays when the page is"
                          + " deleted")
                  .see(Published.FIREEYE)
                  .detail("path", page)
                  .sameAs(page));
    }
  }

  /** I13: what a page was compiled to shows what it did. */
  private void assembly(EvidenceFile file) throws IOException {
    ShellVerdict verdict = CompiledCode.judge(file.head(CompiledCode.MAX_BYTES));
    if (verdict.shell()) {
      shared
          .sink()
          .report(
              new Sighting(
                      CheckId.I13, Stage.SHELL_USED, "compiled web shell", Source.file(file.path()))
                  .because(Confidence.HIGH, String.join("; ", verdict.reasons()))
                  .see(Published.FIREEYE)
                  .detail("assembly", file.windowsPath().text())
                  .sameAs(file.path()));
    }
  }

  private void scannerLog(EvidenceFile file, Kind kind) throws IOException {
    boolean clean = ScannerLogs.safetyScanner(file, shared.sink());
    shared
        .facts()
        .fact(
            "mitigation",
            kind == Kind.MITIGATION_SUMMARY
                ? "Microsoft's mitigation tool was run"
                : clean
                    ? "Microsoft's scanner was run and found no infection"
                    : "Microsoft's scanner was run",
            Source.file(file.path()));
  }

  /** I09: settings that an intruder wrote, or the file that such settings were written to. */
  private void directoryDump(EvidenceFile file) throws IOException {
    List<Integer> columns = new ArrayList<>();
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            Matcher address = ADDRESS.matcher(line);
            if (HEADER.matcher(line).find()) {
              columns.clear();
              columns.addAll(addressColumns(Csv.cells(line)));
            } else if (address.find()) {
              address(file, number, address.group(2).strip());
            } else if (!columns.isEmpty()) {
              List<String> cells = Csv.cells(line);
              for (int column : columns) {
                address(file, number, column < cells.size() ? cells.get(column) : "");
              }
            }
          });
    }
    pages.judge(file, file.whole());
  }

  /** Where Export-Csv put the addresses. */
  private static List<Integer> addressColumns(List<String> header) {
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).strip();
      if (name.equalsIgnoreCase("InternalUrl") || name.equalsIgnoreCase("ExternalUrl")) {
        columns.add(i);
      }
    }
    return columns;
  }

  private void address(EvidenceFile file, long line, String value) {
    String markup = EcpCommand.markup(value);
    if (markup == null && !EcpCommand.oddHost(value.replace("\"", ""))) {
      return;
    }
    shared
        .sink()
        .report(
            new Sighting(
                    CheckId.I09,
                    Stage.WRITTEN,
                    "intruder's address in a virtual directory's settings",
                    Source.line(file.path(), line))
                .because(
                    Confidence.HIGH,
                    markup != null
                        ? "an address never holds '" + markup + "'"
                        : "a host of so few letters is what exploits write; a script in it has run"
                            + " and is not shown")
                .decisive(true)
                .see(Published.CISA)
                .detail("address", value)
                .sameAs(file.path() + value));
  }

  private void updates(EvidenceFile file) throws IOException {
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            Matcher kb = KB.matcher(line);
            boolean exchange = line.toLowerCase(Locale.ROOT).contains("exchange");
            while (kb.find()) {
              if (exchange || shared.rules().builds().names(kb.group())) {
                shared
                    .facts()
                    .fact(
                        "update",
                        kb.group().toUpperCase(Locale.ROOT),
                        Source.line(file.path(), number));
              }
            }
          });
    }
  }

  /** I07: what Windows kept of a crash of the web server's process. */
  private void crash(EvidenceFile file) throws IOException {
    String text = Classifier.text(file.head(Opening.HEAD_BYTES));
    if (!(file.windowsPath().text() + text)
        .toLowerCase(Locale.ROOT)
        .contains("w3wp#msexchangeecp")) {
      return;
    }
    Matcher time = CRASH_TIME.matcher(text);
    shared
        .sink()
        .report(
            new Sighting(
                    CheckId.I07,
                    Stage.ATTEMPTED,
                    "the control panel's process crashed",
                    Source.file(file.path()))
                .at(time.find() ? fileTime(Long.parseLong(time.group(1))) : null)
                .because(Confidence.LOW, "failed exploitation does this, other faults too")
                .see(Published.PROXYLOGON_LOGS)
                .detail("report", file.windowsPath().text())
                .sameAs(file.path()));
  }

  /** A FILETIME: 100 ns steps since 1601 ([MS-DTYP] §2.3.3). */
  private static Instant fileTime(long steps) {
    return Instant.ofEpochSecond(steps / 10_000_000 - 11_644_473_600L, steps % 10_000_000 * 100);
  }

  private void archive(EvidenceFile file) {
    String path = file.windowsPath().text();
    shared
        .sink()
        .report(
            new Sighting(
                    CheckId.I18,
                    Stage.AFTER,
                    "archive in a folder that intruders pack in",
                    Source.file(file.path()))
                .because(
                    disguised(file) ? Confidence.MEDIUM : Confidence.LOW,
                    disguised(file)
                        ? "it has the name of something else"
                        : "programs leave archives here too")
                .see(Published.PROXYLOGON_LOGS)
                .detail("file", path)
                .detail("size", Long.toString(file.size()))
                .sameAs(file.path()));
  }

  /** Whether a file that is no text, picture or page is called one. */
  private static boolean disguised(EvidenceFile file) {
    String ending = file.windowsPath().ending();
    return Classifier.page(ending) || HARMLESS_ENDINGS.contains(ending);
  }

  private void dump(EvidenceFile file) {
    String name = file.windowsPath().name();
    boolean passwords = name.contains("lsass");
    shared
        .sink()
        .report(
            new Sighting(
                    CheckId.I18,
                    Stage.AFTER,
                    passwords ? "memory of lsass written to a file" : "memory dump",
                    Source.file(file.path()))
                .because(
                    passwords
                        ? Confidence.HIGH
                        : disguised(file) ? Confidence.MEDIUM : Confidence.LOW,
                    passwords
                        ? "it holds passwords; nothing ordinary writes it"
                        : disguised(file)
                            ? "it has the name of something else"
                            : "crashes leave dumps too")
                .see(Published.ATTACK + "T1003/001/")
                .detail("file", file.windowsPath().text())
                .detail("size", Long.toString(file.size()))
                .sameAs(file.path()));
  }
}
