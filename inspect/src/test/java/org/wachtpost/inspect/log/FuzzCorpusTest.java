package org.wachtpost.inspect.log;

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
import org.junit.jupiter.api.TestFactory;
import org.wachtpost.inspect.artefact.ArtefactFuzz;
import org.wachtpost.inspect.evtx.EvtxFuzz;

/** Repeats the inputs in {@code fuzz/TARGET/}: beginnings for the search, and what it found. */
class FuzzCorpusTest {
  private static final Map<String, Consumer<byte[]>> TARGETS =
      Map.of(
          "artefact", ArtefactFuzz::fuzzerTestOneInput,
          "evtx", EvtxFuzz::fuzzerTestOneInput,
          "log", LogFuzz::fuzzerTestOneInput);

  @TestFactory
  List<DynamicTest> inputs() throws IOException, URISyntaxException {
    List<DynamicTest> tests = new ArrayList<>();
    for (var target : TARGETS.entrySet()) {
      Path folder = Path.of(FuzzCorpusTest.class.getResource("/fuzz/" + target.getKey()).toURI());
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
