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
}
