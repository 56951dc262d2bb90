package org.wachtpost.inspect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Verdict;

/** A folder for the report may be one that others have been in before. */
class ReportFolderTest {
  @TempDir private Path directory;

  private static InspectReport report() {
    Coverage coverage =
        new Coverage(
            Instant.EPOCH, null, List.of(), List.of(), List.of(), 0, 0, 0, Map.of(), List.of());
    return new InspectReport(
        Verdict.NOTHING_FOUND,
        "reason",
        "summary",
        Map.of(),
        List.of(),
        List.of(),
        coverage,
        Map.of(),
        List.of("/case"),
        Instant.EPOCH,
        "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"findings.json", "timeline.csv", "report.html", "evidence/SHA256SUMS"})
  void aFileThatIsALinkIsNotFollowed(String name) throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "somebody's");
    Path folder = directory.resolve("report");
    Files.createDirectories(folder.resolve("evidence"));
    Files.createSymbolicLink(folder.resolve(name), other);

    assertThatThrownBy(() -> ReportFolder.write(report(), folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must not follow a link");
    assertThat(other).hasContent("somebody's");
  }

  @Test
  void aFolderThatIsALinkIsNotFollowed() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other"));
    Path folder = Files.createDirectories(directory.resolve("report"));
    Files.createSymbolicLink(folder.resolve("evidence"), other);

    assertThatThrownBy(() -> ReportFolder.make(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must not follow a link");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void anOlderReportIsReplaced() throws IOException {
    Path folder = directory.resolve("report");
    ReportFolder.write(report(), folder);
    Path findings = folder.resolve("findings.json");
    String first = Files.readString(findings);
    Files.writeString(findings, first + first);
    ReportFolder.write(report(), folder);

    assertThat(findings).hasContent(first);
  }
}
