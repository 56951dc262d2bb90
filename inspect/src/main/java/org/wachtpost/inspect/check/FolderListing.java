package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.evidence.WindowsPath;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/**
 * I10, I15 and I18 over what {@code dir /S} prints: names where the files themselves were not
 * copied. Its dates are in the server's zone and manner of writing, which it does not say: they are
 * shown as they stand and never counted as a time.
 */
final class FolderListing {
  /** A folder's heading, in whatever language: one space, words, and a path to the line's end. */
  private static final Pattern HEADING = Pattern.compile("^ \\S.{0,60}? ([A-Za-z]:\\\\.{0,400})$");

  private static final Pattern ENTRY =
      Pattern.compile(
          "^(\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}\\s{1,4}\\d{1,2}:\\d{2}(?: ?[AaPp]\\.?[Mm]\\.?)?)"
              + "\\s{1,20}([\\d.,\\u00a0\\u202f']{1,20}) (.{1,255})$");
  private static final Pattern ARCHIVE = Pattern.compile(".*\\.(?:zip|7z|rar|cab)");
  private static final Pattern DUMP = Pattern.compile("lsass.*\\.(?:dmp|dump|mdmp)");

  private FolderListing() {}

  /** True for the beginning of such a listing. */
  static boolean is(String text) {
    boolean heading = false;
    for (String line : text.split("\r?\n", 60)) {
      if (HEADING.matcher(line).matches()) {
        heading = true;
      } else if (heading && line.contains("<DIR>") || heading && ENTRY.matcher(line).matches()) {
        return true;
      }
    }
    return false;
  }

  static void read(EvidenceFile file, Rules rules, FindingSink sink) throws IOException {
    String[] folder = {""};
    try (InputStream stream = TextStream.utf8(file.open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            Matcher heading = HEADING.matcher(line);
            Matcher entry = ENTRY.matcher(line);
            if (heading.matches()) {
              folder[0] = heading.group(1).toLowerCase(Locale.ROOT);
            } else if (!folder[0].isEmpty() && entry.matches()) {
              String path = folder[0] + "\\" + entry.group(3).strip().toLowerCase(Locale.ROOT);
              Sighting sighting =
                  judge(
                      WindowsPath.of(path.replace('\\', '/')),
                      rules,
                      Source.line(file.path(), number));
              if (sighting != null) {
                sink.report(
                    sighting
                        .detail("file", path)
                        .detail("listedAs", entry.group(1))
                        .detail("size", entry.group(2).strip())
                        .sameAs(path));
              }
            }
          });
    }
  }

  private static @Nullable Sighting judge(WindowsPath place, Rules rules, Source source) {
    String name = place.name();
    Optional<String> published = rules.fileName(place.text());
    if (published.isPresent()) {
      return new Sighting(CheckId.I15, Stage.AFTER, "file with a published name listed", source)
          .because(Confidence.MEDIUM, "intruders' file of this name and place is published")
          .see(published.get());
    }
    if (DUMP.matcher(name).matches()) {
      return new Sighting(CheckId.I18, Stage.AFTER, "dump of lsass listed", source)
          .because(Confidence.MEDIUM, "by its name it holds passwords; the file was not copied")
          .see(Published.ATTACK + "T1003/001/");
    }
    boolean page = Classifier.page(place.ending()) && Classifier.hot(place);
    if (page && rules.shellName(name).isPresent()) {
      return new Sighting(
              CheckId.I10, Stage.SHELL_ON_DISK, "page with a web shell's name listed", source)
          .because(Confidence.LOW, "its name is published; the file was not copied")
          .see(Published.SHELLS);
    }
    if (ARCHIVE.matcher(name).matches() && Classifier.hot(place)) {
      return new Sighting(CheckId.I18, Stage.AFTER, "archive listed", source)
          .because(Confidence.LOW, "programs leave archives here too")
          .see(Published.PROXYLOGON_LOGS);
    }
    return null;
  }
}
