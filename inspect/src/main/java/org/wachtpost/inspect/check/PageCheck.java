package org.wachtpost.inspect.check;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.webshell.BaselineHashes;
import org.wachtpost.inspect.webshell.PathAllowlist;
import org.wachtpost.inspect.webshell.PathVerdict;
import org.wachtpost.inspect.webshell.ShellScanner;
import org.wachtpost.inspect.webshell.ShellVerdict;

/** I10, I12 and I15 over pages: where they lie, what they hold, whether they are published. */
final class PageCheck {
  /** Pages of the product kept for comparing; Exchange has some 2,400. */
  static final int MAX_HASHED = 20_000;

  /** If more than one page in so many is later than its update, the times are the copy's. */
  private static final int MAX_LATER_PART = 4;

  private static final Duration A_DAY = Duration.ofDays(1);

  private final Examination shared;
  private final ShellScanner scanner;
  private final PathAllowlist allowlist;
  private final BaselineHashes baselines;
  private final Map<String, Hashed> hashed = new ConcurrentHashMap<>();

  /** A page of the product with its hash, to be compared when the build is known. */
  private record Hashed(EvidenceFile file, String sha256) {}

  PageCheck(Examination shared, ShellKnowledge knowledge) {
    this.shared = shared;
    this.scanner = new ShellScanner(knowledge.rules());
    this.allowlist = knowledge.allowlist();
    this.baselines = knowledge.baselines();
  }

  /**
   * I11 without a baseline: what an update brings was made before its setup program. If many pages
   * are later than that, the times are of the copy.
   *
   * @param setup when ExSetup.exe was made, as its copy says
   */
  private void later(@Nullable Instant setup) {
    if (setup == null) {
      return;
    }
    List<EvidenceFile> later = new ArrayList<>();
    for (Hashed page : hashed.values()) {
      Instant modified = page.file().modified();
      boolean made = modified != null && modified.isAfter(setup.plus(A_DAY));
      if (made && Classifier.page(page.file().windowsPath().ending())) {
        later.add(page.file());
      }
    }
    if (later.size() * MAX_LATER_PART > hashed.size()) {
      return;
    }
    for (EvidenceFile file : later) {
      report(
          file,
          new Sighting(
                  CheckId.I11,
                  Stage.SHELL_ON_DISK,
                  "page of Exchange later than the update that brought it",
                  Source.file(file.path()))
              .at(file.modified())
              .because(
                  Confidence.LOW,
                  "its time in the copy is after that of ExSetup.exe, as if somebody had written"
                      + " it; administrators change the log-on page too"));
    }
  }

  /** I11: all files were read, so the build is known: pages changed in place. */
  void finish(@Nullable Instant setup) {
    later(setup);
    Optional<ServerFacts.SeenBuild> build = shared.facts().best();
    if (build.isEmpty()) {
      return;
    }
    for (Hashed page : hashed.values()) {
      String path = page.file().windowsPath().text();
      String shipped = buildOf(path, build.get().build().toString());
      BaselineHashes.Match match = baselines.compare(shipped, path, page.sha256());
      if (match != BaselineHashes.Match.NOT_VERIFIABLE) {
        shared.book().looked("pages", CheckId.I11);
      }
      // A log's head names the cumulative update alone, a folder the build that its pages are of.
      boolean sure = build.get().withUpdate() || VERSION_FOLDER.matcher(path).find();
      if (match == BaselineHashes.Match.MODIFIED) {
        report(
            page.file(),
            new Sighting(
                    CheckId.I11,
                    Stage.SHELL_ON_DISK,
                    "page of Exchange changed in place",
                    Source.file(page.file().path()))
                .because(
                    sure ? Confidence.MEDIUM : Confidence.LOW,
                    sure
                        ? "its hash is not the one this build shipped"
                        : "its hash is not the one this cumulative update shipped; a security"
                            + " update may have changed it, and which one there is is not known")
                .detail("build", shipped)
                .detail("hash", page.sha256()));
      }
    }
  }

  /** Folders of an update stay beside those of the build in use: their pages are that update's. */
  private static String buildOf(String path, String inUse) {
    Matcher version = VERSION_FOLDER.matcher(path);
    String found = version.find() ? version.group(1) : inUse;
    return inUse.startsWith(found + ".") ? inUse : found;
  }

  private static final Pattern VERSION_FOLDER = Pattern.compile("\\\\(15(?:\\.\\d+){2,3})\\\\");

  /** Judges a page by its place and its first {@link EvidenceFile#MAX_WHOLE_BYTES}. */
  void judge(EvidenceFile file, byte[] content) {
    if (content.length < file.size()) {
      shared
          .sink()
          .damage(
              file.path(),
              "offset " + content.length,
              "page longer than "
                  + EvidenceFile.MAX_WHOLE_BYTES
                  + " bytes: the rest was not judged");
    }
    PathVerdict place = allowlist.judge(file.windowsPath().text());
    boolean misplaced = place(file, place);
    String hash = sha256(content);
    if (place instanceof PathVerdict.Known
        && content.length == file.size()
        && hashed.size() < MAX_HASHED) {
      hashed.put(file.path(), new Hashed(file, hash));
    }
    known(file, hash);
    content(file, content, misplaced);
  }

  private boolean place(EvidenceFile file, PathVerdict verdict) {
    if (verdict instanceof PathVerdict.NotServed) {
      ownSite(file);
      return false;
    }
    String reason = verdict.oddity();
    if (reason.isEmpty()) {
      return false;
    }
    boolean published = shared.rules().shellName(file.windowsPath().name()).isPresent();
    report(
        file,
        new Sighting(
                CheckId.I10,
                Stage.SHELL_ON_DISK,
                "page that Exchange does not have",
                Source.file(file.path()))
            .because(
                confidence(file, published),
                reason + (published ? "; its name is published as a web shell's" : "")));
    return true;
  }

  /** A site of the organisation's own, outside the usual folders: told once for each folder. */
  private void ownSite(EvidenceFile file) {
    String site = shared.sites().site(file.windowsPath());
    if (site == null || !Classifier.page(file.windowsPath().ending())) {
      return;
    }
    boolean published = shared.rules().shellName(file.windowsPath().name()).isPresent();
    shared
        .sink()
        .report(
            new Sighting(
                    CheckId.I10,
                    Stage.SHELL_ON_DISK,
                    "pages of a site outside Exchange",
                    Source.file(file.path()))
                .because(
                    Confidence.LOW,
                    published
                        ? "its name is published as a web shell's"
                        : "the web server serves them; the organisation may know them")
                .see(Published.SHELLS)
                .detail("file", file.windowsPath().text())
                .detail("site", site)
                .sameAs(site + (published ? file.path() : "")));
  }

  /** Of its own site's pages an organisation may have any number: their place proves nothing. */
  private Confidence confidence(EvidenceFile file, boolean published) {
    String stem = shared.sites().served(file.windowsPath());
    boolean exchange = stem != null && (Stems.judge(stem) & Stems.STRANGE_PAGE) != 0;
    if (!exchange) {
      return Confidence.LOW;
    }
    return published ? Confidence.HIGH : Confidence.MEDIUM;
  }

  private void known(EvidenceFile file, String hash) {
    Optional<String> known = shared.rules().hash(hash);
    if (known.isPresent()) {
      report(
          file,
          new Sighting(
                  CheckId.I15, Stage.SHELL_ON_DISK, "published web shell", Source.file(file.path()))
              .because(Confidence.HIGH, "its hash is published: " + known.get())
              .decisive(true));
    }
  }

  private void content(EvidenceFile file, byte[] content, boolean misplaced) {
    ShellVerdict verdict = scanner.scan(content);
    if (!verdict.shell()) {
      return;
    }
    boolean served = shared.sites().served(file.windowsPath()) != null;
    String kind = verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    report(
        file,
        new Sighting(
                CheckId.I12,
                Stage.SHELL_ON_DISK,
                "web shell (" + kind + ")",
                Source.file(file.path()))
            .because(Confidence.HIGH, String.join("; ", verdict.reasons()))
            .decisive(served || misplaced)
            .detail("score", Integer.toString(verdict.score())));
  }

  private void report(EvidenceFile file, Sighting sighting) {
    Instant modified = file.modified();
    shared
        .sink()
        .report(
            sighting
                .see(Published.SHELLS)
                .detail("file", file.windowsPath().text())
                .detail("size", Long.toString(file.size()))
                .detail("modifiedInCopy", modified == null ? "" : modified.toString())
                .sameAs(file.path()));
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
