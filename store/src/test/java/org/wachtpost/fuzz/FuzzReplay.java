package org.wachtpost.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Repeats the inputs in {@code fuzz/TARGET/}: beginnings for the search, and what it found. */
public final class FuzzReplay {
  private FuzzReplay() {}

  /**
   * One test for each input of each target.
   *
   * @param beside a test class of the module whose {@code src/test/resources/fuzz} is read
   */
  public static List<DynamicTest> inputs(Class<?> beside, Map<String, Consumer<byte[]>> targets)
      throws IOException, URISyntaxException {
    List<DynamicTest> tests = new ArrayList<>();
    for (var target : targets.entrySet()) {
      Path folder = Path.of(beside.getResource("/fuzz/" + target.getKey()).toURI());
      List<Path> files;
      try (Stream<Path> all = Files.list(folder)) {
        files = all.sorted().toList();
      }
      assertThat(files).as(target.getKey()).isNotEmpty();
      for (Path file : files) {
        String name = target.getKey() + "/" + file.getFileName();
        tests.add(
            DynamicTest.dynamicTest(
                name, () -> target.getValue().accept(Files.readAllBytes(file))));
      }
    }
    return tests;
  }
}
