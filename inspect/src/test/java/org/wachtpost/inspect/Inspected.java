package org.wachtpost.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.report.ReportFolder;

/** What an inspection says of a folder. */
final class Inspected {
  private Inspected() {}

  static InspectReport of(Path folder) throws Exception {
    return Inspection.run(
        InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  /** The report as a page, which is written to a folder. */
  static String page(InspectReport report, Path written) throws IOException {
    ReportFolder.write(report, written);
    return Files.readString(written.resolve("report.html"));
  }
}
