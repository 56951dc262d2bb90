package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.EvidenceLimits;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.rules.Rules;

/** Files are sorted, and small logs read, while others are listed; nothing gets lost with that. */
class SortingTest {
  private static final String HEAD =
      "#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n"
          + "#Fields: DateTime,UrlStem,ClientIpAddress\r\n";
  private static final String ROW = "2021-03-03T06:00:00.000Z,/owa/,10.0.0.9\r\n";

  @TempDir Path folder;

  private static Examination examination() throws Exception {
    return new Examination(
        Rules.load(null),
        ShellKnowledge.load(null, List.of()),
        Instant.parse("2020-09-01T00:00:00Z"),
        null,
        ZoneOffset.UTC);
  }

  private Path log(int number, int rows) throws Exception {
    Path place = folder.resolve("C/Exchange/V15/Logging/HttpProxy/Owa");
    Files.createDirectories(place);
    return Files.writeString(
        place.resolve("HttpProxy_%06d.LOG".formatted(number)), HEAD + ROW.repeat(rows));
  }

  /** More than may wait, so that listing waits for reading too. */
  @Test
  void everyFileIsSortedAndReadOnceInTheOrderListed() throws Exception {
    int files = 64 * Sorting.MAX_WAITING + 700;
    for (int i = 0; i < files; i++) {
      log(i, i % 3);
    }
    int large = (int) (FileReader.AT_ONCE_BYTES / ROW.length()) + 1;
    log(files, large);
    Examination examination = examination();
    try (Sorting sorting = examination.sorting(2);
        Evidence evidence =
            Evidence.open(List.of(folder), EvidenceLimits.STANDARD, sorting::keep)) {
      assertThat(evidence.files()).extracting(EvidenceFile::path).isSorted().hasSize(files + 1);
      assertThat(sorting.claimed()).as("left for later").hasSize(1);
      assertThat(sorting.bytes()).isEqualTo(evidence.bytes());
      examination.run(evidence, sorting, 2, (done, total) -> {});
    }
    SourceCoverage source = examination.sources().getFirst();
    assertThat(source.files()).isEqualTo(files + 1);
    assertThat(source.rows()).isEqualTo(files / 3 * 3 + (files % 3 == 2 ? 1 : 0) + large);
    assertThat(examination.damageTotal()).isZero();
  }

  @Test
  void aFileThatIsGoneIsNamedAndTheRestGoesOn() throws Exception {
    for (int i = 0; i < 3; i++) {
      log(i, 1);
    }
    Examination examination = examination();
    try (Sorting sorting = examination.sorting(2)) {
      Evidence.Sorter sorter =
          files -> {
            for (EvidenceFile file : files) {
              if (file.path().endsWith("1.LOG")) {
                assertThat(Path.of(file.path()).toFile().delete()).isTrue();
              }
            }
            return sorting.keep(files);
          };
      try (Evidence evidence = Evidence.open(List.of(folder), EvidenceLimits.STANDARD, sorter)) {
        assertThat(evidence.files()).hasSize(2);
        examination.run(evidence, sorting, 2, (done, total) -> {});
      }
    }
    assertThat(examination.sources().getFirst().rows()).isEqualTo(2);
    assertThat(examination.damage())
        .singleElement()
        .extracting(Damage::path, Damage::place)
        .containsExactly(
            folder.resolve("C/Exchange/V15/Logging/HttpProxy/Owa/HttpProxy_000001.LOG").toString(),
            "whole file");
  }

  @Test
  void anInterruptedThreadTakesNoMoreFilesAndReadsNone() throws Exception {
    log(0, 1);
    Examination examination = examination();
    List<EvidenceFile> kept = new ArrayList<>();
    try (Sorting sorting = examination.sorting(2)) {
      Evidence.Sorter sorter =
          files -> {
            Thread.currentThread().interrupt();
            kept.addAll(sorting.keep(files));
            return kept;
          };
      assertThatThrownBy(
              () -> {
                try (Evidence evidence =
                    Evidence.open(List.of(folder), EvidenceLimits.STANDARD, sorter)) {
                  examination.run(evidence, sorting, 2, (done, total) -> {});
                }
              })
          .isInstanceOf(InterruptedException.class);
    } finally {
      assertThat(Thread.interrupted()).as("taken up by the exception").isFalse();
    }
    assertThat(kept).isEmpty();
    assertThat(examination.sources()).isEmpty();
  }
}
