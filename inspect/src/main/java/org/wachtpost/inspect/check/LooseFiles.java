package org.wachtpost.inspect.check;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.WindowsPath;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I15 over files that are not pages: programs, archives, dumps and pictures of intruders. */
final class LooseFiles {
  /** Larger files are not hashed: no published one is. */
  static final long MAX_HASHED_BYTES = 32L << 20;

  private static final Set<String> HASHED =
      Set.of(
          ".exe", ".dll", ".sys", ".ps1", ".psm1", ".bat", ".cmd", ".vbs", ".jse", ".hta", ".py",
          ".zip", ".7z", ".rar", ".cab", ".dmp", ".png", ".gif", ".jpg", ".ico", ".txt", ".dat",
          ".bin", ".tmp", ".log", "");

  private LooseFiles() {}

  /**
   * True if a file that no check reads is worth its hash: it lies where intruders leave things, or
   * has a published name.
   */
  static boolean wanted(EvidenceFile file, Rules rules) {
    WindowsPath place = file.windowsPath();
    return rules.fileName(place.text()).isPresent()
        || (Classifier.hot(place)
            && HASHED.contains(place.ending())
            && file.size() <= MAX_HASHED_BYTES);
  }

  static void read(EvidenceFile file, Rules rules, FindingSink sink) throws IOException {
    WindowsPath place = file.windowsPath();
    Optional<String> name = rules.fileName(place.text());
    name.ifPresent(reference ->
        sink.report(
            sighting(file, "file with a published name")
                .because(Confidence.MEDIUM, "intruders' file of this name and place is published")
                .see(reference)));
    if (file.size() > MAX_HASHED_BYTES) {
      return;
    }
    rules
        .hash(file.sha256())
        .ifPresent(known ->
            sink.report(
                sighting(file, "published file of intruders")
                    .because(Confidence.HIGH, "its hash is published: " + known)
                    .decisive(true)
                    .see(Published.HAFNIUM)));
  }

  private static Sighting sighting(EvidenceFile file, String title) {
    return new Sighting(CheckId.I15, Stage.AFTER, title, Source.file(file.path()))
        .detail("file", file.windowsPath().text())
        .detail("size", Long.toString(file.size()))
        .sameAs(file.path());
  }
}
