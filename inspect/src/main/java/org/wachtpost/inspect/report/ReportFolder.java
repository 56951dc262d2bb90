package org.wachtpost.inspect.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.wachtpost.inspect.model.InspectReport;

/** Writes a report as a folder of files. */
public final class ReportFolder {
  private ReportFolder() {}

  /**
   * Refuses a folder inside the evidence: the evidence is only read.
   *
   * @throws IOException if the folder is inside one of the paths
   */
  public static void refuseInside(Path folder, List<Path> evidence) throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    Path existing = absolute;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    Path real = existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
    for (Path path : evidence) {
      if (Files.isDirectory(path) && real.startsWith(path.toRealPath())) {
        throw new IOException("the report must not be written into the evidence: " + folder);
      }
    }
  }

  /**
   * Makes the folder, or sees that it can be written to.
   *
   * @throws IOException if it can not
   */
  public static void make(Path folder) throws IOException {
    makeFolders(folder);
    Files.deleteIfExists(Files.createTempFile(folder, "report", ".new"));
  }

  /** Writes {@code report.html}, {@code findings.json}, {@code timeline.csv}, {@code evidence/}. */
  public static void write(InspectReport report, Path folder) throws IOException {
    makeFolders(folder);
    try (Writer out = writer(folder.resolve("findings.json"))) {
      JsonReport.write(report, out);
    }
    try (Writer out = writer(folder.resolve("timeline.csv"))) {
      TimelineCsv.write(report, out);
    }
    try (Writer out = writer(folder.resolve("report.html"))) {
      HtmlReport.write(report, out);
    }
    try (Writer out = writer(folder.resolve("evidence").resolve("SHA256SUMS"))) {
      for (Map.Entry<String, String> entry : report.evidence().entrySet()) {
        out.write(entry.getValue() + "  " + SafeText.terminal(entry.getKey()) + "\n");
      }
    }
  }

  /** What others have put there in advance leads nowhere else. */
  private static void makeFolders(Path folder) throws IOException {
    Path evidence = folder.resolve("evidence");
    if (Files.isSymbolicLink(evidence)) {
      throw new IOException("the report must not follow a link: " + evidence);
    }
    Files.createDirectories(evidence);
  }

  private static Writer writer(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new IOException("the report must not follow a link: " + file);
    }
    return Files.newBufferedWriter(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }
}
