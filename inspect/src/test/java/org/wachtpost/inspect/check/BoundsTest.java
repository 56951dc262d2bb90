package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** Text of the evidence is kept by many thousands: none of it may be of any length. */
class BoundsTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");

  @Test
  void longSightingsAreToldApartByLittle() {
    String long1 = "x".repeat(1_000_000) + "1";
    String long2 = "x".repeat(1_000_000) + "2";
    assertThat(sighting(long1).key()).hasSizeLessThan(700).isEqualTo(sighting(long1).key());
    assertThat(sighting(long2).key()).isNotEqualTo(sighting(long1).key());
    assertThat(sighting("short").key()).endsWith("short");
  }

  private static Sighting sighting(String kind) {
    return new Sighting(CheckId.I09, Stage.WRITTEN, "title", Source.file("f")).sameAs(kind);
  }

  @Test
  void sourcesBeyondTheLimitAreCountedTogether() {
    SourceBook book = new SourceBook();
    for (int i = 0; i < SourceBook.MAX_SOURCES + 500; i++) {
      SourceTracker tracker = SourceBook.tracker("source " + i);
      tracker.rows(1, 0);
      tracker.seen(TIME);
      book.add(tracker);
      book.looked("source " + i, CheckId.I19);
    }
    assertThat(book.sources()).hasSize(SourceBook.MAX_SOURCES + 1);
    assertThat(book.sources())
        .anyMatch(one -> one.source().equals("further sources") && one.rows() == 500);
    assertThat(book.checks())
        .anyMatch(one -> one.check().equals("I19") && one.reason().contains("further sources"));
  }

  @Test
  void longAddressesOfPagesAreCutAndStillSeen() throws Exception {
    PageUses uses = new PageUses();
    String page = "/aspnet_client/" + "a".repeat(500_000) + ".aspx";
    for (String one : List.of(page, page + "x")) {
      uses.add(
          new PageUses.Request(
              one, "POST", 200, "203.0.113.5", "", one, one, true, TIME, Source.line("log", 7)));
    }
    FindingSink sink = new FindingSink(TIME.minusSeconds(60), null);
    uses.report(sink, Rules.load(null));
    List<Finding> findings = sink.findings();
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().count()).isEqualTo(2);
    assertThat(findings.getFirst().details().toString()).hasSizeLessThan(10_000);
  }
}
