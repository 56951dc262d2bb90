package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far an inspection is, is heard often enough and not for each handful of files. */
class ProgressTest {
  @TempDir Path folder;

  @Test
  void listedFilesAreHeardOfSomeThousandAtATime() throws Exception {
    for (int i = 0; i < 2_500; i++) {
      Files.createFile(folder.resolve(i + ".dll"));
    }
    List<Long> heard = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void listed(long files) {
            heard.add(files);
          }

          @Override
          public void progress(long bytesDone, long bytesTotal) {}
        };
    Inspection.run(
        InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")), listener);
    assertThat(heard).containsExactly(1_024L, 2_048L, 2_500L);
  }
}
