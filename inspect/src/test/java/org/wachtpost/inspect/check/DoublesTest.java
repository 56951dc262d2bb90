package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.EvidenceLimits;

/** Which logs are left out because the evidence holds them twice. */
class DoublesTest {
  @TempDir Path folder;

  private void log(String drive, String name, String content) throws Exception {
    Path file = folder.resolve(drive).resolve("C/inetpub/logs/LogFiles/W3SVC1").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private List<String> leftOut(Doubles doubles) throws Exception {
    List<String> copies = new ArrayList<>();
    try (Evidence evidence =
        Evidence.open(List.of(folder), EvidenceLimits.STANDARD, listed -> listed)) {
      List<EvidenceFile> files = evidence.files();
      IdentityHashMap<EvidenceFile, List<EvidenceFile>> alike = doubles.candidates(files);
      for (EvidenceFile file : files) {
        if (Doubles.isCopy(file, alike.getOrDefault(file, List.of()))) {
          copies.add(folder.relativize(Path.of(file.path())).getName(0).toString());
        }
      }
    }
    return copies;
  }

  @Test
  void aLogIsComparedWithTheFirstOnesOfItsNameAndSize() throws Exception {
    for (int drive = 1; drive <= Doubles.MAX_ALIKE + 1; drive++) {
      log(drive + "x", "u_ex210303.log", "row " + drive);
    }
    log("7x", "u_ex210303.log", "row " + Doubles.MAX_ALIKE);
    log("8x", "u_ex210303.log", "row " + (Doubles.MAX_ALIKE + 1)); // like one not remembered
    assertThat(leftOut(new Doubles())).containsExactly("7x");
  }

  @Test
  void onlySoManyLogsAreRemembered() throws Exception {
    log("1x", "a.log", "a");
    log("1x", "b.log", "b");
    log("2x", "a.log", "a");
    log("2x", "b.log", "b");
    assertThat(leftOut(new Doubles(1))).containsExactly("2x");
    assertThat(leftOut(new Doubles(2))).containsExactly("2x", "2x");
  }

  @Test
  void pagesAreNeverLeftOut() throws Exception {
    log("1x", "a.aspx", "a");
    log("2x", "a.aspx", "a");
    assertThat(leftOut(new Doubles())).isEmpty();
  }
}
