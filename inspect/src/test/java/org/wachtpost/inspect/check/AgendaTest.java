package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.EvidenceLimits;

class AgendaTest {
  @TempDir Path folder;

  /** Files of that many bytes: whole thousands are event logs. */
  private Agenda agenda(int... sizes) throws Exception {
    for (int size : sizes) {
      Files.write(folder.resolve(size + ".log"), new byte[size]);
    }
    List<Classifier.Claimed> claimed = new ArrayList<>();
    try (Evidence evidence =
        Evidence.open(List.of(folder), EvidenceLimits.STANDARD, files -> files)) {
      for (EvidenceFile file : evidence.files()) {
        Kind kind = file.size() % 1000 == 0 ? Kind.EVENT_LOG : Kind.IIS_LOG;
        claimed.add(new Classifier.Claimed(file, kind, ""));
      }
    }
    return new Agenda(claimed);
  }

  private static long next(Agenda agenda, boolean forEvents) {
    return agenda.next(forEvents).file().size();
  }

  @Test
  void oneThreadReadsEventLogsAndTheOthersTheRestLargestFirst() throws Exception {
    Agenda agenda = agenda(10, 1000, 2001, 3000, 7, 2000);
    assertThat(next(agenda, true)).isEqualTo(3000);
    assertThat(next(agenda, false)).isEqualTo(2001);
    assertThat(next(agenda, false)).isEqualTo(10);
    assertThat(next(agenda, true)).isEqualTo(2000);
    assertThat(next(agenda, false)).isEqualTo(7);
    assertThat(next(agenda, false)).as("nothing else is left").isEqualTo(1000);
  }

  @Test
  void theThreadForEventLogsHelpsWithTheRest() throws Exception {
    Agenda agenda = agenda(10, 1000, 2001);
    assertThat(next(agenda, true)).isEqualTo(1000);
    assertThat(next(agenda, true)).isEqualTo(2001);
    assertThat(next(agenda, false)).isEqualTo(10);
  }
}
