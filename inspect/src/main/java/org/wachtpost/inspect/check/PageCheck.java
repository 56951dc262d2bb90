package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.WindowsPath;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.webshell.ShellScanner;
import org.wachtpost.inspect.webshell.ShellVerdict;

/** I10, I12 and I15 over pages: where they lie, what they hold, whether they are published. */
final class PageCheck {
  private static final String[] SERVED = {
    "\\frontend\\httpproxy\\", "\\clientaccess\\", "\\inetpub\\wwwroot\\"
  };

  private final Examination shared;
  private final ShellScanner scanner;

  PageCheck(Examination shared, ShellScanner scanner) {
    this.shared = shared;
    this.scanner = scanner;
  }

  void read(EvidenceFile file) throws IOException {
    byte[] content;
    try (InputStream stream = file.open()) {
      content = stream.readNBytes(EvidenceFile.MAX_WHOLE_BYTES);
    }
    if (content.length < file.size()) {
      shared.sink().damage(file.path(), "offset " + content.length,
          "page longer than " + EvidenceFile.MAX_WHOLE_BYTES + " bytes: the rest was not judged");
    }
    boolean misplaced = place(file);
    known(file, content);
    content(file, content, misplaced);
  }

  /** The address under which a file is served; null if it lies in no served folder. */
  static @Nullable String served(WindowsPath place) {
    String path = "\\" + place.text();
    for (String folder : SERVED) {
      int at = path.indexOf(folder);
      if (at >= 0) {
        return "/" + path.substring(at + folder.length()).replace('\\', '/');
      }
    }
    return null;
  }

  private boolean place(EvidenceFile file) {
    String stem = served(file.windowsPath());
    if (stem == null || (Stems.judge(stem) & Stems.STRANGE_PAGE) == 0) {
      return false;
    }
    boolean published = shared.rules().shellName(file.windowsPath().name()).isPresent();
    report(file, new Sighting(CheckId.I10, Stage.SHELL_ON_DISK, "page that Exchange does not have",
            Source.file(file.path()))
        .because(published ? Confidence.HIGH : Confidence.MEDIUM,
            published ? "it lies among Exchange's own pages and its name is published"
                : "it lies in a folder that holds Exchange's own pages only"));
    return true;
  }

  private void known(EvidenceFile file, byte[] content) {
    Optional<String> known = shared.rules().hash(sha256(content));
    if (known.isPresent()) {
      report(file, new Sighting(CheckId.I15, Stage.SHELL_ON_DISK, "published web shell",
              Source.file(file.path()))
          .because(Confidence.HIGH, "its hash is published: " + known.get())
          .decisive(true));
    }
  }

  private void content(EvidenceFile file, byte[] content, boolean misplaced) {
    ShellVerdict verdict = scanner.scan(content);
    if (!verdict.shell()) {
      return;
    }
    boolean served = served(file.windowsPath()) != null;
    String kind = verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    report(file, new Sighting(CheckId.I12, Stage.SHELL_ON_DISK, "web shell (" + kind + ")",
            Source.file(file.path()))
        .because(Confidence.HIGH, String.join("; ", verdict.reasons()))
        .decisive(served || misplaced)
        .detail("score", Integer.toString(verdict.score())));
  }

  private void report(EvidenceFile file, Sighting sighting) {
    java.time.Instant modified = file.modified();
    shared.sink().report(
        sighting.see(Published.SHELLS)
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
