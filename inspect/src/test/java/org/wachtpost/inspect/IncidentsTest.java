package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

class IncidentsTest {
  private static Finding finding(
      String check, Stage stage, String title, String time, Map<String, String> details) {
    Instant at = Instant.parse(time);
    return new Finding(
        check, stage, Confidence.HIGH, false, "", title, at, at, 1, Source.file("f"), "", details);
  }

  private static Finding entry(String time) {
    return finding(
        "I03",
        Stage.SESSION_GRANTED,
        "administrator session granted",
        time,
        Map.of("client", "203.0.113.77"));
  }

  private static Finding file(String name) {
    return finding(
        "I17",
        Stage.AFTER,
        "scheduled task to review",
        "2020-01-01T00:00:00Z",
        Map.of("task", "c:\\windows\\system32\\tasks\\" + name));
  }

  private static Finding made(String name) {
    return finding(
        "I17",
        Stage.AFTER,
        "scheduled task made or changed",
        "2021-03-05T00:00:00Z",
        Map.of("what", "\\" + name));
  }

  @Test
  void aTaskWhoseFileIsDatedBackJoinsByItsName() {
    List<Incident> incidents =
        Incidents.join(List.of(file("winnet"), entry("2021-03-04T00:00:00Z"), made("Winnet")));
    assertThat(incidents).hasSize(1);
    assertThat(incidents.getFirst().findings()).containsExactly(0, 1, 2);
    assertThat(incidents.getFirst().first()).isEqualTo(Instant.parse("2021-03-04T00:00:00Z"));
  }

  @Test
  void anotherTaskOfThatDateStaysApart() {
    List<Incident> incidents =
        Incidents.join(List.of(file("backup"), entry("2021-03-04T00:00:00Z"), made("Winnet")));
    assertThat(incidents).hasSize(2);
  }
}
