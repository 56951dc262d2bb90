package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.model.Source;

/** What is told of the server does not depend on which thread was faster. */
class ServerFactsTest {
  private static final String VERSION = "15.01.2176.002";

  @Test
  void ofFilesThatNameTheSameBuildTheFirstIsToldOf() {
    for (List<String> order : List.of(List.of("a", "b", "c"), List.of("c", "a", "b"))) {
      ServerFacts facts = new ServerFacts();
      for (String path : order) {
        facts.logVersion(VERSION, path, 2);
      }
      assertThat(facts.best().orElseThrow().source()).isEqualTo(Source.line("a", 2));
    }
  }

  @Test
  void ofTooManyComputersTheFirstAreTold() {
    ServerFacts facts = new ServerFacts();
    for (int i = ServerFacts.MAX_COMPUTERS + 5; i > 0; i--) {
      facts.computer("ex%02d.example.test".formatted(i));
    }
    facts.computer("x".repeat(64));
    assertThat(facts.computers())
        .hasSize(ServerFacts.MAX_COMPUTERS)
        .startsWith("EX01", "EX02")
        .endsWith("EX" + ServerFacts.MAX_COMPUTERS);
  }
}
