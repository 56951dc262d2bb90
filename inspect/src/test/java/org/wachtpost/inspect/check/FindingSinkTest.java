package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Damage;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** What checks report from several threads at once is listed in one order. */
class FindingSinkTest {
  private static List<Damage> listed(List<Damage> reported) {
    FindingSink sink = new FindingSink(Instant.EPOCH, null);
    reported.forEach(one -> sink.damage(one.path(), one.place(), one.what()));
    assertThat(sink.damageTotal()).isEqualTo(reported.size());
    return sink.damage();
  }

  @Test
  void damagedPlacesAreListedInTheOrderOfFilesAndLines() {
    List<Damage> ordered =
        List.of(
            new Damage("a.log", "line 9", "no log line"),
            new Damage("a.log", "line 10", "no log line"),
            new Damage("a.log", "offset 7", "a record is damaged"),
            new Damage("a.log", "whole file", "cannot be read"),
            new Damage("b.log", "line 12345678901234567890123", "no log line"),
            new Damage("b.log", "line 9", "no log line"));
    List<Damage> reported = new ArrayList<>(ordered);
    Collections.reverse(reported);
    assertThat(listed(reported)).containsExactlyElementsOf(ordered.stream().sorted().toList());
    assertThat(listed(reported).subList(0, 4)).isEqualTo(ordered.subList(0, 4));
  }

  @Test
  void tooManyDamagedPlacesAreTheFirstOnesHoweverTheyComeIn() {
    List<Damage> reported = new ArrayList<>();
    for (int line = 1; line <= 3 * FindingSink.MAX_DAMAGE; line++) {
      reported.add(new Damage("a.log", "line " + line, "no log line"));
    }
    List<Damage> first = List.copyOf(reported.subList(0, FindingSink.MAX_DAMAGE));
    Collections.shuffle(reported, new Random(7));
    assertThat(listed(reported)).isEqualTo(first);
  }

  /** Whoever only knocks may do so from ten thousand addresses: it must hide nothing. */
  @Test
  void whatShowsAnIntruderIsKeptHoweverMuchIsProbed() {
    FindingSink sink = new FindingSink(Instant.EPOCH, null);
    for (int i = 0; i <= FindingSink.MAX_FINDINGS; i++) {
      sink.report(
          new Sighting(CheckId.I04, Stage.PROBED, "probe", Source.file("a")).sameAs("c" + i));
    }
    sink.report(new Sighting(CheckId.I03, Stage.SESSION_GRANTED, "in", Source.file("b")));
    assertThat(sink.findings()).anyMatch(one -> one.stage() == Stage.SESSION_GRANTED);
    for (int i = 0; i <= FindingSink.MAX_FINDINGS; i++) {
      sink.report(new Sighting(CheckId.I14, Stage.AFTER, "loot", Source.file("a")).sameAs("c" + i));
    }
    assertThat(sink.findings()).hasSize(FindingSink.MAX_FINDINGS);
  }

  private static Sighting seen(int second, Confidence sure, String reason, String agent) {
    return new Sighting(CheckId.I04, Stage.PROBED, "probe", Source.line(reason, 1))
        .at(Instant.ofEpochSecond(second))
        .because(sure, reason)
        .detail("userAgent", agent);
  }

  /** Files are read by several threads: what becomes one finding comes in any order. */
  @ParameterizedTest
  @ValueSource(strings = {"abcd", "acbd", "dcba", "cadb", "bdca", "cbad"})
  void whatIsJoinedIsTheSameInWhateverOrderItComes(String order) {
    FindingSink sink = new FindingSink(Instant.EPOCH, null);
    for (char one : order.toCharArray()) {
      sink.report(
          switch (one) {
            case 'a' -> seen(1, Confidence.LOW, "a", "");
            case 'b' -> seen(2, Confidence.HIGH, "b", "y");
            case 'c' -> seen(3, Confidence.HIGH, "c", "x");
            default -> seen(4, Confidence.MEDIUM, "d", "z");
          });
    }
    assertThat(sink.findings())
        .singleElement()
        .matches(one -> one.count() == 4 && one.source().path().equals("a"))
        .matches(one -> one.confidence() == Confidence.HIGH && one.reason().equals("b"))
        .matches(one -> "y".equals(one.detail("userAgent")));
  }

  private static Sighting line(String path, int line) {
    return new Sighting(CheckId.I04, Stage.PROBED, "probe", Source.line(path, line))
        .at(Instant.ofEpochSecond(line));
  }

  /** Of a log that another is an older copy of, as many lines as are remembered count once. */
  @Test
  void linesOfCopiesCountOnceAsLongAsTheyAreRemembered() {
    FindingSink sink = new FindingSink(Instant.EPOCH, null);
    for (int line = 1; line <= FindingSink.MAX_PLACES + 1; line++) {
      sink.report(line("one/a.log", line));
    }
    sink.report(line("two/a.log", 1));
    sink.report(line("two/a.log", FindingSink.MAX_PLACES));
    assertThat(sink.findings())
        .singleElement()
        .matches(one -> one.count() == FindingSink.MAX_PLACES + 1);
    sink.report(line("two/a.log", FindingSink.MAX_PLACES + 1));
    assertThat(sink.findings())
        .singleElement()
        .matches(one -> one.count() == FindingSink.MAX_PLACES + 2);
  }
}
